"""Background work of files: what a refused upload left on the disk goes a day later."""
from datetime import datetime, time

from sanyi.store.evidence import sweep_files
from sanyi.store.jobs.kinds import JobKind, Report


def _sweep(arguments: list, now: datetime, report: Report) -> str:
    """Files that no row of any table names, older than a day: a younger one's row may be on its way."""
    gone = sweep_files()
    return f"删除无主文件 removed {len(gone):,}" if gone else ""


SWEEP = JobKind("files_sweep", "清理无主文件", "sweep files that no row names", ("office", "system_admin"), _sweep, at=time(3, 30))
