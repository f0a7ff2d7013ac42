"""`sanyi ledger open | show | date`: a plan's task ledger."""
from datetime import date, datetime, timezone
from pathlib import Path

from sanyi.runs.packs import DEMO_REGION, open_plan


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("ledger", help="任务台账 / the task ledger").add_subparsers(dest="ledger_command", required=True)
    opened = parts.add_parser("open", help="按方案建立或更新台账 / open a plan's ledger, or bring it up to a corrected plan")
    opened.add_argument("--plan", required=True)
    opened.add_argument("--region", default=DEMO_REGION)
    shown = parts.add_parser("show", help="按状态和预警线计数 / counts by state and warning line")
    shown.add_argument("--plan", default=None, help="所有台账 / all ledgers without it")
    dated = parts.add_parser("date", help="登记里程碑日期 / record the day of a milestone")
    dated.add_argument("milestone")
    dated.add_argument("on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    dated.add_argument("--plan", default=None, help="只有一个台账时可省略 / may be left out where one ledger is open")
    for part, act in ((opened, act_open), (shown, act_show), (dated, act_date)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def act_open(chosen) -> None:
    """Open a ledger and say what came in."""
    plan = open_plan(chosen.plan, chosen.region)
    _prepared(chosen.var)
    from sanyi.workflows.facts import SYSTEM
    from sanyi.store.opening import open_ledger
    opened = open_ledger(plan, SYSTEM, _now())
    print(f"{plan.identity.title_zh}\n  新列入 entered {opened.entered}，更正 changed {opened.changed}，"
          f"撤出 withdrawn {opened.withdrawn}，恢复 restored {opened.restored}")


def act_show(chosen) -> None:
    """Print how many items stand in each state and at each line; makes nothing."""
    check_there(chosen.var)
    _prepared(chosen.var)
    from sanyi.store.items import KINDS, counts
    from sanyi.store.ledgers import open_plans
    from sanyi.store.log import today_of
    from sanyi.workflows import workflow_of
    from sanyi.workflows.lines import LINES
    words = {"kinds": KINDS, "states": {state.name: (state.zh, state.en) for state in workflow_of("task").states}, "lines": LINES}
    for plan in [chosen.plan] if chosen.plan else open_plans():
        print(plan)
        for part, found in counts(plan, today_of(_now())).items():
            print("  " + "  ".join(f"{words[part][name][0]} {words[part][name][1]} {count}" for name, count in found.items()))


def act_date(chosen) -> None:
    """Record a milestone's day and list the deadlines that follow from it."""
    _prepared(chosen.var)
    from sanyi.workflows.facts import SYSTEM
    from sanyi.store.dating import date_milestone
    moved = date_milestone(chosen.plan or _only_plan(), chosen.milestone, chosen.on, SYSTEM, _now())
    print(f"{chosen.milestone} = {chosen.on}；期限变动 deadlines moved: {len(moved)}")
    for item in moved:
        print(f"  {item.due}  {item.number or item.entry}  {item.zh}")


def _only_plan() -> str:
    from sanyi.store.ledgers import open_plans
    from sanyi.workflows.errors import UnknownWork
    plans = open_plans()
    if len(plans) != 1:
        there = ", ".join(plans) or "—"
        raise UnknownWork(f"请用 --plan 指明台账；已建立：{there}", f"name the ledger with --plan; open: {there}")
    return plans[0]


def check_there(var: Path) -> None:
    """Refuse a folder that holds no installation: a question makes none. Errors: NoDatabase."""
    from sanyi.store.database import is_postgres
    from sanyi.store.errors import NoDatabase
    from sanyi.store.place import database_path
    if is_postgres():
        return
    if not var.is_file() and not database_path(var).is_file():  # a file in the folder's place is told by the store
        raise NoDatabase(f"{var}：这里没有台账 / there is no ledger here")


def _prepared(var: Path) -> None:
    from sanyi.store import prepare_database
    prepare_database(var)


def _now() -> datetime:
    return datetime.now(timezone.utc)
