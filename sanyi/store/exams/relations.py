"""What an examination under way lets the institution that asked for it and the centre read. Source: R49."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.exams.tables import Exam
from sanyi.store.health.relations import TreatmentRelation


BEGUN = ("received", "performed", "claimed", "reported", "verified", "correcting")  # the centre has it in hand: an order alone would open anybody's record


def _is_under_way(person: int, institution: str, now: datetime) -> bool:
    return Exam.objects.filter(Q(institution=institution) | Q(centre=institution), person=person, state__in=BEGUN).exists()


EXAMINED = TreatmentRelation("exam", "检查在办", "examination under way", ("treatment",), _is_under_way)
