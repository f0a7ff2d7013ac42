"""Batches, periods, vouchers, disputes and special reviews as kinds of work."""
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from sanyi.store.batch_entries import pay_batch, post_batch, reverse_batch
from sanyi.store.disputed import stopping
from sanyi.store.kinds import Follow, Lock, WorkKind, for_roles
from sanyi.store.log import hands_of, today_of
from sanyi.store.models import Book, BookEvent, Dispute, SettlementBatch, SettlementPeriod, SpecialReview, Voucher
from sanyi.store.periods import seal_period
from sanyi.store.vouchers import post_voucher
from sanyi.workflows.book_facts import BookFacts, ReviewFacts
from sanyi.workflows.facts import SEES_PLANS, Actor

OPEN = {"settlement_batch": ("drafted", "reviewed", "approved", "posted"), "voucher": ("drafted",)}


def _books_first(row: Any) -> tuple[Lock, ...]:
    return ((Book, row.book_id),)


def _shared(kind: str, row: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    return dict(state=row.state, actor=actor, now=now, today=today_of(now), due=row.due, done_by=row.done_by, hands=_hands(kind, row))


def _batch_facts(row: SettlementBatch, actor: Actor, now: datetime) -> BookFacts:
    """Its disputes must be answered first, and what was upheld corrected."""
    return BookFacts(**_shared("settlement_batch", row, actor, now), open_work=tuple(map(_dispute_words, stopping(row))), final_fen=row.final_fen)


def _dispute_words(row: Dispute) -> tuple[str, str]:
    zh, en = f"异议 {row.pk}（{row.unit}）", f"dispute {row.pk} of {row.unit}"
    if row.state == "raised":
        return zh, en
    return f"{zh}成立而未更正，请撤回本批，更正后重新制单", f"{en} was upheld and is not corrected: withdraw the batch, correct what is wrong and draft again"


def _period_facts(row: SettlementPeriod, actor: Actor, now: datetime) -> BookFacts:
    """Its batches and vouchers must be finished first."""
    batches = [(f"批次 {each.pk}", f"batch {each.pk}") for each in row.batches.filter(state__in=OPEN["settlement_batch"]).order_by("pk")]
    vouchers = [(f"凭证 {each.pk}", f"voucher {each.pk}") for each in row.vouchers.filter(state__in=OPEN["voucher"]).order_by("pk")]
    return BookFacts(**_shared("settlement_period", row, actor, now), open_work=(*batches, *vouchers), round=row.round)


def _voucher_facts(row: Voucher, actor: Actor, now: datetime) -> BookFacts:
    return BookFacts(**_shared("voucher", row, actor, now))


def _dispute_facts(row: Dispute, actor: Actor, now: datetime) -> BookFacts:
    return BookFacts(**_shared("dispute", row, actor, now), units=_own(row))


def _review_facts(row: SpecialReview, actor: Actor, now: datetime) -> ReviewFacts:
    return ReviewFacts(**_shared("special_review", row, actor, now), units=_own(row), round=row.round, final_fen=row.cost_fen,
                       answer=(row.outcome, row.amount_fen, row.group))


def _own(row: Dispute | SpecialReview) -> tuple[str, ...]:
    return (row.unit,)


def _hands(kind: str, row: Any) -> tuple[tuple[str, str], ...]:
    """Whose hands it went through; a period's only since it was last closed."""
    closed = BookEvent.objects.filter(subject=kind, subject_id=row.pk, after="closed").aggregate(last=Max("version"))["last"]
    return hands_of(BookEvent, kind, row.pk, since=closed or 0 if kind == "settlement_period" else 0)


def _follow(function: Any) -> Follow:
    return lambda row, actor, now, given: function(row, actor, now)


def _seen_of(column: str) -> Callable[[Actor], Q]:
    """All rows to those who look after the plan; to a hospital those that name it."""
    return lambda actor: Q(**{column: actor.unit}) if actor.role == "hospital" else SEEN(actor)


SEEN = for_roles(*SEES_PLANS)
SETTLEMENT_BATCH = WorkKind("settlement_batch", SettlementBatch, _batch_facts, SEEN, BookEvent, has_keys=True, locks=_books_first, follows={
    "post": _follow(post_batch), "pay": _follow(pay_batch), "reverse": _follow(reverse_batch)})
SETTLEMENT_PERIOD = WorkKind("settlement_period", SettlementPeriod, _period_facts, SEEN, BookEvent, has_keys=True, locks=_books_first,
                             follows={"close": _follow(seal_period)})
VOUCHER = WorkKind("voucher", Voucher, _voucher_facts, _seen_of("institution_id"), BookEvent, has_keys=True, locks=_books_first, follows={"approve": _follow(post_voucher)})
DISPUTE = WorkKind("dispute", Dispute, _dispute_facts, _seen_of("unit"), BookEvent, has_keys=True, locks=_books_first, units=_own, institutions=_own)
SPECIAL_REVIEW = WorkKind("special_review", SpecialReview, _review_facts, _seen_of("unit"), BookEvent, has_keys=True, locks=_books_first, units=_own,
                          institutions=_own)
