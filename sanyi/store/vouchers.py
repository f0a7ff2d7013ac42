"""Vouchers: made with a reason by one person, posted when another approves. Source: DIP-27, R11."""
from datetime import datetime

from django.db import transaction

from sanyi.payment.books.accounts import FUND
from sanyi.payment.books.carried import Entry
from sanyi.payment.books.differences import Difference
from sanyi.payment.books.vouchers import VOUCHERS
from sanyi.store.books import find_book, find_period
from sanyi.store.entries import post_entries
from sanyi.store.entry_tables import MOST_FEN
from sanyi.store.log import today_of, write_line
from sanyi.store.models import Book, BookParty, Voucher
from sanyi.store.money_commands import earlier_answer, keep_answer
from sanyi.store.who import By, actor_for
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, ClosedPeriod, NotAllowed
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import LONGEST_TEXT, clean


def draft_voucher(plan: str, year: int, period: str, kind: str, fund: str, institution: str, amount_fen: int, reason: str, by: By,
                  now: datetime, key: str = "", on_behalf: str = "") -> Voucher:
    """Make a voucher; it is posted when another person approves it. The same `key` again gives the same voucher.

    Errors: UnknownWork, NotAllowed, BadField, ClosedPeriod, OtherBody.
    """
    with transaction.atomic():
        book = find_book(plan, year, is_locked=True)
        actor = actor_for(by, on_behalf, today_of(now))
        body = {"period": period, "kind": kind, "fund": fund, "institution": institution, "amount_fen": amount_fen, "reason": clean(reason), "by": actor.name}
        if earlier := earlier_answer(book, "voucher", key, body):
            return Voucher.objects.get(pk=earlier["id"])
        if actor.role != "bureau":
            raise NotAllowed("记账凭证须由医保经办机构办理", "a voucher takes an account of the insurance bureau")
        _check(kind, fund, institution, amount_fen, reason)
        _check_known(book, institution)
        place = find_period(book, period)
        if place.state not in ("open", "reopened"):
            raise ClosedPeriod(f"期间 {place.code} 已关账，不能入账", f"the period {place.code} is closed; nothing is posted into it")
        voucher = Voucher.objects.create(book=book, number=Voucher.objects.filter(book=book).count() + 1, period=place, kind=kind, fund_code=fund, institution_id=institution, amount_fen=amount_fen,
                                         reason=clean(reason), made_by=actor.name, made_at=now, state=workflow_of("voucher").start)
        write_line(voucher, "voucher", "draft", actor.name, now, "", body, actor.persons)
        keep_answer(book, key, "voucher", body, {"id": voucher.pk}, actor.name, now)
    return voucher


def _check(kind: str, fund: str, institution: str, amount_fen: int, reason: str) -> None:
    if kind not in VOUCHERS:
        raise BadField(f"凭证类型“{kind}”未知；可用：{'、'.join(VOUCHERS)}", f"no kind of voucher {kind!r}; there are: {', '.join(VOUCHERS)}", "kind")
    if fund not in FUND:
        raise BadField(f"基金“{fund}”未知；可用：{'、'.join(FUND)}", f"no fund {fund!r}; there are: {', '.join(FUND)}", "fund")
    if bool(institution) != VOUCHERS[kind].has_institution or institution != clean(institution) or "|" in institution or len(institution) > 100:
        raise BadField("机构编码不当：此类凭证" + ("须" if VOUCHERS[kind].has_institution else "不得") + "指明一家机构",
                       "this kind of voucher names " + ("one institution" if VOUCHERS[kind].has_institution else "no institution"), "institution")
    if type(amount_fen) is not int or not 0 < amount_fen <= MOST_FEN:
        raise BadField(f"金额须大于 0，得到 {amount_fen!r} 分", f"the amount is above 0 fen; got {amount_fen!r}", "amount_fen")
    if not clean(reason) or len(reason) > LONGEST_TEXT:
        raise BadField("请填写理由", "say why", "reason")


def _check_known(book: Book, institution: str) -> None:
    if institution and not BookParty.objects.filter(book=book, code=institution).exists():
        raise BadField(f"账簿中没有机构“{institution}”：凭证只能记给核算记录中的机构（首次制单后即有）",
                       f"the books know no institution {institution!r}; a voucher names one of the record of a run, known from the first draft on", "institution")


def post_voucher(voucher: Voucher, actor: Actor, now: datetime) -> None:
    """Post an approved voucher: one group, once. Errors: ClosedPeriod, Overdrawn."""
    kind = VOUCHERS[voucher.kind]
    entry = Entry(key=f"{kind.code}|voucher-{voucher.number}", fund_code=voucher.fund_code, posting_code=kind.code, for_period=voucher.period.code,
                  posted_on=today_of(now), sums=kind.sums(voucher.institution_id, voucher.amount_fen), text_zh=kind.zh, text_en=kind.en,
                  source_table="vouchers", source_key=f"{voucher.number}", clause=kind.clause)
    post_entries(voucher.period, [Difference(entry, "original")], actor.name, now, voucher.reason, voucher=voucher)
