"""Recognition, reported examinations and remote consultations, as rows of the record tables `recognition_decisions`, `shared_examinations` and `remote_consultations`."""
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, QuerySet, When

from sanyi.store.exams.recognition import ORDERED_AFTERWARDS, SAVED
from sanyi.store.exams.tables import Consultation, CriticalValue, Exam, RecognitionCheck
from sanyi.store.exports import RecordExport, Row, moments
from sanyi.store.log import today_of

OURS = {"check_id": "SR-", "exam_id": "SX-", "consultation_id": "SC-"}  # how the numbers of exported rows begin


def _checks(first: date, last: date) -> QuerySet[RecognitionCheck]:
    """Decisions; what was used and then ordered all the same stands as the order alone. Of level 5 none, for that it was examined at all is for the attending staff."""
    rows = RecognitionCheck.objects.filter(at__range=moments(first, last)).annotate(was_ordered=ORDERED_AFTERWARDS, saved=Case(When(SAVED, then="saved_fen"), default=0, output_field=BigIntegerField()))
    return rows.exclude(decision="accepted", was_ordered=True).exclude(exam__is_narrow=True).exclude(result__is_narrow=True).order_by("pk")


def _exams(first: date, last: date) -> QuerySet[Exam]:
    """Examinations that were reported once, also while they are being corrected."""
    return Exam.objects.filter(first_released_at__range=moments(first, last)).order_by("pk")


def _consultations(first: date, last: date) -> QuerySet[Consultation]:
    return Consultation.objects.filter(state__in=("closed", "declined"), created_at__range=moments(first, last)).order_by("pk")


def recognition_rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    """One row a decision from a day to a last day, about somebody whom the record knows."""
    for row in _checks(first, last).exclude(person__resident_id="").select_related("person", "result").iterator():
        yield {"check_id": f"{OURS['check_id']}{row.pk}", "resident_id": row.person.resident_id, "institution_id": row.institution, "from_institution_id": row.result.centre if row.result else None,
               "item_code": row.item, "decision_code": row.decision, "reason_code": row.reason or None, "price_fen": row.price_fen, "saved_fen": row.saved, "checked_on": today_of(row.at)}


def _exam_rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    stages: dict[int, int] = {}  # the first one decides: a later report may raise another
    for id, stage, read_at in CriticalValue.objects.filter(exam__in=_exams(first, last)).exclude(state="withdrawn").order_by("-pk").values_list("exam_id", "stage", "acknowledged_at"):
        stages[id] = stage if read_at else 0
    for row in _exams(first, last).filter(is_narrow=False).exclude(person__resident_id="").select_related("person").iterator():
        yield {"exam_id": f"{OURS['exam_id']}{row.pk}", "resident_id": row.person.resident_id, "from_institution_id": row.institution, "to_institution_id": row.centre, "kind_code": row.kind,
               "item_code": row.item, "ordered_on": today_of(row.created_at), "released_on": today_of(row.first_released_at), "is_in_time": row.first_released_at <= row.due_at if row.due_at else None,
               "critical_stage_number": stages.get(row.pk)}


def _consultation_rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    for row in _consultations(first, last).exclude(person__resident_id="").select_related("person").iterator():
        yield {"consultation_id": f"{OURS['consultation_id']}{row.pk}", "resident_id": row.person.resident_id, "from_institution_id": row.institution, "to_institution_id": row.expert_institution,
               "kind_code": row.kind, "status_code": row.state, "asked_on": today_of(row.created_at), "fee_fen": row.fee_fen, "grade_number": row.grade}


def _own(key: str, day: str) -> Callable[[Row, date, date], bool]:
    return lambda row, first, last: str(row[key]).startswith(OURS[key]) and first <= row[day] <= last


def _of_nobody(rows: Callable[[date, date], QuerySet[Any]]) -> Callable[[date, date], int]:
    """How many are of somebody whom the record does not know."""
    return lambda first, last: rows(first, last).filter(person__resident_id="").count()


def _exams_left_out(first: date, last: date) -> int:
    return _of_nobody(_exams)(first, last) + _exams(first, last).filter(is_narrow=True).exclude(person__resident_id="").count()


RECOGNITION = RecordExport("recognition_decisions", recognition_rows, _own("check_id", "checked_on"), _of_nobody(_checks))
EXAMINATIONS = RecordExport("shared_examinations", _exam_rows, _own("exam_id", "released_on"), _exams_left_out)
CONSULTATIONS = RecordExport("remote_consultations", _consultation_rows, _own("consultation_id", "asked_on"), _of_nobody(_consultations))
