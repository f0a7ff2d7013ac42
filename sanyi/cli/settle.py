"""`sanyi settle post | annual | step | period | delegate | revoke | status | check`: months and years from runs to the posted ledger."""
from datetime import date, datetime, timezone
from getpass import getpass
from pathlib import Path
import sys

from sanyi.cli.ledger import check_there
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.settling import carried_from
from sanyi.terms.fen import yuan


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("settle", help="结算账 / the posted ledger").add_subparsers(dest="settle_command", required=True)
    post = parts.add_parser("post", help="把一个月的核算结果制成结算批次 / draft a month's settlement from a run")
    post.add_argument("--period", required=True, metavar="YYYY-MM")
    annual = parts.add_parser("annual", help="把全年的核算结果制成年终清算批次 / draft the year's clearing from a run")
    for part in (post, annual):
        part.add_argument("--results", type=Path, required=True)
        part.add_argument("--region", default=DEMO_REGION)
        part.add_argument("--reason", default="", help="更正已入账结算的理由 / why a posted settlement is corrected")
        part.add_argument("--key", default="", help="命令编号：重复执行只生效一次 / the command's key: it works once")
    step = parts.add_parser("step", help="复核、审批、过账、支付、撤回、冲销 / review, approve, post, pay, withdraw, reverse")
    step.add_argument("batch", type=int)
    step.add_argument("step", choices=("review", "approve", "post", "pay", "withdraw", "reverse"))
    step.add_argument("--on-behalf", default="", metavar="ACCOUNT", help="受其委托代办 / for an account that delegated it")
    step.add_argument("--amount", default="", help="支付总额（元）/ the sum to pay, in yuan")
    period = parts.add_parser("period", help="关账与重开 / close and reopen a period")
    period.add_argument("step", choices=("close", "request_reopening", "approve_reopening", "refuse_reopening"))
    period.add_argument("--plan", required=True)
    period.add_argument("--period", required=True, metavar="YYYY-MM|YYYY")
    for part in (post, annual, step, period):
        part.add_argument("--by", required=True, metavar="ACCOUNT", help="密码在终端输入或由标准输入给出 / the password is asked for, or read from standard input")
    for part in (step, period):
        part.add_argument("--reason", default="")
    given = parts.add_parser("delegate", help="委托他人代办若干天 / let another account act for one's own for some days")
    given.add_argument("--by", required=True, metavar="ACCOUNT")
    given.add_argument("--to", required=True, metavar="ACCOUNT")
    given.add_argument("--from", dest="from_on", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    given.add_argument("--until", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    taken = parts.add_parser("revoke", help="撤回委托 / take a delegation back")
    taken.add_argument("delegation", type=int)
    taken.add_argument("--by", required=True, metavar="ACCOUNT")
    for part in (given, taken):
        part.add_argument("--reason", required=True)
    status = parts.add_parser("status", help="期间与批次 / periods and batches")
    check = parts.add_parser("check", help="账簿校验 / prove the posted ledger")
    for part, act in ((post, act_draft), (annual, act_draft), (step, act_step), (period, act_period), (given, act_delegate), (taken, act_revoke),
                      (status, act_status), (check, act_check)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def act_draft(chosen) -> None:
    """Draft a batch as an account that says its password, and say what it will post; others review, approve and pay it."""
    run = carried_from(chosen.results)
    _prepared(chosen.var)
    _signed_in(chosen.by)
    from sanyi.store.books import open_book
    from sanyi.store.drafting import draft_batch
    plan = open_plan(run.plan, chosen.region).on(date(run.year, 12, 31))
    open_book(run.plan, run.year, chosen.by, _now(), plan.value("settlement.working_days"), plan.value("settlement.clear_within_months"), parties=run.names)
    batch = draft_batch(run, getattr(chosen, "period", None) or f"{run.year}", chosen.by, _now(), chosen.reason, chosen.key)
    print(f"批次 batch {batch.pk}  {batch.period.code} 第 {batch.number} 版 version  {_state(batch)}\n"
          f"  结算单 sheets {batch.sheets.count()}，差额更正 differences {batch.difference_count}，应支付 to pay {yuan(batch.final_fen)} 元 yuan")
    if batch.cause:
        print(f"  与上次核算相比 since the last run: {batch.cause}")


def act_step(chosen) -> None:
    """Take a batch one step on, as an account that says its password."""
    _prepared(chosen.var)
    from sanyi.store.act import act
    from sanyi.store.kinds import find_work
    _signed_in(chosen.by)
    batch = find_work("settlement_batch", chosen.batch)
    given = {"amount_fen": chosen.amount} if chosen.step == "pay" else {"reason": chosen.reason} if chosen.step in ("withdraw", "reverse") else {}
    print(f"批次 batch {chosen.batch}  {_state(act('settlement_batch', batch.pk, batch.version, chosen.step, given, chosen.by, _now(), on_behalf=chosen.on_behalf))}")


def act_period(chosen) -> None:
    """Close a period, or reopen it by two persons."""
    _prepared(chosen.var)
    from sanyi.store.act import act
    from sanyi.store.books import find_book, find_period
    _signed_in(chosen.by)
    year = int(chosen.period[:4]) if chosen.period[:4].isascii() and chosen.period[:4].isdigit() else 0
    period = find_period(find_book(chosen.plan, year), chosen.period)
    given = {"reason": chosen.reason} if chosen.reason and chosen.step != "close" else {}
    print(f"期间 period {period.code}  {_state(act('settlement_period', period.pk, period.version, chosen.step, given, chosen.by, _now()), 'settlement_period')}")


def act_delegate(chosen) -> None:
    """Delegate one's own work; both persons then count as having had a hand in it."""
    _prepared(chosen.var)
    from sanyi.store.delegations import delegate
    _signed_in(chosen.by)
    given = delegate(chosen.to, chosen.from_on, chosen.until, chosen.reason, chosen.by, _now())
    print(f"委托 delegation {given.pk}  {chosen.by} → {chosen.to}  {chosen.from_on} – {chosen.until}")


def act_revoke(chosen) -> None:
    """Take a delegation back, at once."""
    _prepared(chosen.var)
    from sanyi.store.delegations import revoke
    _signed_in(chosen.by)
    revoke(chosen.delegation, chosen.reason, chosen.by, _now())
    print(f"委托 delegation {chosen.delegation} 已撤回 taken back")


def act_status(chosen) -> None:
    """Print every book's periods with their newest batch; makes nothing."""
    check_there(chosen.var)
    _prepared(chosen.var)
    from sanyi.store.models import Book, SettlementPeriod
    for book in Book.objects.order_by("plan", "year"):
        print(f"{book.plan} {book.year}")
        for period in SettlementPeriod.objects.filter(book=book).order_by("code"):
            batch = period.batches.order_by("-number").first()
            last = f"批次 batch {batch.pk} 第 {batch.number} 版  {_state(batch)}  {yuan(batch.final_fen)} 元" if batch else "—"
            print(f"  {period.code:8} {_state(period, 'settlement_period')}  {last}")


def act_check(chosen) -> int:
    """Print each fault of the posted ledger with its account and line, or that all holds."""
    check_there(chosen.var)
    _prepared(chosen.var)
    from sanyi.store.book_check import book_digest, check_book
    from sanyi.store.models import Book
    found = 0
    for book in Book.objects.order_by("plan", "year"):
        faults = check_book(book)
        found += len(faults)
        for fault in faults:
            print(fault)
        print(f"{book.plan} {book.year}: {'不符 faults ' + str(len(faults)) if faults else '账平 the ledger holds'}  摘要 digest {book_digest(book)[:16]}")
    return 1 if found else 0


def _state(row, kind: str = "settlement_batch") -> str:
    from sanyi.workflows import workflow_of
    state = workflow_of(kind).state(row.state)
    return f"{state.zh} {state.en}"


def _signed_in(name: str) -> None:
    """Ask for the account's password; wrong ones count towards its lock-out. Errors: NotAllowed."""
    from sanyi.store.accounts import sign_in
    from sanyi.workflows.errors import NotAllowed
    password = getpass(f"{name} 密码 password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if sign_in(None, name, password) is None:
        raise NotAllowed("账户或密码不对，或已锁定", "the account or its password is wrong, or it is locked")


def _prepared(var: Path) -> None:
    from sanyi.store import prepare_database
    prepare_database(var)


def _now() -> datetime:
    return datetime.now(timezone.utc)
