"""The visits of a block's residents in the reform year, with the follow-up visits of down-referrals."""
from functools import lru_cache

import numpy as np

from sanyi.worlds.batch import NO_DAY, days
from sanyi.worlds.cases import (COMMUNITY, DISEASES, EMERGENCY, HOME, INPATIENT, INTERNET, OUTPATIENT, STAY_COUNT, Cases, disease_shares,
                                draw_days, draw_rows, joined, month_of)
from sanyi.worlds.choice import choose
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import UNINSURED, age_band, age_years, people
from sanyi.worlds.places import places
from sanyi.worlds.stays import DISTRICT_FACTOR, insured_by, stays
from sanyi.worlds.streams import stream

VISITS_PER_HEAD = (9.6, 8.4, 3.4, 4.0, 7.4, 12.6, 12.0)  # a year, by age band
VISIT_SHARES = disease_shares(STAY_COUNT, len(DISEASES))
COST_BY_TIER = (3_600, 7_000, 19_500, 27_000)  # fen
DEAR_POOLS = np.array([1.6 if one.pool in ("oncology", "obstetric", "mouth", "eye") else 1.0 for one in DISEASES])
FOLLOW_UP = next(place for place, one in enumerate(DISEASES) if one.code == "I69.300" and place >= STAY_COUNT)
TESTED_SHARE = 0.2  # of the stays for a disease that is also seen in visits: tested as an outpatient of the same hospital in the week before
MOST_DAYS_BEFORE = 6
VISIT_FOR = np.array([next((place for place in range(STAY_COUNT, len(DISEASES)) if DISEASES[place].code[:3] == one.code[:3]), -1) for one in DISEASES[:STAY_COUNT]])


@lru_cache(maxsize=1)
def visits(frame: Frame, block: int) -> Cases:
    """All visits of a block's residents in the reform year, in the order of their days."""
    year, who, where = frame.last_year, people(frame, block), places(frame)
    random = stream(frame.seed, "visits", year, block)
    band = age_band(np.maximum(0, (days(year) + 180 - who.born) // 365))
    rate = np.array(VISITS_PER_HEAD)[band] * (0.3 + 0.7 * who.frailty) * (who.insurance != UNINSURED)
    rate *= np.where(who.contracted, 0.97, 1.035)
    resident = np.repeat(np.arange(who.count), random.poisson(rate))
    disease = STAY_COUNT + draw_rows(random, VISIT_SHARES, band[resident].astype(np.int64) * 2 + who.is_male[resident])
    day = draw_days(random, year, disease)
    institution = choose(stream(frame.seed, "visit_choice", year, block), where, who, resident, disease)
    follow_resident, follow_institution, follow_day = follow_ups(frame, block)
    follows = np.arange(len(follow_resident))
    referral = np.concatenate([np.full(len(resident), -1), _first_down_referral(frame, block) + follows])
    resident, day = np.concatenate([resident, follow_resident]), np.concatenate([day, follow_day])
    disease = np.concatenate([disease, np.full(len(follows), FOLLOW_UP)])
    institution = np.concatenate([institution, follow_institution])
    insurance = insured_by(frame, year, who, resident, day)
    died = who.died[resident]
    keep = np.flatnonzero((insurance != UNINSURED) & (day > who.born[resident]) & ((died == NO_DAY) | (day < died)))
    keep = keep[np.argsort((day[keep] - days(year)).astype(np.int16), kind="stable")]
    made = _detailed(random, frame, who, where, *(column[keep] for column in (resident, disease, day, institution, insurance, referral)))
    every = joined([made, tests_before(frame, block)])
    return every.take(np.argsort((every.admitted - days(year)).astype(np.int16), kind="stable"))


def tests_before(frame: Frame, block: int) -> Cases:
    """Visits for tests some days before a stay, at its hospital and for the same category of disease (DIP-20)."""
    year, who, cases = frame.last_year, people(frame, block), stays(frame, frame.last_year, block).cases
    random = stream(frame.seed, "tests_before", year, block)
    is_tested, disease = random.random(len(cases)) < TESTED_SHARE, VISIT_FOR[cases.disease]
    day = cases.admitted - random.integers(0, MOST_DAYS_BEFORE + 1, len(cases))
    resident, institution = cases.resident.astype(np.int64), cases.institution.astype(np.int64)
    insurance = insured_by(frame, year, who, resident, day)
    rows = np.flatnonzero(is_tested & (disease >= 0) & (cases.type_place == INPATIENT) & (day >= days(year)) & (day > who.born[resident]) & (insurance != UNINSURED))
    none = np.full(len(rows), -1, dtype=np.int64)
    return _detailed(random, frame, who, places(frame), resident[rows], disease[rows], day[rows], institution[rows], insurance[rows], none)


def follow_ups(frame: Frame, block: int):
    """Who is sent down to the town after which stay: resident, town's centre and day of the follow-up visit."""
    cases = stays(frame, frame.last_year, block).cases
    rows = down_referred(frame, block)
    centre = places(frame).town_centre[people(frame, block).town[cases.resident[rows]]]
    return cases.resident[rows].astype(np.int64), centre, cases.discharged[rows] + 2 + cases.resident[rows] % 6


def down_referred(frame: Frame, block: int) -> np.ndarray:
    """The places of the stays that end with a down-referral and a follow-up visit within the year."""
    cases = stays(frame, frame.last_year, block).cases
    return np.flatnonzero((cases.way == COMMUNITY) & (cases.discharged < days(frame.last_year, 12, 20)))


def _first_down_referral(frame: Frame, block: int) -> int:
    """Down-referrals are numbered after one number for each stay."""
    return len(stays(frame, frame.last_year, block).cases)


def _detailed(random, frame, who, where, resident, disease, day, institution, insurance, referral) -> Cases:
    """Fill in type, booking and the bill aimed for."""
    count, tier = len(resident), where.tiers[institution]
    draw = random.random(count)
    kind = np.where((tier >= 2) & (draw < 0.09), EMERGENCY, np.where((tier >= 2) & (draw > 0.975), INTERNET, OUTPATIENT)).astype(np.int8)
    cost = np.array(COST_BY_TIER)[tier] * DEAR_POOLS[disease] * np.exp(random.normal(-0.15, 0.55, count))
    cost *= np.array(DISTRICT_FACTOR)[who.district[resident] % 4] ** 0.5
    booked = (kind != EMERGENCY) & (random.random(count) < np.array([0.02, 0.12, 0.38, 0.52])[tier])
    zero, small = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int8)
    return Cases(resident.astype(np.int32), institution.astype(np.int32), disease.astype(np.int16), kind, insurance, day, day, zero,
                 age_years(who.born[resident], day), zero, np.full(count, HOME, dtype=np.int8), referral.astype(np.int64), booked,
                 np.zeros(count, dtype=bool), np.maximum(800, cost).astype(np.int64), small, month_of(day))
