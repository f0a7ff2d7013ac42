"""Encounters before their bills: who, where, when, what for, at what cost aimed for."""
from dataclasses import dataclass, fields, replace

import numpy as np

from sanyi.worlds.batch import days
from sanyi.worlds.catalogue.diseases import diagnosis_names, stay_diseases, visit_diseases

TYPES = ("outpatient", "emergency", "inpatient", "day_surgery", "internet")
OUTPATIENT, EMERGENCY, INPATIENT, DAY_SURGERY, INTERNET = range(5)
WAYS = ("home", "transfer", "community", "against_advice", "died")
HOME, TRANSFER, COMMUNITY, AGAINST_ADVICE, DIED = range(5)
DISEASES = stay_diseases() + visit_diseases()
STAY_COUNT = len(stay_diseases())
DIAGNOSIS_CODES = tuple(diagnosis_names())
DIAGNOSIS_OF = np.array([DIAGNOSIS_CODES.index(one.code) for one in DISEASES])
SEASONS = {  # relative weight by month
    "w": (145, 125, 110, 95, 85, 75, 75, 78, 85, 95, 110, 135),
    "s": (75, 75, 85, 95, 110, 125, 135, 132, 115, 100, 80, 73),
    "n": (95, 82, 104, 102, 103, 101, 103, 102, 101, 100, 102, 105),
}


@dataclass(frozen=True)
class Cases:
    """Arrays by encounter; `resident` counts from the block's first, `target_fen` is the bill aimed for, `month` 1–12."""

    resident: np.ndarray
    institution: np.ndarray
    disease: np.ndarray
    type_place: np.ndarray
    insurance: np.ndarray
    admitted: np.ndarray
    discharged: np.ndarray
    icu_days: np.ndarray
    age: np.ndarray
    weight: np.ndarray
    way: np.ndarray
    referral: np.ndarray
    is_booked: np.ndarray
    is_planned: np.ndarray
    target_fen: np.ndarray
    fraud: np.ndarray
    month: np.ndarray

    def __len__(self) -> int:
        return len(self.resident)

    def take(self, index: np.ndarray) -> "Cases":
        """The cases at these places, in this order."""
        return Cases(*(getattr(self, one.name)[index] for one in fields(self)))

    def with_(self, **columns: np.ndarray) -> "Cases":
        """The same cases with some columns replaced."""
        return replace(self, **columns)

    @property
    def stay_days(self) -> np.ndarray:
        """Days of stay: at least 1 for a stay, 0 for a visit."""
        is_stay = (self.type_place == INPATIENT) | (self.type_place == DAY_SURGERY)
        return np.where(is_stay, np.maximum(1, self.discharged - self.admitted), 0)


def joined(parts: list[Cases]) -> Cases:
    """Several lists of cases as one."""
    return Cases(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Cases)))


def cumulative(weights: np.ndarray) -> np.ndarray:
    """Each row of weights as running shares that end at 1."""
    running = np.cumsum(weights, axis=1, dtype=np.float64)
    return running / running[:, -1:]


def draw_rows(random: np.random.Generator, running: np.ndarray, row: np.ndarray) -> np.ndarray:
    """For each case draw a column of its row of running shares."""
    flat = (running + np.arange(len(running))[:, None]).ravel()
    found = np.searchsorted(flat, random.random(len(row)) + row, side="right") - row.astype(np.int64) * running.shape[1]
    return np.clip(found, 0, running.shape[1] - 1)


def disease_shares(start: int, stop: int) -> np.ndarray:
    """Running shares of the diseases from `start` to `stop`, a row for each age band × sex (female, male)."""
    table = np.zeros((14, stop - start))
    for place, disease in enumerate(DISEASES[start:stop]):
        for band, weight in enumerate(disease.bands):
            table[band * 2, place] = 0 if disease.sex == "m" else weight * disease.frequency
            table[band * 2 + 1, place] = 0 if disease.sex == "f" else weight * disease.frequency
    return cumulative(table)


SEASON_SHARES = cumulative(np.array([SEASONS[name] for name in "wsn"], dtype=np.float64))
SEASON_OF = np.array(["wsn".index(disease.season) for disease in DISEASES])


def draw_days(random: np.random.Generator, year: int, disease: np.ndarray) -> np.ndarray:
    """A day of the year by the season of the disease."""
    month = draw_rows(random, SEASON_SHARES, SEASON_OF[disease])
    starts = np.array([days(year, number) for number in range(1, 13)] + [days(year + 1)])
    return starts[month] + np.floor(random.random(len(month)) * np.diff(starts)[month]).astype(np.int64)


def month_of(day: np.ndarray) -> np.ndarray:
    """The month (1–12) of a day."""
    return (day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1).astype(np.int8)
