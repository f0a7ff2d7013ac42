"""Independent random streams: one generator per purpose, year and block, none ever shared or hashed."""
import numpy as np

PURPOSES = (
    "places", "residents", "insurance", "contracts", "stays", "stay_details", "choice", "visits", "visit_choice", "referrals",
    "diagnoses", "operations", "stay_lines", "visit_lines", "history_classes", "faults", "frauds", "staff", "finance", "appraisal",
    "stock", "prescriptions", "newborns", "filings", "stay_care", "tests_before",
)


def stream(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """The generator of one purpose at one place (a year, a block, a month): equal words, equal numbers.

    The purpose's place in PURPOSES and the place given make the spawn key; new purposes go to the end.
    """
    key = (PURPOSES.index(purpose), *place)
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))
