"""Claims as a run has put them together, read back for one person: what pages and explanations settle again before one's eyes."""
from collections.abc import Mapping
from typing import Any

from sanyi.payment.benefit.claim import Claim

UNKNOWN = "?"


def claim_of(row: Mapping[str, Any]) -> Claim:
    """A claim from its row of `benefit_claims`; without a level it is refused again."""
    return Claim(row["settlement_id"], row["resident_id"], row["insurance_code"], row["care_code"], row["level_code"] or UNKNOWN, row["settled_on"],
                 row["total_fen"], row["in_scope_fen"], row["person_code"], row["way_code"], row["encounter_id"], row["institution_id"],
                 row["admitted_on"], row["discharged_on"], row["referral_from_id"], row["direction_code"])
