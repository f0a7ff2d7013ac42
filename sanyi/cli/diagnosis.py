"""`sanyi diagnosis load | export`: a plan's rules of shared diagnosis, and the rows of recognition."""
import csv
from datetime import date, datetime, timezone
from pathlib import Path

from sanyi.cli.trailed import record_export
from sanyi.runs.packs import DEMO_REGION, open_plan


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("diagnosis", help="共享诊断与结果互认 / shared diagnosis and recognition").add_subparsers(dest="diagnosis_command", required=True)
    loaded = parts.add_parser("load", help="载入方案中的项目、时限、互认清单 / load a plan's items, clocks and list of recognition")
    loaded.add_argument("--plan", required=True)
    loaded.add_argument("--region", default=DEMO_REGION)
    exported = parts.add_parser("export", help="导出互认记录（CSV）/ export the rows of recognition as CSV")
    for name, words in (("--from", "首日 / first day"), ("--to", "末日 / last day")):
        exported.add_argument(name, dest=f"{name[2:]}_on", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help=words)
    exported.add_argument("--out", type=Path, required=True)
    for part, act in ((loaded, load), (exported, export)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def load(chosen) -> None:
    """Keep the plan's rules; the same again adds nothing."""
    from sanyi.store import prepare_database
    plan = open_plan(chosen.plan, chosen.region)
    prepare_database(chosen.var)
    from sanyi.store.accounts import SYSTEM
    from sanyi.store.exams.rules import keep_rules
    row = keep_rules(plan, SYSTEM, datetime.now(timezone.utc))
    print(f"{plan.identity.title_zh}：{len(row.values['diagnosis.items'])} 个项目 items，版本 version {row.pk}")


def export(chosen) -> None:
    """Write one row a decision."""
    from sanyi.cli.ledger import check_there
    from sanyi.store import prepare_database
    check_there(chosen.var)
    prepare_database(chosen.var)
    from sanyi.store.exams.recognition import EXPORTED, export_recognition
    record_export("recognition", chosen.from_on, chosen.to_on)
    with chosen.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, EXPORTED)
        writer.writeheader()
        count = sum(1 for row in export_recognition(chosen.from_on, chosen.to_on) if writer.writerow(row))
    print(f"{chosen.out}: {count} 行 rows")
