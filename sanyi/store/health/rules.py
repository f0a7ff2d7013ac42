"""The plan's rules of reading health records."""
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class AccessRules:
    """How long a break-glass, an unmasking, a visit and an account's code last, by when a break-glass is reviewed, and the diagnoses of level 5 by their beginnings."""

    break_glass: timedelta
    review: timedelta
    unmask: timedelta
    visit: timedelta
    code: timedelta
    narrowest: tuple[str, ...]


def read_rules(plan: Any) -> AccessRules:
    """Read them from a plan on a day. Errors: UnknownValue."""
    return AccessRules(
        break_glass=timedelta(minutes=plan.value("access.break_glass_minutes")), review=timedelta(days=plan.value("access.review_days")),
        unmask=timedelta(minutes=plan.value("access.unmask_minutes")), visit=timedelta(hours=plan.value("access.visit_hours")),
        code=timedelta(hours=plan.value("access.code_hours")), narrowest=tuple(plan.value("access.narrowest_diagnoses")))
