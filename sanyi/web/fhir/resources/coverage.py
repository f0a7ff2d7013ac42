"""Coverage: some months of a year in which a resident was insured."""
from collections.abc import Sequence
from datetime import date

from sanyi.web.fhir.naming import concept, fhir_id
from sanyi.web.fhir.reach import READERS
from sanyi.web.fhir.recorded import Row, patients, recorded
from sanyi.web.fhir.resource import Json
from sanyi.workflows.facts import Actor

PAYOR = [{"display": "医保经办机构"}]
ROLES = tuple(role for role in READERS if role != "hospital")  # a span of insurance belongs to no institution
KINDS = {"resident": ("城乡居民基本医疗保险", "resident insurance"), "employee": ("职工基本医疗保险", "employee insurance")}


def key_of(id: str) -> Row | None:
    """Resident, insurance, year and first month that an id stands for."""
    parts = id.rsplit("-", 3)
    is_whole = len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts[2:])
    return {"resident_id": parts[0], "insurance_code": parts[1], "year": int(parts[2]), "from_month": int(parts[3])} if is_whole else None


def shaped(rows: Sequence[Row], actor: Actor) -> Sequence[Json]:
    """Spans of insurance."""
    patient = patients(rows, actor)
    return [{"id": fhir_id("-".join(str(row[name]) for name in ("resident_id", "insurance_code", "year", "from_month"))), "status": "active",
             "type": concept("insurance", row["insurance_code"], KINDS[row["insurance_code"]]), "beneficiary": patient(row), "payor": PAYOR,
             "period": {"start": date(row["year"], row["from_month"], 1).isoformat()[:7], "end": date(row["year"], row["to_month"], 1).isoformat()[:7]}} for row in rows]


COVERAGE = recorded("Coverage", "insured_months", key_of, {"patient": ("reference", "resident_id"), "beneficiary": ("reference", "resident_id"), "type": ("token", "insurance_code")},
                    shaped, roles=ROLES, level=2, always={"status": "active"},
                    refers={name: ("beneficiary", "Patient") for name in ("patient", "beneficiary")})
