"""Proving the posted ledger as it stands in the database, and naming it by one digest. Source: R09, R12."""
import hashlib
import json

from django.db.models import F

from sanyi.payment.books.carried import digest_of
from sanyi.payment.books.fault import Fault
from sanyi.payment.books.ledger_proofs import ledger_faults
from sanyi.store.batch_entries import wanted_of
from sanyi.store.drafting import card_digest
from sanyi.store.models import BatchLine, BatchSheet, Book, BookAccount, BookBalance, Dispute, EntryGroup, EntryLine, PeriodClosing, SettlementBatch, Voucher
from sanyi.store.periods import group_texts, period_digest


def check_book(book: Book) -> list[Fault]:
    """Prove one book: an empty list means that all holds."""
    return ledger_faults(tables_of(book))


def tables_of(book: Book) -> dict[str, list[dict]]:
    """The book as plain rows, every line of the database that may belong to it."""
    groups = EntryGroup.objects.filter(book=book)
    known = set(BookAccount.objects.filter(book=book).values_list("pk", flat=True))
    lines = EntryLine.objects.filter(account__in=known) | EntryLine.objects.filter(group__in=groups)
    batches = SettlementBatch.objects.filter(book=book).select_related("period").order_by("pk")
    return {
        "accounts": list(BookAccount.objects.filter(book=book).values("code", "class_code", "party_kind")),
        "groups": list(groups.order_by("number").values("id", "number", "key", "sequence", "kind", "fund_code", "posting_code", "line_count", "total_fen",
                                                        "batch", "voucher", "corrects", "reverses")),
        "lines": _by_code(lines.order_by("pk").values("group", "number", "party", "debit_fen", "credit_fen", "account__code")),
        "balances": _by_code(BookBalance.objects.filter(book=book).values("fund_code", "party", "debit_fen", "credit_fen", "account__code")),
        "batches": [_batch(row) for row in batches],
        "said": list(BatchLine.objects.filter(batch__in=batches).values("batch", "key", "party", "amount_fen", account=F("account_code"))),
        "sheets": [{**row, "batch_name": f"批次/batch {row['batch']}"} for row in BatchSheet.objects.filter(batch__in=batches).values(
            "batch", "institution_id", "fund_code", "cleared_fen", "adjustment_fen", "retained_fen", "reserve_fen", "final_fen")],
        "disputes": list(Dispute.objects.filter(book=book).order_by("pk").values("batch", "unit", "fund_code", "state")),
        "vouchers": list(Voucher.objects.filter(book=book).values("id", "number", "kind", "state", "amount_fen")),
        "closings": [{"period": row.period.code, "round": row.round, "digest": row.digest, "digest_now": period_digest(row.period, row.last_number)}
                     for row in PeriodClosing.objects.filter(period__book=book).select_related("period").order_by("pk")],
    }


def _by_code(rows) -> list[dict]:
    return [{**row, "account": row["account__code"]} for row in rows]


def _batch(row: SettlementBatch) -> dict:
    return {"id": row.pk, "name": f"批次/batch {row.pk} {row.period.code}", "state": row.state, "final_fen": row.final_fen, "lines_digest": row.lines_digest,
            "lines_digest_now": digest_of(wanted_of(row, is_whole=True).values()), "run_digest": row.run_digest, "run_digest_now": card_digest(json.loads(row.run_card))}


def book_digest(book: Book) -> str:
    """SHA-256 of the whole book: entries, balances, batches, periods and vouchers, without the clock's time and the database's own numbers."""
    digest = hashlib.sha256()
    for text in group_texts(book=book):
        digest.update(text.encode())
    rows = [
        *BookBalance.objects.filter(book=book).order_by("fund_code", "account__code", "party").values_list(
            "fund_code", "account__code", "party", "bound", "debit_fen", "credit_fen", "last_number"),
        *SettlementBatch.objects.filter(book=book).order_by("period__code", "number").values_list(
            "period__code", "number", "state", "version", "run_digest", "lines_digest", "differences_digest", "final_fen"),
        *book.settlementperiod_set.order_by("code").values_list("code", "state", "round", "version"),
        *Voucher.objects.filter(book=book).order_by("number").values_list("number", "kind", "state", "amount_fen", "settled_by__period__code"),
    ]
    for row in rows:
        digest.update(("\t".join(map(str, row)) + "\n").encode())
    return digest.hexdigest()
