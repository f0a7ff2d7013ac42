"""`sanyi organisation load | show`: institutions, consortia, staff and postings from a region's record."""
from datetime import date, datetime, timezone
from pathlib import Path


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("organisation", help="机构、医联体与人员 / institutions, consortia and staff").add_subparsers(dest="organisation_command", required=True)
    loaded = parts.add_parser("load", help="按标准记录更新；已撤出的终止而不删除 / bring it into line with a record; what left is ended, not deleted")
    loaded.add_argument("--records", type=Path, required=True)
    loaded.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="生效日，默认今天 / from which day, today without it")
    shown = parts.add_parser("show", help="按类计数 / counts by kind")
    for part, act in ((loaded, load), (shown, show)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def load(chosen) -> None:
    """Load the record and say what came, changed and left."""
    from sanyi.runs.records import open_records
    from sanyi.runs.results import read_page
    from sanyi.store import prepare_database
    from sanyi.tables.record_tables import record_tables
    records = open_records(chosen.records)
    prepare_database(chosen.var)
    from sanyi.store.log import today_of
    from sanyi.store.organisation.loading import RECORD_TABLES, load_organisation
    now = datetime.now(timezone.utc)
    rows = {name: read_page(record_tables()[name], records.paths(sorted(records.files.get(name, {}))), limit=None) for name in RECORD_TABLES}
    for each in load_organisation(rows, chosen.on or today_of(now), now):
        print(f"{each.table:12} 新增 added {each.added}，更改 changed {each.changed}，终止 ended {each.ended}，未变 kept {each.kept}")


def show(chosen) -> None:
    """Print how many rows of each kind are true today; makes nothing."""
    from sanyi.cli.ledger import check_there
    from sanyi.store import prepare_database
    check_there(chosen.var)
    prepare_database(chosen.var)
    from sanyi.store.log import today_of
    from sanyi.store.organisation.kept import KEPT
    from sanyi.store.organisation.tables import on_day
    today = today_of(datetime.now(timezone.utc))
    for kept in KEPT.values():
        print(f"{kept.zh} {kept.en}: {kept.table.objects.filter(on_day(today)).count()}")
