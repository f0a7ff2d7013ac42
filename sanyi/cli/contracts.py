"""`sanyi contracts`: take over a plan's terms, do the day's work, count heads."""
from datetime import date, datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("contracts", help="家庭医生签约 / family-doctor contracts").add_subparsers(dest="contracts_command", required=True)
    taken = parts.add_parser("terms", help="采用方案的签约规定 / take over a plan's terms of contracts")
    taken.add_argument("--plan", required=True)
    taken.add_argument("--region", default="region-demo")
    worked = parts.add_parser("daily", help="到日生效、到期、邀请失效 / begin, expire and lapse what is due")
    counted = parts.add_parser("heads", help="某日签约人数 / heads on a day")
    counted.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    counted.add_argument("--by", default="institution", help="institution, team, consortium, group, package, state")
    for part, act in ((taken, take), (worked, work), (counted, count)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def take(chosen) -> None:
    """Take the terms over as they stand today."""
    from sanyi.runs.packs import open_plan
    plan = open_plan(chosen.plan, chosen.region)
    _prepared(chosen.var)
    from sanyi.store.contracts.terms import take_terms, terms_of
    now = datetime.now(timezone.utc)
    is_new = take_terms(plan.name, terms_of(plan, now.date()), "system", now)
    print("签约规定已采用 / the terms are taken over" if is_new else "签约规定未变 / the terms stand as they were")


def work(chosen) -> None:
    """Do the day's work."""
    _prepared(chosen.var)
    from sanyi.store.contracts.daily import daily_work
    done = daily_work(datetime.now(timezone.utc))
    print(f"生效 begun {done['start']}，到期 expired {done['expire']}，邀请失效 lapsed {done['lapse']}，申请逾期 requests lapsed {done['lapse_request']}，死亡终止 ended by death {done['died']}")


def count(chosen) -> None:
    """Print heads, one line a unit."""
    _prepared(chosen.var)
    from sanyi.store.contracts.heads import head_count
    from sanyi.store.log import today_of
    for name, heads in sorted(head_count(chosen.on or today_of(datetime.now(timezone.utc)), chosen.by).items()):
        print(f"{name}  {heads}")


def _prepared(var: Path) -> None:
    check_there(var)
    from sanyi.store import prepare_database
    prepare_database(var)
