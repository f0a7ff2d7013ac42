"""What a referral lets its two sides read: the receiver attends whoever arrived, both handle what is on the way. Source: R49."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.health.relations import TreatmentRelation
from sanyi.store.referrals.tables import Referral

ARRIVED, HANDLED = ("recorded", "arrived", "treated", "down_offered"), ("draft", "consented", "submitted", "filing_asked", "certified", "accepted", "taken_over")


def _is_treated_there(person: int, institution: str, now: datetime) -> bool:
    return Referral.objects.filter(person=person, receiver=institution, state__in=ARRIVED).exists()


def _is_handled(person: int, institution: str, now: datetime) -> bool:
    """The sender from the draft on, the receiver once it is sent, both until it ends."""
    sides = Q(institution=institution) | Q(receiver=institution, submitted_at__isnull=False)
    return Referral.objects.filter(sides, person=person, state__in=(*HANDLED, *ARRIVED)).exists()


REFERRED = TreatmentRelation("referral_arrived", "转诊已到诊", "arrived on a referral", ("treatment", "referral"), _is_treated_there, is_attending=True)
ON_THE_WAY = TreatmentRelation("referral", "转诊在办", "referral in hand", ("treatment", "referral"), _is_handled)
