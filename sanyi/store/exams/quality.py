"""Quality of shared diagnosis in figures: by centre and kind how much was done, in time, rejected, corrected, read back, fixed in time. Source: NG-01…NG-04."""
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q

from sanyi.store.exams.rules import Rules
from sanyi.store.exams.tables import CriticalValue, Exam
from sanyi.store.findings.tables import ExamFile
from sanyi.store.models import WorkEvent
from sanyi.terms.fen import ratio



def quality_by_centre(start: datetime, end: datetime, rules: Rules | None, unit: str = "") -> list[dict[str, Any]]:
    """Examinations ordered from a moment until before another, by centre and kind; rates in millionths, None where there is nothing to share. `unit` leaves one centre.

    Rejected: specimens that were rejected, of those that came (a fresh one counts anew). Cold ischaemia in time: of specimens that were fixed.
    """
    rows = Exam.objects.filter(created_at__gte=start, created_at__lt=end, **({"centre": unit} if unit else {}))
    limit = timedelta(minutes=rules.cold_ischaemia_minutes) if rules and rules.cold_ischaemia_minutes is not None else None
    counted = rows.annotate(cold=ExpressionWrapper(F("fixed_at") - F("sampled_at"), output_field=DurationField())).values("centre", "kind").order_by("centre", "kind").annotate(
        count=Count("pk"), released=Count("pk", filter=Q(first_released_at__isnull=False)), in_time=Count("pk", filter=Q(first_released_at__lte=F("due_at"))), corrected=Count("pk", filter=Q(released_at__gt=F("first_released_at"))),
        critical=Count("pk", filter=Q(is_critical=True)), lapsed=Count("pk", filter=Q(lapsed_on__isnull=False)), fixed=Count("pk", filter=Q(kind="pathology", fixed_at__isnull=False)),
        fixed_in_time=Count("pk", filter=Q(kind="pathology", cold__lte=limit) if limit is not None else Q(pk__in=())), with_files=Count("pk", filter=Q(pk__in=_with_files(rows))))
    steps, read = _steps(rows), _read_back(rows)
    return [{**row, "in_time_ppm": ratio(row["in_time"], row["released"]), "corrected_ppm": ratio(row["corrected"], row["released"]), "rejected": steps.get((row["centre"], row["kind"], "reject"), 0),
             "rejected_ppm": ratio(steps.get((row["centre"], row["kind"], "reject"), 0), steps.get((row["centre"], row["kind"], "sample"), 0)),
             "fixed_in_time_ppm": ratio(row["fixed_in_time"], row["fixed"]), "read_back_ppm": ratio(*read.get((row["centre"], row["kind"]), (0, 0)))} for row in counted]


def _with_files(rows: Any) -> Any:
    return ExamFile.objects.filter(exam__in=rows, aside_at=None).values("exam")


def _steps(rows: Any) -> dict[tuple[str, str, str], int]:
    """How many specimens were taken and rejected, by centre and kind: a second specimen of an examination counts as well."""
    whose = {pk: (centre, kind) for pk, centre, kind in rows.filter(sampled_at__isnull=False).values_list("pk", "centre", "kind")}
    found: dict[tuple[str, str, str], int] = {}
    for id, step in WorkEvent.objects.filter(subject="exam", step__in=("sample", "reject"), subject_id__in=rows.filter(sampled_at__isnull=False).values("pk")).values_list("subject_id", "step"):
        key = (*whose[id], step)
        found[key] = found.get(key, 0) + 1
    return found


def _read_back(rows: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """Of critical values that were not withdrawn, those that who asked read back, before they went on."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for centre, kind, stage, read_at in CriticalValue.objects.filter(exam__in=rows).exclude(state="withdrawn").values_list("exam__centre", "exam__kind", "stage", "acknowledged_at"):
        good, of = found.get((centre, kind), (0, 0))
        found[centre, kind] = (good + (stage == 1 and read_at is not None), of + 1)
    return found
