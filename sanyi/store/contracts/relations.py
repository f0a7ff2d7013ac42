"""What a family-doctor contract lets its institution read while it is in force. Source: R49."""
from datetime import datetime

from sanyi.store.contracts.tables import Contract
from sanyi.store.health.relations import TreatmentRelation
from sanyi.store.log import today_of


def _is_signed(person: int, institution: str, now: datetime) -> bool:
    today = today_of(now)
    return Contract.objects.filter(person=person, institution=institution, state="active", from_on__lte=today, to_on__gte=today).exists()


SIGNED = TreatmentRelation("contract", "签约在期", "contract in force", ("family_doctor", "treatment"), _is_signed)
