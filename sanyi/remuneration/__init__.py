"""Remuneration: what money is for staff, and how it is shared among them by the work they did."""
from sanyi.terms.registry import find
from sanyi.terms.step import Step


def remuneration_steps() -> tuple[Step, ...]:
    """All steps of pay, found by folder."""
    return find(__name__, Step)
