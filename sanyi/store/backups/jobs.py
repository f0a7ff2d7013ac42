"""A backup every night, into a folder of its own; the oldest beyond those that are kept go."""
from datetime import datetime, time
import os
from pathlib import Path
import shutil

from sanyi.store.backups.manifest import FILE
from sanyi.store.backups.taking import take_backup
from sanyi.store.errors import BadBackup
from sanyi.store.jobs.kinds import JobKind, Report
from sanyi.store.place import FOLDER_VARIABLE
from sanyi.workflows.take import REGION

FOLDER, KEYS, KEPT = "SANYI_BACKUPS", "SANYI_BACKUP_KEYS", "SANYI_BACKUPS_KEPT"
PREFIX, FEWEST, USUAL = "sanyi-", 2, 14


def backups_folder() -> Path:
    """Where nightly backups go: the folder that was named, else beside the database (which guards against mistakes, not against the disk)."""
    return Path(os.environ.get(FOLDER) or _var() / "backups")


def _nightly(arguments: list, now: datetime, report: Report) -> str:
    place = backups_folder() / f"{PREFIX}{now.astimezone(REGION):%Y%m%d-%H%M%S}"
    keys = os.environ.get(KEYS)
    taken = take_backup(_var(), place, now, keys_to=Path(keys) if keys else None, report=report)
    swept = sweep(backups_folder(), _kept())
    if taken.manifest.missing:
        raise BadBackup(f"备份已完成，但有 {len(taken.manifest.missing)} 份佐证缺失或损坏", f"the backup is made, but {len(taken.manifest.missing)} files of evidence are missing or damaged")
    beside = "" if os.environ.get(FOLDER) else "；与数据库同盘，请用 --backups 指定其他存储 (on the database's own disk: name other storage by --backups)"
    return f"{place.name}：{sum(taken.manifest.rows.values()):,} 行 rows，删除旧备份 {len(swept)} old ones removed{beside}"


def sweep(folder: Path, count: int) -> list[str]:
    """Remove the oldest nightly backups beyond so many; nothing that this job has not made whole. Gives their names."""
    made = sorted(path for path in folder.glob(f"{PREFIX}*") if path.is_dir() and (path / FILE).is_file())
    for path in made[:-count]:
        shutil.rmtree(path)
    return [path.name for path in made[:-count]]


def _kept() -> int:
    said = os.environ.get(KEPT, "")
    return max(FEWEST, int(said)) if said.isascii() and said.isdigit() else USUAL


def _var() -> Path:
    return Path(os.environ[FOLDER_VARIABLE])


NIGHTLY = JobKind("backup", "每夜备份", "nightly backup", ("office", "system_admin"), _nightly, at=time(2, 30))
