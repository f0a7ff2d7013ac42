"""What a death ends of referrals: those before the arrival; what was treated is fed back and closed by people."""
from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from sanyi.store.persons.deaths import DeathConsequence, Ending
from sanyi.store.referrals.tables import Referral
from sanyi.workflows.referral import BEFORE_ARRIVAL


def _endings(dead: QuerySet, today: date) -> Iterator[Ending]:
    for row in Referral.objects.filter(person__in=dead.values("pk"), state__in=BEFORE_ARRIVAL).order_by("pk"):
        yield Ending("referral", row.pk, row.version, "end_with_death", {})


REFERRALS = DeathConsequence("referrals", _endings)
