"""Posting, paying and reversing a settlement batch; each in the transaction of its step."""
from collections import Counter
from datetime import datetime

from django.db.models import F

from sanyi.payment.books.accounts import DEPOSITS, UNDER_WAY, YEARLY
from sanyi.payment.books.carried import HEAD, Entry
from sanyi.payment.books.differences import Difference, differences, digest_of_differences
from sanyi.payment.books.sheets import parts_of
from sanyi.payment.books.vouchers import VOUCHERS
from sanyi.store.entries import post_entries, posted_sums
from sanyi.store.log import today_of
from sanyi.store.models import BatchLine, BookBalance, EntryGroup, EntryLine, SettlementBatch, Voucher
from sanyi.workflows.errors import NotPostable
from sanyi.workflows.facts import Actor

PARTS = ("adjustment_fen", "retained_fen", "reserve_fen")


def wanted_of(batch: SettlementBatch, is_whole: bool = False) -> dict[str, Entry]:
    """What a batch says each of its keys is to hold, as it was drafted; `is_whole` with the lines of 0, as its digest has them."""
    found: dict[str, Entry] = {}
    for line in BatchLine.objects.filter(batch=batch).order_by("key", "account_code", "party"):
        entry = found.setdefault(line.key, Entry(key=line.key, for_period=line.for_period, sums={}, **{name: getattr(line, name) for name in HEAD}))
        if line.amount_fen or is_whole:
            entry.sums[line.account_code, line.party] = line.amount_fen
    return found


def post_batch(batch: SettlementBatch, actor: Actor, now: datetime) -> None:
    """Post what the batch was approved to post, and take up the vouchers it counted. Errors: NotPostable, ClosedPeriod, Overdrawn."""
    wanted = wanted_of(batch)
    found = differences(wanted, posted_sums(batch.book, wanted))
    if digest_of_differences(found) != batch.differences_digest:
        raise _overtaken("账簿", "the ledger")
    vouchers = open_vouchers(batch.book, batch.last_voucher)
    parts = parts_of(voucher_rows(vouchers))
    sheets = {(sheet.institution_id, sheet.fund_code): sheet for sheet in batch.sheets.all()}
    for name in PARTS:
        said = Counter({key: getattr(sheet, name) for key, sheet in sheets.items() if getattr(sheet, name)})
        if said != Counter({key: amount for key, amount in parts[name].items() if amount}):
            raise _overtaken("凭证", "a voucher")
    post_entries(batch.period, found, actor.name, now, batch.reason, batch=batch)
    if batch.kind == "annual" and BookBalance.objects.filter(book=batch.book, party="-", account__class_code__in=YEARLY).exclude(debit_fen=F("credit_fen")).exists():
        raise _overtaken("凭证", "a voucher")  # posted since the draft, it would stand open behind the closing of income and expense
    Voucher.objects.filter(pk__in=[voucher.pk for voucher in vouchers]).update(settled_by=batch)


def pay_batch(batch: SettlementBatch, actor: Actor, now: datetime) -> None:
    """Pay each institution its sheet's final sum out of the fund's deposits; below zero the institution pays. Errors: Overdrawn."""
    said = f"{batch.kind}-{batch.period.code}-{batch.number}"
    found = [Difference(Entry(
        key=f"PAY|{said}|{sheet.institution_id}|{sheet.fund_code}", fund_code=sheet.fund_code, posting_code="PAY", for_period=batch.period.code,
        posted_on=today_of(now), sums={(UNDER_WAY, sheet.institution_id): sheet.final_fen, (DEPOSITS, "-"): -sheet.final_fen},
        text_zh="支付结算款", text_en="settlement paid", source_table="settlement_batches", source_key=said, clause="DIP-26 DIP-27"), "original")
        for sheet in batch.sheets.order_by("institution_id", "fund_code") if sheet.final_fen]
    post_entries(batch.period, found, actor.name, now, batch=batch)


def reverse_batch(batch: SettlementBatch, actor: Actor, now: datetime) -> None:
    """Undo a posted batch that is not paid: a mirrored group for each of its groups, linked to it. Errors: ClosedPeriod, Overdrawn."""
    found = []
    for group in EntryGroup.objects.filter(batch=batch).order_by("-number"):
        sums = {(account, party): credit - debit for account, party, debit, credit in EntryLine.objects.filter(group=group).values_list(
            "account__code", "party", "debit_fen", "credit_fen")}
        head = {**{name: getattr(group, name) for name in HEAD}, "text_zh": f"冲销：{group.text_zh}", "text_en": f"reversal: {group.text_en}"}
        found.append(Difference(Entry(key=group.key, for_period=group.for_period, sums=sums, **head), "reversal", group.pk))
    post_entries(batch.period, found, actor.name, now, f"冲销批次 {batch.pk} / batch {batch.pk} reversed", batch=batch)
    Voucher.objects.filter(settled_by=batch).update(settled_by=None)


def open_vouchers(book, last: int | None = None) -> list[Voucher]:
    """The posted vouchers that change what an institution is paid and that no payment has taken up."""
    kinds = [code for code, kind in VOUCHERS.items() if kind.is_settled]
    rows = Voucher.objects.filter(book=book, state="posted", settled_by=None, kind__in=kinds).order_by("pk")
    return list(rows if last is None else rows.filter(pk__lte=last))


def voucher_rows(vouchers: list[Voucher]) -> list[dict]:
    """Vouchers as the sheets read them."""
    return [{"kind_code": row.kind, "institution_id": row.institution_id, "fund_code": row.fund_code, "amount_fen": row.amount_fen} for row in vouchers]


def _overtaken(zh: str, en: str) -> NotPostable:
    return NotPostable(f"制单之后{zh}又有变动，与审批的内容不符，请撤回后重新制单",
                       f"{en} has changed since the batch was drafted, so what was approved no longer holds; withdraw it and draft again")
