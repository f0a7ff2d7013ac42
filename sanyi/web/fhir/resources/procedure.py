"""Procedure: an operation of an encounter."""
from collections.abc import Sequence

from sanyi.web.fhir.naming import day, fhir_id, reference
from sanyi.web.fhir.recorded import Row, patients, recorded
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.web.fhir.resources.condition import key_of
from sanyi.workflows.facts import Actor


def shaped(rows: Sequence[Row], actor: Actor) -> Sequence[Json]:
    """Operations with whose they are."""
    patient = patients(rows, actor)
    return [{"id": fhir_id(f"{row['encounter_id']}-{row['sequence_number']}"), "status": "completed", "subject": patient(row), "encounter": reference("Encounter", row["encounter_id"]),
             "code": {"coding": [{"system": "urn:sanyi:icd-9-cm-3", "code": row["operation_code"]}]}, "performedDateTime": day(row["operated_on"])} for row in rows]


PROCEDURE = recorded("Procedure", "operations", key_of, {"patient": ("reference", "resident_id"), "subject": ("reference", "resident_id"), "encounter": ("reference", "encounter_id"), "code": ("token", "operation_code"), "date": ("date", "operated_on")},
                     shaped, always={"status": "completed"}, refers={**SUBJECT, "encounter": ("encounter", "Encounter")})
