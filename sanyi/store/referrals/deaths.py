"""What a death ends of referrals: those before the arrival; what was treated is fed back and closed by people."""
from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from sanyi.store.due import Due
from sanyi.store.persons.deaths import DeathConsequence
from sanyi.store.referrals.tables import Referral
from sanyi.workflows.referral import BEFORE_ARRIVAL


def _endings(dead: QuerySet, today: date) -> Iterator[Due]:
    yield Due("referral", Referral.objects.filter(person__in=dead.values("pk"), state__in=BEFORE_ARRIVAL).order_by("pk"), "end_with_death")


REFERRALS = DeathConsequence("referrals", _endings)
