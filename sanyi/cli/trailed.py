"""The trail around commands that work on results: what is read or run is recorded in the installation beside them, where there is one."""
from pathlib import Path
import sys

NO_TRAIL = "这些结果旁没有平台数据（--var），此次读取不在任何审计轨迹中 / there is no installation beside these results (--var): this is in no audit trail"


def record_beside(results: Path, var: Path | None, action: str, subject: str, subject_id: str = "", step: str = "", residents: tuple[str, ...] = ()) -> None:
    """Record it before it is shown or done; without an installation say that it is in no trail. Errors: NoDatabase."""
    from sanyi.store.database import is_postgres
    from sanyi.store.place import database_path
    place = var or results.absolute().parent / "var"
    if var is None and not database_path(place).is_file() and not (is_postgres() and (place / "secret-key").is_file()):
        print(f"sanyi: {NO_TRAIL}", file=sys.stderr)
        return
    from sanyi.cli.ledger import check_there
    from sanyi.store import prepare_database
    check_there(place)
    prepare_database(place)
    from sanyi.store.trail.recording import actor_named, record
    from sanyi.workflows.facts import SYSTEM
    record(action, actor_named(SYSTEM), step=step, subject=subject, subject_id=subject_id, residents=residents)


def record_export(table: str, first: object, last: object) -> None:
    """Record that rows of a table leave the installation, before they do."""
    from sanyi.store.trail.recording import actor_named, record
    from sanyi.workflows.facts import SYSTEM
    record("export", actor_named(SYSTEM), step=table, subject="record", given={"first": first, "last": last})
