"""Reading the posted ledger for pages and workbooks: plain rows of periods, batches, sheets, entries, balances and vouchers."""
from collections.abc import Collection
from typing import Any

from django.db.models import F, Sum

from sanyi.store.log import today_of
from sanyi.store.models import BatchSheet, Book, BookBalance, Dispute, EntryGroup, EntryLine, PeriodClosing, SettlementBatch, SettlementPeriod, Voucher
from sanyi.terms.fen import yuan
from sanyi.workflows.errors import UnknownWork

SHEET = ("institution_id", "name", "fund_code", "case_count", "declared_fen", "ratio_ppm", "payable_fen", "self_fen", "refused_fen", "receivable_fen",
         "fund_pay_fen", "factor_ppm", "deducted_fen", "prepaid_fen", "cleared_fen", "adjustment_fen", "retained_fen", "reserve_fen", "final_fen")
STANDING = ("posted", "paid")


def books() -> list[dict[str, Any]]:
    """The books there are."""
    return list(Book.objects.order_by("plan", "year").values("id", "plan", "year", "opened_by", "opened_at"))


def periods(book: int) -> list[dict[str, Any]]:
    """The periods of a book, each with its newest batch."""
    found = []
    for period in SettlementPeriod.objects.filter(book=book).order_by("code"):
        batch = period.batches.order_by("-number").first()
        found.append({"id": period.pk, "period": period.code, "state": period.state, "due": period.due, "round": period.round,
                      "batch": batch.pk if batch else None, "batch_number": batch.number if batch else None, "batch_state": batch.state if batch else "",
                      "final_fen": batch.final_fen if batch else None, "difference_count": batch.difference_count if batch else None})
    return found


def period(id: int) -> dict[str, Any]:
    """One period with every batch and every closing. Errors: UnknownWork."""
    row = _found(SettlementPeriod, id, "期间", "period")
    closings = list(PeriodClosing.objects.filter(period=row).order_by("round").values("round", "last_number", "digest", "by", "at"))
    return {"id": row.pk, "book": row.book_id, "period": row.code, "state": row.state, "version": row.version, "due": row.due, "round": row.round,
            "batches": [_batch(each) for each in row.batches.order_by("number")], "closings": closings}


def batch(id: int) -> dict[str, Any]:
    """One batch with its disputes. Errors: UnknownWork."""
    row = _found(SettlementBatch, id, "批次", "batch")
    disputes = list(Dispute.objects.filter(batch=row).order_by("pk").values("id", "unit", "fund_code", "text", "answer", "state", "version", "opened_by", "opened_at"))
    return {**_batch(row), "disputes": disputes}


def _batch(row: SettlementBatch) -> dict[str, Any]:
    names = ("kind", "number", "state", "version", "run_digest", "lines_digest", "differences_digest", "difference_count", "final_fen", "reason", "cause",
             "made_by", "made_at", "due")
    return {"id": row.pk, "book": row.book_id, "period": row.period.code, "period_id": row.period_id, "supersedes": row.supersedes_id,
            **{name: getattr(row, name) for name in names}}


def sheets(batch: int) -> list[dict[str, Any]]:
    """The sheets of a batch."""
    return list(BatchSheet.objects.filter(batch=batch).order_by("institution_id", "fund_code").values(*SHEET))


def final_sums(batches: Collection[int], institution: str) -> dict[int, int]:
    """What each of some batches comes to for one institution, where it has a sheet."""
    return dict(BatchSheet.objects.filter(batch__in=batches, institution_id=institution).values_list("batch").annotate(sum=Sum("final_fen")).order_by())


def sheets_of(batch: int, institution: str) -> list[dict[str, Any]]:
    """An institution's sheets of a batch's year, month by month as the newest standing batches have them, up to this batch."""
    row = _found(SettlementBatch, batch, "批次", "batch")
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    found = BatchSheet.objects.filter(batch__book=row.book, institution_id=institution, batch__period__code__lte=row.period.code if row.kind == "monthly" else "9")
    for each in found.filter(batch__state__in=STANDING).union(found.filter(batch=row)).values(*SHEET, "batch_id"):
        period = SettlementBatch.objects.values_list("period__code", flat=True).get(pk=each["batch_id"])
        key = (each["fund_code"], period)
        if each["batch_id"] == batch or key not in newest or newest[key]["batch_id"] < each["batch_id"] and newest[key]["batch_id"] != batch:
            newest[key] = {**each, "period": period}
    return [newest[key] for key in sorted(newest)]


def differences(batch: int, institution: str = "") -> list[dict[str, Any]]:
    """What a batch corrected of what was posted before, of one institution where asked: each with its lines and its reason."""
    rows = EntryGroup.objects.filter(batch=batch, kind__in=("difference", "reversal")).order_by("number")
    rows = rows.filter(pk__in=EntryLine.objects.filter(group__batch=batch, party=institution).values("group")) if institution else rows
    return [{"number": row.number, "kind_code": row.kind, "for_period": row.for_period, "fund_code": row.fund_code, "text_zh": row.text_zh, "text_en": row.text_en,
             "source_key": row.source_key, "lines": _lines_words(row), "reason": row.reason, "first_number": row.corrects.number if row.corrects else None}
            for row in rows.select_related("corrects")]


def _lines_words(group: EntryGroup) -> str:
    return "；".join(f"{'借' if debit else '贷'} {account}{'' if party == '-' else ' ' + party} {yuan(debit or credit)}" for account, party, debit, credit in
                    group.lines.order_by("number").values_list("account__code", "party", "debit_fen", "credit_fen"))


def entries(book: int, institution: str = "", account: str = "") -> list[dict[str, Any]]:
    """The lines of a book in the order they were posted, of one institution or one account where asked."""
    lines = EntryLine.objects.filter(group__book=book)
    lines = lines.filter(party=institution) if institution else lines
    lines = lines.filter(account__code=account) if account else lines
    return list(lines.order_by("group__number", "number").values(
        "party", "debit_fen", "credit_fen", entry=F("group__number"), period=F("group__period__code"), for_period=F("group__for_period"),
        posted_on=F("group__posted_on"), fund_code=F("group__fund_code"), kind_code=F("group__kind"), account_code=F("account__code"),
        text_zh=F("group__text_zh"), text_en=F("group__text_en"), reason=F("group__reason"), clause=F("group__clause"), batch=F("group__batch")))


def balances(book: int) -> list[dict[str, Any]]:
    """Every balance of a book, accounts as a whole and their parties."""
    return [{**row, "balance_fen": row["debit_fen"] - row["credit_fen"], "is_sub_ledger": row["party"] != "-"}
            for row in BookBalance.objects.filter(book=book).order_by("fund_code", "account__code", "party").values(
                "fund_code", "party", "debit_fen", "credit_fen", account_code=F("account__code"), class_code=F("account__class_code"))]


def vouchers(book: int) -> list[dict[str, Any]]:
    """The vouchers of a book, newest first."""
    return [_voucher(row) for row in Voucher.objects.filter(book=book).select_related("period").order_by("-number")]


def voucher(id: int) -> dict[str, Any]:
    """One voucher. Errors: UnknownWork."""
    return _voucher(_found(Voucher, id, "凭证", "voucher"))


def _voucher(row: Voucher) -> dict[str, Any]:
    return {"id": row.pk, "book": row.book_id, "number": row.number, "period": row.period.code, "kind_code": row.kind, "fund_code": row.fund_code,
            "institution_id": row.institution_id, "amount_fen": row.amount_fen, "reason": row.reason, "state": row.state, "version": row.version,
            "made_by": row.made_by, "made_on": today_of(row.made_at), "settled_by": row.settled_by_id}


def _found(table, id: int, zh: str, en: str):
    row = table.objects.filter(pk=id).first()
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的{zh}", f"there is no {en} number {id}")
    return row
