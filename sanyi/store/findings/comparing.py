"""Measured values as a reader sees them: unit, reference, flag, how far from the person's previous value, and their way through time. Source: NG-03."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from sanyi.store.exams.ordering import done_at
from sanyi.store.exams.rules import Rules
from sanyi.store.exams.tables import Exam, ExamReport
from sanyi.store.findings.measuring import measured_of
from sanyi.store.findings.tables import ExamMeasure
from sanyi.store.log import today_of
from sanyi.store.tenancy import in_hand
from sanyi.terms.fen import PPM
from sanyi.workflows.facts import Actor

MOST_EARLIER = 20


@dataclass(frozen=True)
class Compared:
    """One value with the one before it (and its day); `is_far`: it differs by more than the plan lets go unmarked. `past`: the earlier ones, oldest first."""

    row: ExamMeasure
    before_e3: int | None
    before_on: date | None
    is_far: bool
    past: tuple[tuple[date, int], ...]


def compared(exam: Exam, number: int, actor: Actor, rules: Rules | None) -> list[Compared]:
    """The values of a version of the report, in the plan's order, beside the person's earlier released ones, wherever they were measured."""
    there = measured_of(exam, number)
    if not there:
        return []
    past = _past(exam, tuple(there), actor)
    order = list(rules.analytes(exam.item)) if rules else []
    rows = sorted(there.values(), key=lambda row: (order.index(row.analyte) if row.analyte in order else len(order), row.analyte))
    return [_compared(row, past.get(row.analyte, ()), rules.delta_ppm if rules else None) for row in rows]


def _compared(row: ExamMeasure, past: Sequence[tuple[date, int]], delta_ppm: int | None) -> Compared:
    on, before = past[-1] if past else (None, None)
    is_far = before is not None and delta_ppm is not None and abs(row.value_e3 - before) * PPM > abs(before) * delta_ppm
    return Compared(row, before, on, is_far, tuple(past))


def _past(exam: Exam, analytes: tuple[str, ...], actor: Actor) -> Mapping[str, list[tuple[date, int]]]:
    """By analyte the values of the person's earlier released examinations, oldest first; of level 5 none but what the actor attends."""
    seen = Q(measured__exam__is_narrow=False) | Q(measured__exam__attendants__person_key__in=actor.persons)
    with in_hand((exam.person_id,)):
        rows = list(ExamMeasure.objects.filter(seen, measured__exam__person=exam.person_id, analyte__in=analytes, measured__exam__first_released_at__isnull=False,
                                               measured__exam__created_at__lt=exam.created_at)
                    .exclude(measured__exam=exam).select_related("measured__exam").order_by("measured__exam", "measured__round", "pk").distinct())
        released = ExamReport.objects.filter(exam__in={row.measured.exam_id for row in rows}, release__isnull=False).values("exam").annotate(last=Max("number"))
        out = dict(released.values_list("exam", "last"))
    newest = {(row.measured.exam_id, row.analyte): row for row in rows if row.measured.round <= out.get(row.measured.exam_id, 0)}
    found: dict[str, list[tuple[date, int]]] = {}
    for row in sorted(newest.values(), key=lambda each: (done_at(each.measured.exam), each.pk)):
        found.setdefault(row.analyte, []).append((today_of(done_at(row.measured.exam)), row.value_e3))
    return {analyte: values[-MOST_EARLIER:] for analyte, values in found.items()}
