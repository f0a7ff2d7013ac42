"""Claim: what an institution claimed for a settled visit."""
from collections.abc import Sequence
from typing import Any

from sanyi.web.fhir.naming import concept, day, fhir_id, identifier, reference, standard, yuan
from sanyi.web.fhir.recorded import Row, patients, recorded
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.resources.coverage import KINDS
from sanyi.workflows.facts import Actor

TYPE = standard("http://terminology.hl7.org/CodeSystem/claim-type", "institutional")
PARAMS = {"patient": ("reference", "resident_id"), "identifier": ("token", "settlement_id"), "created": ("date", "settled_on")}


def key_of(id: str) -> Row:
    """The settlement that an id stands for."""
    return {"settlement_id": id}


def shared(row: Row, patient: Any) -> Json:
    """What a claim and its answer have alike."""
    return {"id": fhir_id(row["settlement_id"]), "identifier": identifier("settlement", row["settlement_id"]), "status": "active", "type": TYPE, "use": "claim", "patient": patient(row),
            "created": day(row["settled_on"])}


def shaped(rows: Sequence[Row], actor: Actor) -> Sequence[Json]:
    """Claims: one item, the whole visit."""
    patient = patients(rows, actor)
    return [{**shared(row, patient), "provider": reference("Organization", row["institution_id"]),
             "priority": standard("http://terminology.hl7.org/CodeSystem/processpriority", "normal"),
             "insurance": [{"sequence": 1, "focal": True, "coverage": {"identifier": identifier("insurance", row["insurance_code"])[0], "display": KINDS[row["insurance_code"]][0]}}],
             "item": [{"sequence": 1, "productOrService": concept("claim-item", "encounter", ("整次就诊", "whole visit")), "encounter": [reference("Encounter", row["encounter_id"])],
                       "net": yuan(row["total_fen"])}], "total": yuan(row["total_fen"])} for row in rows]


CLAIM = recorded("Claim", "settlements", key_of, {**PARAMS, "provider": ("reference", "institution_id"), "encounter": ("reference", "encounter_id")}, shaped, always={"status": "active", "use": "claim"},
                 refers={"patient": ("patient", "Patient"), "provider": ("provider", "Organization"), "encounter": ("item", "Encounter")})
