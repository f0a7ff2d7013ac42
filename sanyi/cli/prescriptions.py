"""`sanyi prescriptions load | expire | export`: the formulary of a plan, what has run out, rows for the record."""
from datetime import date, datetime, timezone
from pathlib import Path
import csv

from sanyi.cli.trailed import record_export


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("prescriptions", help="药品目录、处方过期、导出记录 / formulary, expiry, rows for the record").add_subparsers(dest="prescriptions_command", required=True)
    loaded = parts.add_parser("load", help="按方案和地区载入药品目录和审方规则 / load drugs and rules of a plan and its region")
    loaded.add_argument("--plan", required=True)
    loaded.add_argument("--region", default="region-demo")
    loaded.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    expired = parts.add_parser("expire", help="过期处方失效，释放未取药量 / let what is past its last day expire")
    exported = parts.add_parser("export", help="导出标准记录 prescriptions（CSV）/ rows of the record table as CSV")
    exported.add_argument("--from", dest="from_on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    exported.add_argument("--to", dest="to_on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    exported.add_argument("--out", type=Path, required=True)
    for part, act in ((loaded, load), (expired, expire), (exported, export)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def load(chosen) -> None:
    """Load the formulary."""
    from sanyi.runs.packs import open_plan
    from sanyi.store import prepare_database
    plan = open_plan(chosen.plan, chosen.region)
    prepare_database(chosen.var)
    from sanyi.store.log import today_of
    from sanyi.store.prescriptions.formulary import load_formulary
    from sanyi.store.prescriptions.tables import Drug
    now = datetime.now(timezone.utc)
    found = load_formulary(plan.on(chosen.on or today_of(now)), "system", now)
    print(f"药品 drugs {Drug.objects.filter(is_current=True).count()}，规则 rules {len(found.book['rules'])}，上限 limits {len(found.book['limits'])}")


def expire(chosen) -> None:
    """Let prescriptions expire."""
    from sanyi.store import prepare_database
    prepare_database(chosen.var)
    from sanyi.store.prescriptions.giving import expire_due
    print(f"过期 expired {expire_due(datetime.now(timezone.utc))}")


def export(chosen) -> None:
    """Write the rows, and say how many lines name no visit."""
    from sanyi.store import prepare_database
    from sanyi.tables.record_tables import record_tables
    prepare_database(chosen.var)
    from sanyi.store.prescriptions.exporting import record_rows, unplaced
    record_export("prescriptions", chosen.from_on, chosen.to_on)
    count = 0
    with chosen.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, record_tables()["prescriptions"].names)
        writer.writeheader()
        for row in record_rows(chosen.from_on, chosen.to_on):
            writer.writerow(row)
            count += 1
    print(f"导出 rows {count}；未关联就诊 without a visit {unplaced(chosen.from_on, chosen.to_on)}")
