"""Appraisal: schemes that turn scores, commendations, gates and vetoes into a band, each scheme as data of the plan."""
from sanyi.terms.registry import find
from sanyi.terms.step import Step


def appraisal_steps() -> tuple[Step, ...]:
    """All appraisal steps, found by folder."""
    return find(__name__, Step)
