"""Encounter: a visit or stay of the record."""
from collections.abc import Sequence

from sanyi.web.fhir.naming import day, fhir_id, identifier, reference
from sanyi.web.fhir.recorded import Row, patients, recorded
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.workflows.facts import Actor

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CLASSES = {"outpatient": ("AMB", "ambulatory"), "emergency": ("EMER", "emergency"), "inpatient": ("IMP", "inpatient encounter"), "day_surgery": ("SS", "short stay"),
           "internet": ("VR", "virtual")}
WAYS = {"home": "home", "transfer": "other-hcf", "community": "other-hcf", "against_advice": "aadvice", "died": "exp"}


def shaped(rows: Sequence[Row], actor: Actor) -> Sequence[Json]:
    """Encounters, each finished: the record holds settled ones."""
    patient = patients(rows, actor)
    return [{"id": fhir_id(row["encounter_id"]), "identifier": identifier("encounter", row["encounter_id"]), "status": "finished",
             "class": dict(zip(("system", "code", "display"), (ACT, *CLASSES[row["type_code"]]))), "subject": patient(row),
             "period": {"start": day(row["admitted_on"]), "end": day(row["discharged_on"])}, "serviceProvider": reference("Organization", row["institution_id"]),
             "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": row["principal_diagnosis_code"]}]}] if row["principal_diagnosis_code"] else [],
             "hospitalization": {"dischargeDisposition": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": WAYS[row["discharge_way_code"]]}]}}
             if row["discharge_way_code"] else None} for row in rows]


ENCOUNTER = recorded("Encounter", "encounters", lambda id: {"encounter_id": id}, {
    "patient": ("reference", "resident_id"), "subject": ("reference", "resident_id"), "identifier": ("token", "encounter_id"), "date": ("date", "admitted_on"), "service-provider": ("reference", "institution_id"),
    "reason-code": ("token", "principal_diagnosis_code")}, shaped, always={"status": "finished"}, refers={**SUBJECT, "service-provider": ("serviceProvider", "Organization")})
