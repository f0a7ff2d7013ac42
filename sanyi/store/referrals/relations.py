"""What a referral lets its two sides read: the receiver attends whoever arrived, both handle what is on the way. Source: R49."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.health.relations import TreatmentRelation
from sanyi.store.referrals.tables import Referral

ARRIVED, HANDLED = ("recorded", "arrived", "treated", "down_offered"), ("submitted", "filing_asked", "certified", "accepted", "taken_over")


def _is_treated_there(person: int, institution: str, now: datetime) -> bool:
    return Referral.objects.filter(person=person, receiver=institution, state__in=ARRIVED).exists()


def _is_handled(person: int, institution: str, now: datetime) -> bool:
    """Both sides once it is sent and until it ends. A draft is no basis: anybody may write one about anybody; who writes it has the patient there (a visit, an appointment, a contract)."""
    return Referral.objects.filter(Q(institution=institution) | Q(receiver=institution), person=person, state__in=(*HANDLED, *ARRIVED)).exists()


REFERRED = TreatmentRelation("referral_arrived", "转诊已到诊", "arrived on a referral", ("treatment", "referral"), _is_treated_there, is_attending=True)
ON_THE_WAY = TreatmentRelation("referral", "转诊在办", "referral in hand", ("treatment", "referral"), _is_handled)
