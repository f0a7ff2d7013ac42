"""Claims as a run has put them together, read back for one person: what pages and explanations settle again before one's eyes."""
from collections.abc import Mapping
from typing import Any

from sanyi.payment.benefit.claim import Claim

UNKNOWN = "?"


def claim_of(row: Mapping[str, Any]) -> Claim:
    """A claim from its row of `benefit_claims`; a row without a policy keeps an unknown level, so that it is refused again."""
    cell = (row["policy_key"] or "").split("|")
    level = cell[3] if len(cell) > 3 else UNKNOWN
    return Claim(row["settlement_id"], row["resident_id"], row["insurance_code"], row["care_code"], level, row["settled_on"],
                 row["total_fen"], row["in_scope_fen"], row["person_code"], row["way_code"], row["encounter_id"], row["institution_id"],
                 row["admitted_on"], row["discharged_on"], row["referral_from_id"], row["direction_code"])
