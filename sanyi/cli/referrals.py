"""`sanyi referrals export | turn`: referrals put beside the record; the clocks turned once by hand."""
from datetime import date, datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there
from sanyi.cli.trailed import record_export


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("referrals", help="转诊 / referrals").add_subparsers(dest="referrals_command", required=True)
    brought = parts.add_parser("export", help="转诊并入标准记录 / put the referrals of some days beside the record")
    brought.add_argument("--records", type=Path, required=True)
    for name in ("from", "to"):
        brought.add_argument(f"--{name}", type=date.fromisoformat, required=True, dest=f"{name}_on", metavar="YYYY-MM-DD")
    turned = parts.add_parser("turn", help="办理到期的时限（后台任务每五分钟也会办理）/ take what is due, as the background job does")
    for part, act in ((brought, bring), (turned, turn)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def bring(chosen) -> None:
    """Put the referrals of these days in place of those of an earlier export; the record's own stay."""
    from sanyi.runs.added_tables import replace_rows
    _prepared(chosen.var)
    from sanyi.store.referrals.lists import OURS, record_rows
    record_export("referrals", chosen.from_on, chosen.to_on)
    rows = list(record_rows(chosen.from_on, chosen.to_on))
    replace_rows(chosen.records, {"referrals": (lambda row: row["referral_id"].startswith(OURS) and chosen.from_on <= row["referred_on"] <= chosen.to_on, rows)})
    print(f"{len(rows)} 份转诊已并入记录 / {len(rows)} referrals stand beside the record")


def turn(chosen) -> None:
    """Turn the clocks once."""
    _prepared(chosen.var)
    from sanyi.store.referrals.jobs import turn_clocks
    print(", ".join(f"{step} {count}" for step, count in sorted(turn_clocks(datetime.now(timezone.utc)).items())) or "无到期 / nothing is due")


def _prepared(var: Path) -> None:
    check_there(var)
    from sanyi.store import prepare_database
    prepare_database(var)
