"""ClaimResponse: who paid what of a settled visit."""
from collections.abc import Sequence

from sanyi.web.fhir.naming import concept, reference, standard, yuan
from sanyi.web.fhir.recorded import Row, patients, recorded
from sanyi.web.fhir.resource import Json
from sanyi.web.fhir.resources.claim import PARAMS, key_of, shared
from sanyi.workflows.facts import Actor

ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
STANDARD = {"total_fen": "submitted", "in_scope_fen": "eligible", "fund_fen": "benefit"}
OWN = {"catastrophic_fen": ("大病保险", "catastrophic insurance"), "aid_fen": ("医疗救助", "medical aid"), "account_fen": ("个人账户", "personal account"), "cash_fen": ("个人现金", "cash")}


def shaped(rows: Sequence[Row], actor: Actor) -> Sequence[Json]:
    """Answers to claims: the total, what was in scope, and each payer's part, which sum to the total."""
    patient = patients(rows, actor)
    return [{**shared(row, patient), "insurer": {"display": "医保经办机构"}, "requestor": reference("Organization", row["institution_id"]),
             "request": reference("Claim", row["settlement_id"]), "outcome": "complete", "total": [
                 *({"category": standard(ADJUDICATION, code), "amount": yuan(row[name])} for name, code in STANDARD.items() if row[name] is not None),
                 *({"category": concept("payer", name.removesuffix("_fen"), words), "amount": yuan(row[name])} for name, words in OWN.items() if row[name] is not None)]} for row in rows]


CLAIM_RESPONSE = recorded("ClaimResponse", "settlements", key_of, {**PARAMS, "request": ("reference", "settlement_id"), "requestor": ("reference", "institution_id")}, shaped,
                          always={"status": "active", "outcome": "complete", "use": "claim"},
                          refers={"patient": ("patient", "Patient"), "request": ("request", "Claim"), "requestor": ("requestor", "Organization")})
