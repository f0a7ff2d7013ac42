"""What a prescription under way lets its institution and the pharmacy that took it read. Source: R49."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.health.relations import TreatmentRelation
from sanyi.store.prescriptions.tables import Prescription
from sanyi.workflows.prescription import OPEN

REVIEWED = ("approved", *OPEN)  # by a second person: writing alone would open anybody's record


def _is_under_way(person: int, institution: str, now: datetime) -> bool:
    return Prescription.objects.filter(Q(institution=institution) | Q(pharmacy=institution), person=person, state__in=REVIEWED).exists()


PRESCRIBED = TreatmentRelation("prescription", "处方在办", "prescription under way", ("treatment",), _is_under_way)
