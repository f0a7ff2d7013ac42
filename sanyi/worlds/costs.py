"""What a stay costs: disease, level, operations, severity, comorbidity, age and length, with a heavy tail."""
from dataclasses import dataclass

import numpy as np

from sanyi.worlds.cases import DISEASES, STAY_COUNT
from sanyi.worlds.catalogue.diseases import CHARLSON, other_diagnoses
from sanyi.worlds.catalogue.rare_diseases import rare_rows
from sanyi.worlds.catalogue.severity import (BY_COMORBIDITY, BY_INFANCY, BY_SEVERITY, COMORBID_MEAN, INFANT_SHARE, MODERATE_SHARE,
                                             SEVERE_SHARE)

LEVEL_COST = np.array([0.5, 0.70, 1.0, 1.35])
YEARLY_TREND = 1.06
PRICE_SCALE = 0.51  # a poorer region than the catalogue's costs
LOW_SHARE = 0.13  # of the usual cost: a stay that need not have been one
SHORT_FLOOR = 0.45  # no honest stay of two days without operation is as cheap as that
OF_STAYS = DISEASES[:STAY_COUNT]
OTHERS = other_diagnoses()
MEAN_DAYS = np.array([one.stay_days for one in OF_STAYS], dtype=np.float64)
MEAN_COST = np.array([one.cost_fen for one in OF_STAYS], dtype=np.float64) * PRICE_SCALE
HAS_OPERATIONS = np.array([bool(one.main_operations) for one in OF_STAYS])
UNOPERATED = np.where(HAS_OPERATIONS, 0.62, 1.0)
IS_SENSITIVE = np.array([one.code in BY_SEVERITY for one in OF_STAYS])
IS_EVEN = ~np.array([one.code in (*BY_SEVERITY, *BY_COMORBIDITY, *BY_INFANCY) for one in OF_STAYS])
IS_RARE = np.isin([one.code for one in OF_STAYS], [row[0] for row in rare_rows()])
CAN_BE_LOW = IS_EVEN & ~IS_RARE & (MEAN_COST * UNOPERATED >= 350_000) & (MEAN_DAYS >= 5)


def _charlson(code: str) -> int:
    """The comorbidity weight of a diagnosis; a subcategory's beats its category's. Source: DIP-11."""
    weights = dict(CHARLSON)
    return weights.get(code[:5], weights.get(code[:3], 0))


OTHER_WEIGHT = np.array([_charlson(row[0]) for row in OTHERS])
OTHER_FAILS = np.array([row[2] == "o" for row in OTHERS])
OTHER_IS_VITAL = np.array([row[2] == "v" for row in OTHERS])


def _by_severity(code: str) -> tuple[float, float, float]:
    """The factors of mild, moderate and severe stays of a disease, over about their mean."""
    if code not in BY_SEVERITY:
        return 1.0, 1.0, 1.3
    severe, moderate = BY_SEVERITY[code]
    mean = 1 + SEVERE_SHARE * (severe - 1) + MODERATE_SHARE * (moderate - 1)
    return 1 / mean, moderate / mean, severe / mean


SEVERITY_COST = np.array([_by_severity(one.code) for one in OF_STAYS])
COMORBIDITY_COST = np.array([np.array(BY_COMORBIDITY[one.code]) / COMORBID_MEAN if one.code in BY_COMORBIDITY else np.ones(4) for one in OF_STAYS])
INFANT_COST = np.array([BY_INFANCY.get(one.code, 1.0) for one in OF_STAYS])


@dataclass(frozen=True)
class Course:
    """How stays went: arrays by stay; `other_of` and `other` list the other diagnoses, by stay and place in OTHERS."""

    disease: np.ndarray
    tier: np.ndarray
    age: np.ndarray
    length: np.ndarray
    operated: np.ndarray
    other_of: np.ndarray
    other: np.ndarray
    is_low: np.ndarray


def costs(random: np.random.Generator, course: Course, district_cost: np.ndarray, years: int) -> np.ndarray:
    """The bill aimed for, in fen; `years` counts from the reform year (negative before it)."""
    count, disease, length = len(course.disease), course.disease, course.length
    factor = np.where(HAS_OPERATIONS[disease], np.where(course.operated > 0, 1.22 + 0.10 * (course.operated - 1), 0.62), 1.0)
    factor *= _illness(course) * (length / MEAN_DAYS[disease]) ** 0.45 * district_cost
    factor *= np.exp(random.normal(-0.045, 0.30, count))
    odd = random.random(count)
    factor *= np.where(odd < 0.015, 2.2 + random.pareto(2.6, count).clip(0, 8), 1.0)
    factor *= np.where((odd > 0.98) & (length >= 3), random.uniform(0.36, 0.47, count), 1.0)
    is_short = (length <= 2) & (course.operated == 0)
    factor = np.where(is_short, np.maximum(factor, SHORT_FLOOR * UNOPERATED[disease]), factor)
    factor = np.where(course.is_low, LOW_SHARE * UNOPERATED[disease], factor) * LEVEL_COST[course.tier] * YEARLY_TREND ** years
    return np.maximum(30_000, MEAN_COST[disease] * factor).astype(np.int64)


def _illness(course: Course) -> np.ndarray:
    """What severity, comorbidity and age make of the cost."""
    count, disease = len(course.disease), course.disease
    others = np.bincount(course.other_of, minlength=count)
    level = np.zeros(count, dtype=np.int64)
    level[course.other_of[OTHER_IS_VITAL[course.other]]] = 1
    level[course.other_of[OTHER_FAILS[course.other]]] = 2
    level[course.length < 3] = 0
    weight = np.bincount(course.other_of, weights=OTHER_WEIGHT[course.other], minlength=count)
    comorbidity = np.searchsorted((0, 2, 4), weight)
    age = np.where(course.age >= 80, 1.10, np.where(course.age >= 65, 1.05, np.where(course.age < 7, 0.92, 1.0)))
    infant = INFANT_COST[disease]
    young = np.where(course.age < 1, infant, 1.0) / (1 + INFANT_SHARE * (infant - 1))
    return SEVERITY_COST[disease, level] * COMORBIDITY_COST[disease, comorbidity] * age * young * (1 + 0.035 * others)
