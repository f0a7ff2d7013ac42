"""`sanyi plan show`: a plan's values with their clauses."""
from datetime import date

from sanyi.runs.packs import DEMO_REGION, open_plan


def add(parts) -> None:
    """Add the command to the parser."""
    show = parts.add_parser("show", help="各数值及其条款 / every value with its clause")
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
