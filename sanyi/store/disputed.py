"""What a dispute stops until it is answered or corrected: its own batch, and every later one of the period whose sheet still says the same."""
from sanyi.store.models import BatchSheet, Dispute, SettlementBatch

NOT_COMPARED = ("id", "batch_id", "name")


STOPS = ("raised", "upheld")


def stopping(batch: SettlementBatch) -> list[Dispute]:
    """The open and upheld disputes of a batch's period that this batch does not correct, since the last one that was posted and stands.

    A batch's own sheets are what was disputed; a later draft corrects them when its sheet of that institution and fund says otherwise.
    """
    standing = SettlementBatch.objects.filter(period=batch.period_id, number__lt=batch.number, state__in=("posted", "paid")).order_by("-number").first()
    found = Dispute.objects.filter(state__in=STOPS, batch__period=batch.period_id, batch__number__lte=batch.number,
                                   batch__number__gt=standing.number if standing else 0).order_by("pk")
    return [each for each in found if each.batch_id == batch.pk or _said(each.batch_id, each) == _said(batch.pk, each)]


def _said(batch: int, dispute: Dispute) -> dict[str, object]:
    """What a batch's sheet says of the disputed institution and fund."""
    row = BatchSheet.objects.filter(batch=batch, institution_id=dispute.unit, fund_code=dispute.fund_code).values().first() or {}
    return {name: value for name, value in row.items() if name not in NOT_COMPARED}
