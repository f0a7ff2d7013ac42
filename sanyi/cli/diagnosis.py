"""`sanyi diagnosis load`: a plan's rules of shared diagnosis."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.runs.packs import DEMO_REGION, open_plan


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("diagnosis", help="共享诊断与结果互认 / shared diagnosis and recognition").add_subparsers(dest="diagnosis_command", required=True)
    loaded = parts.add_parser("load", help="载入方案中的项目、时限、互认清单 / load a plan's items, clocks and list of recognition")
    loaded.add_argument("--plan", required=True)
    loaded.add_argument("--region", default=DEMO_REGION)
    loaded.add_argument("--var", type=Path, required=True)
    loaded.set_defaults(act=load)


def load(chosen) -> None:
    """Keep the plan's rules; the same again adds nothing."""
    from sanyi.store import prepare_database
    plan = open_plan(chosen.plan, chosen.region)
    prepare_database(chosen.var)
    from sanyi.store.accounts import SYSTEM
    from sanyi.store.exams.rules import keep_rules
    row = keep_rules(plan, SYSTEM, datetime.now(timezone.utc))
    print(f"{plan.identity.title_zh}：{len(row.values['diagnosis.items'])} 个项目 items，版本 version {row.pk}")

