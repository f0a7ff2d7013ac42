"""`sanyi prescriptions load | expire`: the formulary of a plan, and what has run out."""
from datetime import date, datetime, timezone
from pathlib import Path


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("prescriptions", help="药品目录、处方过期 / formulary, expiry").add_subparsers(dest="prescriptions_command", required=True)
    loaded = parts.add_parser("load", help="按方案和地区载入药品目录和审方规则 / load drugs and rules of a plan and its region")
    loaded.add_argument("--plan", required=True)
    loaded.add_argument("--region", default="region-demo")
    loaded.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    expired = parts.add_parser("expire", help="过期处方失效，释放未取药量 / let what is past its last day expire")
    for part, act in ((loaded, load), (expired, expire)):
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
