"""Prescriptions on a person's timeline."""
from collections.abc import Iterator

from sanyi.store.health.timeline import TimelinePart
from sanyi.store.personal import NARROWEST, level_of
from sanyi.store.prescriptions.tables import Prescription, PrescriptionLine
from sanyi.tables.levels import is_narrowest
from sanyi.tables.timeline import TimelineEntry, TimelineFact
from sanyi.workflows import workflow_of

UNSIGNED = ("written", "checked", "returned", "insisted", "approved", "revoked")


def _entries(person: int, narrowest: tuple[str, ...]) -> Iterator[TimelineEntry]:
    """Prescriptions that were signed, each drug a fact."""
    drug_level = level_of(PrescriptionLine, "drug") or NARROWEST
    for row in Prescription.objects.filter(person=person).exclude(state__in=UNSIGNED).order_by("-id").prefetch_related("lines__drug"):
        level = NARROWEST if is_narrowest(row.diagnosis, narrowest) else drug_level
        state = workflow_of("prescription").state(row.state)
        drugs = [(f"{line.drug.zh} × {line.quantity}，{line.days} 天", f"{line.drug.en} × {line.quantity}, {line.days} days") for line in row.lines.all()]
        facts = [("状态", "state", state.zh, state.en), ("诊断", "diagnosis", row.diagnosis, row.diagnosis), *(("药品", "drug", *words) for words in drugs)]
        yield TimelineEntry("prescription", row.prescribed_on, row.institution, str(row.pk), level, tuple(TimelineFact((zh, en), (said, said_en), level) for zh, en, said, said_en in facts))


PRESCRIPTIONS = TimelinePart("prescription", _entries)
