"""When two rows of a person are merged: examinations and results follow the person; what was decided about a result stays as it was written."""
from django.db.models import Max

from sanyi.store.exams.tables import FINISHED, Consultation, Exam, RecognitionCheck
from sanyi.store.persons.consequences import Merge, Moved, Said, moves_rows, set_aside, set_back, stays


def _own_series(merge: Merge) -> Moved:
    """Of two open ones for the same item the gone row's counts as ordered again."""
    made = []
    for row in Exam.objects.select_for_update().filter(person=merge.gone).exclude(state__in=FINISHED).order_by("pk"):
        alike = Exam.objects.filter(person__in=(merge.kept, merge.gone), item=row.item, institution=row.institution).exclude(state__in=FINISHED)
        if alike.filter(person=merge.kept, series=row.series).exists():
            made.append(set_aside(row, merge, series=alike.aggregate(last=Max("series"))["last"] + 1))
    return made


def _as_before(merge: Merge, moved: Moved) -> Said:
    return set_back(Exam, moved, merge, "检查检验", "examination")


EXAMS = moves_rows(Exam, "person", "检查检验", "examinations", _own_series, _as_before)
CONSULTATIONS = moves_rows(Consultation, "person", "远程会诊", "consultations")
DECIDED = stays(RecognitionCheck, "person")
