"""`sanyi referrals turn`: the clocks turned once by hand."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("referrals", help="转诊 / referrals").add_subparsers(dest="referrals_command", required=True)
    turned = parts.add_parser("turn", help="办理到期的时限（后台任务每五分钟也会办理）/ take what is due, as the background job does")
    turned.add_argument("--var", type=Path, required=True)
    turned.set_defaults(act=turn)


def turn(chosen) -> None:
    """Turn the clocks once."""
    _prepared(chosen.var)
    from sanyi.store.referrals.jobs import turn_clocks
    print(", ".join(f"{step} {count}" for step, count in sorted(turn_clocks(datetime.now(timezone.utc)).items())) or "无到期 / nothing is due")


def _prepared(var: Path) -> None:
    check_there(var)
    from sanyi.store import prepare_database
    prepare_database(var)
