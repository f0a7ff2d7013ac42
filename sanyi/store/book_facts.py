"""Gathering what a step of settlement may know: whose hands it went through, what must be finished first, what is to be paid."""
from datetime import datetime

from sanyi.store.log import today_of
from sanyi.store.models import BookEvent, Dispute, SettlementBatch, SettlementPeriod, SpecialReview, Voucher
from sanyi.workflows.facts import Actor, Facts

BOOK_TABLES = {"settlement_batch": SettlementBatch, "settlement_period": SettlementPeriod, "voucher": Voucher, "dispute": Dispute,
               "special_review": SpecialReview}
OF_A_UNIT = ("dispute", "special_review")
OPEN = {"settlement_batch": ("drafted", "reviewed", "approved", "posted"), "voucher": ("drafted",), "dispute": ("raised",)}


def book_facts(kind: str, row, actor: Actor, now: datetime) -> Facts:
    """Gather the facts of a batch, a period, a voucher, a dispute or a special review."""
    of_review = dict(final_fen=row.cost_fen, answer=(row.outcome, row.amount_fen, row.group)) if kind == "special_review" else \
        dict(final_fen=getattr(row, "final_fen", None))
    return Facts(state=row.state, actor=actor, now=now, today=today_of(now), due=row.due, done_by=row.done_by,
                 units=(row.unit,) if kind in OF_A_UNIT else (), round=getattr(row, "round", 1), hands=hands_of(kind, row),
                 open_work=_open_work(kind, row), **of_review)


def hands_of(kind: str, row) -> tuple[tuple[str, str], ...]:
    """Every step that was taken with each person who took it; a period's only since it was last closed."""
    events = BookEvent.objects.filter(subject=kind, subject_id=row.pk).order_by("version")
    hands = [(step, person, after) for step, persons, after in events.values_list("step", "persons", "after") for person in persons.split("\n") if person]
    if kind == "settlement_period":
        last = max((place for place, (_, _, after) in enumerate(hands) if after == "closed"), default=-1)
        hands = hands[last + 1:]
    return tuple((step, person) for step, person, _ in hands)


def _open_work(kind: str, row) -> tuple[tuple[str, str], ...]:
    """What must be finished before: a period's batches and vouchers, a batch's disputes."""
    if kind == "settlement_period":
        batches = [(f"批次 {each.pk}", f"batch {each.pk}") for each in row.batches.filter(state__in=OPEN["settlement_batch"]).order_by("pk")]
        return (*batches, *((f"凭证 {each.pk}", f"voucher {each.pk}") for each in row.vouchers.filter(state__in=OPEN["voucher"]).order_by("pk")))
    if kind == "settlement_batch":
        return tuple((f"异议 {each.pk}（{each.unit}）", f"dispute {each.pk} of {each.unit}") for each in row.disputes.filter(
            state__in=OPEN["dispute"]).order_by("pk"))
    return ()
