"""How long institutions have to answer and to appeal, as the plan of the run says; a case keeps those it began under."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """Days to answer what was told, and to appeal against a decision."""

    answer_days: int
    appeal_days: int


def read_terms(plan) -> Terms:
    """The terms of a plan as it stands on a day."""
    return Terms(plan.value("publishing.answer_days"), plan.value("publishing.appeal_days"))
