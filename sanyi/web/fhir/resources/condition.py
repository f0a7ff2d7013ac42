"""Condition: a diagnosis of an encounter."""
from collections.abc import Sequence

from sanyi.web.fhir.naming import day, fhir_id, reference
from sanyi.web.fhir.recorded import Row, patients, recorded
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.workflows.facts import Actor


def key_of(id: str) -> Row | None:
    """The encounter and the number within it that an id stands for."""
    encounter, _, number = id.rpartition("-")
    return {"encounter_id": encounter, "sequence_number": int(number)} if encounter and number.isascii() and number.isdigit() and len(number) < 6 else None


def shaped(rows: Sequence[Row], actor: Actor) -> Sequence[Json]:
    """Diagnoses with whose they are."""
    patient = patients(rows, actor)
    return [{"id": fhir_id(f"{row['encounter_id']}-{row['sequence_number']}"), "subject": patient(row), "encounter": reference("Encounter", row["encounter_id"]),
             "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]}],
             "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": row["diagnosis_code"]}]}, "recordedDate": day(row.get("admitted_on"))} for row in rows]


CONDITION = recorded("Condition", "diagnoses", key_of, {"patient": ("reference", "resident_id"), "subject": ("reference", "resident_id"), "encounter": ("reference", "encounter_id"), "code": ("token", "diagnosis_code")}, shaped,
                     always={"category": "encounter-diagnosis"}, refers={**SUBJECT, "encounter": ("encounter", "Encounter")})
