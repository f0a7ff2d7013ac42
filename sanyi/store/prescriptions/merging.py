"""When two rows of a person are merged: prescriptions, what is in hand, and allergies follow; supplies that overlap now say that a merge found them so."""
from sanyi.store.persons.consequences import Merge, Moved, Said, moves_rows, set_aside, set_back
from sanyi.store.prescriptions.tables import Allergy, Prescription, Supply

REASON = "merged"


def _say_overlaps(merge: Merge) -> Moved:
    """Of two supplies of one ingredient that share a day, the later one gets the coded reason that the database asks for."""
    made = []
    for mine in Supply.objects.select_for_update().filter(person=merge.gone, is_live=True, reason="").order_by("from_on", "pk"):
        others = Supply.objects.select_for_update().filter(person=merge.kept, is_live=True, reason="", ingredient=mine.ingredient, from_on__lte=mine.to_on, to_on__gte=mine.from_on)
        for other in others.order_by("from_on", "pk"):
            later = max((mine, other), key=lambda row: (row.from_on, row.pk))
            made.append(set_aside(later, merge, reason=REASON))
            if later is mine:
                break
    return made


def _as_before(merge: Merge, moved: Moved) -> Said:
    return set_back(Supply, moved, merge, "在手药品", "supply")


PRESCRIPTIONS = moves_rows(Prescription, "person", "处方", "prescriptions")
SUPPLIES = moves_rows(Supply, "person", "在手药品", "supplies", _say_overlaps, _as_before)
ALLERGIES = moves_rows(Allergy, "person", "过敏", "allergies")
