"""The residents of a block: age, sex, home, insurance, health, and when they were born, moved in or died."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sanyi.worlds.batch import NO_DAY, days
from sanyi.worlds.catalogue.diseases import BAND_STARTS
from sanyi.worlds.frame import Frame
from sanyi.worlds.places import Places, places
from sanyi.worlds.streams import stream

# Shares in ten-thousandths by five-year age group (0-4 ... 95+), China 2020.
PYRAMID = (552, 639, 605, 516, 531, 652, 881, 702, 659, 814, 859, 719, 520, 525, 352, 221, 144, 76, 25, 8)
YEARLY_DEATHS_PPM = (2_500, 400, 300, 900, 4_500, 22_000, 105_000)
UNINSURED, RESIDENT, EMPLOYEE = -1, 0, 1
INSURANCES = ("resident", "employee")
CLASSES = ("ordinary", "poor", "disabled", "retired", "student")
ORDINARY, POOR, DISABLED, RETIRED, STUDENT = range(5)


@dataclass(frozen=True)
class People:
    """Arrays by resident of one block; days are days since 1970, NO_DAY where there is none."""

    first: int
    is_male: np.ndarray
    born: np.ndarray
    died: np.ndarray
    village: np.ndarray
    town: np.ndarray
    district: np.ndarray
    insurance: np.ndarray
    other_insurance: np.ndarray
    class_place: np.ndarray
    from_month: np.ndarray
    to_month: np.ndarray
    frailty: np.ndarray
    contracted: np.ndarray

    @property
    def count(self) -> int:
        """How many residents."""
        return len(self.born)


def age_years(born: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Completed years of age on a day."""
    birth, day = born.astype("datetime64[D]"), on.astype("datetime64[D]")
    birth_month, month = birth.astype("datetime64[M]"), day.astype("datetime64[M]")
    gap = month.astype(np.int64) - birth_month.astype(np.int64)
    birth_of_month = (birth - birth_month.astype("datetime64[D]")).astype(np.int64)
    day_of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    return (gap - (day_of_month < birth_of_month)) // 12


def age_band(age: np.ndarray) -> np.ndarray:
    """The age band (see the catalogue of diseases) of an age in years."""
    return (np.searchsorted(np.array(BAND_STARTS), age, side="right") - 1).astype(np.int8)


@lru_cache(maxsize=3)
def people(frame: Frame, block: int) -> People:
    """Draw the residents of a block; the same block gives the same people in every process and year."""
    first, after = frame.block_range(block)
    count = after - first
    random = stream(frame.seed, "residents", block)
    village = (np.searchsorted(places(frame).village_starts, np.arange(first, after), side="right") - 1).astype(np.int32)
    where: Places = places(frame)
    town = where.village_town[village]
    born = _born(random, frame, count)
    is_male = random.random(count) < np.where(days(frame.last_year + 1) - born > 75 * 365, 0.46, 0.513)
    died = _died(random, frame, born)
    frailty = random.gamma(1.1, 1 / 1.1, count)
    insurance, other, from_month, to_month = _insured(stream(frame.seed, "insurance", block), frame, born, count)
    class_place = _class_of_person(stream(frame.seed, "insurance", block, 1), frame, born, insurance)
    contracted = _contracted(stream(frame.seed, "contracts", block), frame, born, frailty, insurance)
    return People(first, is_male, born, died, village, town, where.town_district[town].astype(np.int16), insurance, other,
                  class_place, from_month, to_month, frailty, contracted)


def _born(random, frame: Frame, count: int) -> np.ndarray:
    """Birthdays after the pyramid as it stands when the last year ends; newborns fall evenly over their years."""
    shares = np.array(PYRAMID, dtype=np.float64)
    group = random.choice(len(PYRAMID), count, p=shares / shares.sum())
    age_days = np.floor((group * 5 + random.random(count) * 5) * 365.2425).astype(np.int64)
    return days(frame.last_year + 1) - 1 - age_days


def _died(random, frame: Frame, born: np.ndarray) -> np.ndarray:
    """Days of death in the years covered (most live on)."""
    died = np.full(len(born), NO_DAY, dtype=np.int64)
    yearly = np.array(YEARLY_DEATHS_PPM) / 1e6
    for year in frame.year_list:
        start, length = days(year), days(year + 1) - days(year)
        risk = yearly[age_band(np.maximum(0, (start - born) // 365))]
        dies = (random.random(len(born)) < risk) & (died == NO_DAY)
        day = start + np.floor(random.random(len(born)) * length).astype(np.int64)
        died = np.where(dies & (day > born + 1), day, died)
    return died


def _insured(random, frame: Frame, born, count):
    """Scheme of each resident, and for the last year the months covered: joiners, leavers, changes of scheme."""
    age = (days(frame.last_year) - born) // 365
    is_working = (age >= 22) & (age < 60)
    draw = random.random(count)
    employee = np.where(is_working, draw < 0.30, np.where(age >= 60, draw < 0.28, False))
    insurance = np.where(employee, EMPLOYEE, RESIDENT).astype(np.int8)
    insurance[random.random(count) < 0.028] = UNINSURED
    change = random.random(count)
    cut = random.integers(2, 12, count)
    from_month = np.where(change < 0.012, cut, 1).astype(np.int8)
    to_month = np.where((change >= 0.012) & (change < 0.021), cut, 12).astype(np.int8)
    other = np.full(count, UNINSURED, dtype=np.int8)
    moves = (change >= 0.021) & (change < 0.028) & is_working & (insurance == RESIDENT)
    other[moves] = EMPLOYEE
    to_month[moves] = cut[moves]
    return insurance, other, from_month, to_month


def _class_of_person(random, frame: Frame, born, insurance):
    """Ordinary, poor, disabled, retired, student or child."""
    age = (days(frame.last_year) - born) // 365
    draw = random.random(len(born))
    found = np.where(age < 20, STUDENT, ORDINARY)
    found = np.where((insurance == EMPLOYEE) & (age >= 60), RETIRED, found)
    found = np.where((insurance == RESIDENT) & (draw < 0.045), POOR, found)
    return np.where((insurance == RESIDENT) & (draw >= 0.045) & (draw < 0.063), DISABLED, found).astype(np.int8)


def _contracted(random, frame: Frame, born, frailty, insurance):
    """Who has signed with a team: priority groups and the sick more often."""
    age = (days(frame.last_year + 1) - born) // 365
    chance = np.where(age >= 65, 0.62, np.where(age < 7, 0.56, np.where((age >= 45) & (frailty > 1.2), 0.50, 0.41)))
    return (random.random(len(born)) < chance) & (insurance != UNINSURED)
