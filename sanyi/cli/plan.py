"""`sanyi plan show`: a plan's values with their clauses."""
from datetime import date

from sanyi.runs.packs import DEMO_REGION, open_plan


def add(commands) -> None:
    """Add the command to the parser."""
    plan = commands.add_parser("plan", help="改革方案 / the plan")
    show = plan.add_subparsers(dest="plan_command", required=True).add_parser("show")
    show.add_argument("plan")
    show.add_argument("--region", default=DEMO_REGION)
    show.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    show.add_argument("--language", choices=("zh", "en"), default="zh")
    show.set_defaults(act=act)


def act(chosen) -> None:
    """Print every value in force on a day, with its why."""
    plan = open_plan(chosen.plan, chosen.region)
    on_day = plan.on(chosen.on or date.today())
    for name in on_day.values():
        print(f"{name}\n    {on_day.why(name, chosen.language)}")
