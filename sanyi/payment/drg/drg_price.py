"""The price of a group: weight × base rate × coefficient, and what the plan says about where each comes from.

The plan's words are rows: base rates by fund and tier (`drg.base_rates`), coefficients by tier (`drg.tier_coefficients`), and the
tier at whose rate and coefficient basic groups are priced everywhere (`drg.basic_group_tier`).
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sanyi.terms.fen import E4, E4_TO_E8, take_rate

E8, E9 = 10 ** 8, 10 ** 9
YUAN = 100
ANY = "all"
NOT_BASIC = "off"


@dataclass(frozen=True)
class Terms:
    """What a group is priced by in one place: the tier whose rate counts, the coefficient in 1/10^8 (None: no price) and where it is from."""

    tier_code: str
    coefficient_e8: int | None
    basis_code: str


def price(weight_e9: int | None, rate_e4: int | None, coefficient_e8: int | None) -> Fraction | None:
    """Weight × base rate × coefficient in yuan, exact; None where one of them is not known. Source: DRG-7."""
    if weight_e9 is None or rate_e4 is None or coefficient_e8 is None:
        return None
    return Fraction(weight_e9 * rate_e4 * coefficient_e8, E9 * E4 * E8)


def in_fen(yuan: Fraction | None) -> int | None:
    """A sum of yuan, not negative, in fen, half up once."""
    return None if yuan is None else take_rate(YUAN, yuan.numerator, yuan.denominator)


def rate_of(rates: Iterable[Mapping[str, Any]], insurance_code: str, tier_code: str) -> int | None:
    """The base rate of a fund at a tier in 1/10,000 yuan: a row may speak of all funds or of all tiers; the narrowest counts."""
    fitting = [row for row in rates if row["insurance"] in (insurance_code, ANY) and row["tier"] in (tier_code, ANY)]
    narrow = sorted(fitting, key=lambda row: (row["insurance"] == ANY) + (row["tier"] == ANY))
    return narrow[0]["rate_e4"] if narrow else None


def terms(group: Mapping[str, Any], tier_code: str, tier_coefficients: Iterable[Mapping[str, Any]], basic_tier: str, missing: str,
          own_e4: int | None = None) -> Terms:
    """What prices a group in an institution of a tier.

    A basic group takes the rate and coefficient of the plan's one tier everywhere ("all": coefficient 1). Else the group's own
    coefficient at the tier counts before the institution's own (`own_e4`) and before the tier's; where a list gives coefficients by group and
    lacks one, `missing` says "one" or "unpriced". A group that is reviewed case by case has no price. Source: DRG-7, DIP-8.
    """
    if group["is_single_review"]:
        return Terms(tier_code, None, "single_review")
    if group["is_basic"] and basic_tier != NOT_BASIC:
        return Terms(basic_tier, _of_tier(tier_coefficients, basic_tier), "basic")
    listed = {name: group.get(f"{name}_e8") for name in ("tertiary", "secondary", "primary")}
    if listed[tier_code] is not None:
        return Terms(tier_code, listed[tier_code], "group")
    if missing == "unpriced":
        return Terms(tier_code, None, "no_coefficient")
    if own_e4 is not None:
        return Terms(tier_code, own_e4 * E4_TO_E8, "institution")
    return Terms(tier_code, _of_tier(tier_coefficients, tier_code), "tier")


def _of_tier(coefficients: Iterable[Mapping[str, Any]], tier_code: str) -> int:
    return next((row["coefficient_e4"] * E4_TO_E8 for row in coefficients if row["tier"] == tier_code), E8)
