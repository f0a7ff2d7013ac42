"""The stays of a block's residents in a year: illness, hospital, length, operations, other diagnoses, cost."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sanyi.worlds.batch import NO_DAY, days
from sanyi.worlds.cases import (AGAINST_ADVICE, COMMUNITY, DAY_SURGERY, DIED, DISEASES, HOME, INPATIENT, STAY_COUNT, TRANSFER,
                                Cases, cumulative, disease_shares, draw_days, draw_rows, month_of)
from sanyi.worlds.catalogue.diseases import newborn_count, other_diagnoses
from sanyi.worlds.catalogue.operations import operations
from sanyi.worlds.choice import choose
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import EMPLOYEE, UNINSURED, People, age_band, age_years, people
from sanyi.worlds.places import Places, places
from sanyi.worlds.streams import stream

STAYS_PER_1000 = (392, 144, 51, 113, 190, 442, 655)  # a year, by age band, before overlaps and gaps are dropped
DISTRICT_FACTOR = (0.95, 1.12, 0.91, 0.95)  # thrifty and costly districts, in turn
LEVEL_COST = (0.5, 0.70, 1.0, 1.35)
YEARLY_TREND = 1.06
PRICE_SCALE = 0.525  # a poorer region than the catalogue's costs
NEWBORN_COUNT = newborn_count()
ADULT_COUNT = STAY_COUNT - NEWBORN_COUNT
OPERATIONS = operations()
OPERATION_PLACE = {one.code: place for place, one in enumerate(OPERATIONS)}
OTHERS = other_diagnoses()
LOW_STANDARD, SPLIT = 32, 29


@dataclass(frozen=True)
class Stays:
    """Stays with their other diagnoses and operations: child rows name the place of their stay, in order."""

    cases: Cases
    other_of: np.ndarray
    other_place: np.ndarray
    operation_of: np.ndarray
    operation_place: np.ndarray

    def take(self, index: np.ndarray) -> "Stays":
        """The stays at these places, in this order, with their child rows."""
        new_place = np.full(len(self.cases), -1, dtype=np.int64)
        new_place[index] = np.arange(len(index))
        other_of, other = _moved(new_place, self.other_of, self.other_place)
        operation_of, operation = _moved(new_place, self.operation_of, self.operation_place)
        return Stays(self.cases.take(index), other_of, other, operation_of, operation)


def _moved(new_place: np.ndarray, parent: np.ndarray, child: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    parent = new_place[parent]
    keep = np.flatnonzero(parent >= 0)
    order = keep[np.argsort(parent[keep], kind="stable")]
    return parent[order], child[order]


ADULT_SHARES = disease_shares(0, ADULT_COUNT)
NEWBORN_SHARES = cumulative(np.array([[one.frequency for one in DISEASES[ADULT_COUNT:STAY_COUNT]]], dtype=np.float64))
FATAL_SHARES = cumulative(np.array([[one.fatality ** 1.5 * one.frequency * (one.sex == "-") * max(one.bands[4:], default=0)
                                     for one in DISEASES[:ADULT_COUNT]]], dtype=np.float64))
MEAN_DAYS = np.array([one.stay_days for one in DISEASES[:STAY_COUNT]], dtype=np.float64)
MEAN_COST = np.array([one.cost_fen for one in DISEASES[:STAY_COUNT]], dtype=np.float64)
HAS_OPERATIONS = np.array([bool(one.main_operations) for one in DISEASES[:STAY_COUNT]])
ALWAYS_PLANNED = np.array([one.code[:3] in ("Z51", "Z49") for one in DISEASES[:STAY_COUNT]])
IS_TUMOUR = np.array([one.code[:1] == "C" or one.code[:3] == "Z51" for one in DISEASES[:STAY_COUNT]])
IS_SEVERE = np.array([one.marker == "o" for one in DISEASES[:STAY_COUNT]])
IS_SHORT = np.array([one.code[:3] in ("H26", "K63", "Z49") for one in DISEASES[:STAY_COUNT]])
OTHER_SHARES = cumulative(np.array([[bands[band] * {"n": 3, "sev": 1, "onc": 0}[kind] * (sex != sexless)
                                     for _, _, _, sex, bands, kind in OTHERS]
                                    for band in range(7) for sexless in ("m", "f")], dtype=np.float64))
ONCOLOGY_PLACES = np.array([place for place, row in enumerate(OTHERS) if row[5] == "onc"])
OTHER_IS_SEVERE = np.array([row[5] == "sev" for row in OTHERS])


@lru_cache(maxsize=2)
def stays(frame: Frame, year: int, block: int) -> Stays:
    """All stays of a block's residents discharged in a year, in the order of month and day."""
    who, where = people(frame, block), places(frame)
    random = stream(frame.seed, "stays", year, block)
    resident, disease, discharged, ends_in_death = _episodes(random, frame, year, block, who)
    institution = choose(stream(frame.seed, "choice", year, block), where, who, resident, disease)
    tier = where.tiers[institution]
    length = _length(random, disease, tier)
    fraud = np.zeros(len(resident), dtype=np.int8)
    draft = (resident, disease, discharged - length, discharged, institution, ends_in_death, fraud)
    if year == frame.last_year:
        draft = _with_split_stays(stream(frame.seed, "frauds", year, block), draft)
    kept = _without_overlap(who, year, draft)
    return _detailed(stream(frame.seed, "stay_details", year, block), frame, year, who, where, kept)


def _episodes(random, frame: Frame, year: int, block: int, who: People):
    """Who falls ill with what and leaves hospital when: ordinary stays, newborns, and the stays that end in death."""
    start = days(year)
    band = age_band(np.maximum(0, (start + 180 - who.born) // 365))
    rate = np.array(STAYS_PER_1000)[band] / 1000 * (0.25 + 0.75 * who.frailty)
    rate *= np.array(DISTRICT_FACTOR)[who.district % 4] ** 0.5 * (who.insurance != UNINSURED)
    rate *= np.where(who.insurance == EMPLOYEE, 0.95, 1.0) * np.where(who.contracted, 0.97, 1.02)
    resident = np.repeat(np.arange(who.count), random.poisson(rate))
    disease = draw_rows(random, ADULT_SHARES, band[resident].astype(np.int64) * 2 + who.is_male[resident])
    discharged = draw_days(random, year, disease)
    newborn = _newborns(stream(frame.seed, "newborns", year, block), year, who)
    last = np.flatnonzero((who.died >= start) & (who.died < days(year + 1)) & (who.insurance != UNINSURED))
    last = last[random.random(len(last)) < 0.36]
    fatal = draw_rows(random, FATAL_SHARES, np.zeros(len(last), dtype=np.int64))
    dies = np.repeat([False, False, True], [len(resident), len(newborn[0]), len(last)])
    return (np.concatenate([resident, newborn[0], last]), np.concatenate([disease, newborn[1], fatal]),
            np.concatenate([discharged, newborn[2], who.died[last]]), dies)


def _newborns(random, year: int, who: People):
    """Stays of the children born in the year's first eleven months: about one in eight."""
    born = np.flatnonzero((who.born >= days(year)) & (who.born < days(year, 12)) & (who.insurance != UNINSURED))
    born = born[random.random(len(born)) < 0.13]
    disease = ADULT_COUNT + draw_rows(random, NEWBORN_SHARES, np.zeros(len(born), dtype=np.int64))
    return born, disease, who.born[born] + 3 + random.integers(3, 20, len(born))


def _length(random, disease: np.ndarray, tier: np.ndarray) -> np.ndarray:
    """Days of stay: log-normal about the disease's mean."""
    drawn = MEAN_DAYS[disease] * np.exp(random.normal(-0.06, 0.36, len(disease))) * np.array([0.8, 0.85, 0.97, 1.05])[tier]
    return np.clip(np.rint(drawn), 1, 90).astype(np.int64)


def _with_split_stays(random, draft):
    """Plant AUD-29: some stays are followed within days by another for the same disease in the same place."""
    resident, disease, admitted, discharged, institution, dies, fraud = draft
    able = np.flatnonzero(~ALWAYS_PLANNED[disease] & ~dies & (discharged - admitted >= 3) & (disease < ADULT_COUNT))
    chosen = able[random.random(len(able)) < 0.0025]
    again = discharged[chosen] + random.integers(1, 8, len(chosen))
    leaves = again + np.maximum(2, (discharged - admitted)[chosen] - random.integers(0, 3, len(chosen)))
    mark = np.full(len(chosen), SPLIT, dtype=np.int8)
    return (np.concatenate([resident, resident[chosen]]), np.concatenate([disease, disease[chosen]]),
            np.concatenate([admitted, again]), np.concatenate([discharged, leaves]),
            np.concatenate([institution, institution[chosen]]), np.concatenate([dies, np.zeros(len(chosen), bool)]),
            np.concatenate([fraud, mark]))


def _without_overlap(who: People, year: int, draft):
    """Drop stays outside the person's life, insured months or this year, and those that begin before the last one ended."""
    resident, disease, admitted, discharged, institution, dies, fraud = draft
    died = who.died[resident]
    newborn = disease >= ADULT_COUNT
    admitted = np.where(newborn | (admitted < who.born[resident]), np.maximum(admitted, who.born[resident]), admitted)
    ok = (discharged < days(year + 1)) & (discharged >= days(year)) & (admitted < discharged)
    ok &= (died == NO_DAY) | (discharged < died) | dies
    # children under 29 days only as newborns, others with ordinary diseases
    ok &= newborn | (admitted - who.born[resident] >= 29)
    rows = np.flatnonzero(ok)
    rows = rows[np.lexsort((discharged[rows], resident[rows]))]
    person, start, end, last = resident[rows], admitted[rows], discharged[rows], dies[rows]
    bad = np.zeros(len(rows), dtype=bool)
    clash = (person[1:] == person[:-1]) & (start[1:] <= end[:-1])
    bad[1:] |= clash & ~last[1:]
    bad[:-1] |= clash & last[1:]
    rows = rows[~bad]
    # what a dropped stay leaves may still clash with the one after: drop those too, ending with none
    while True:
        person, start, end = resident[rows], admitted[rows], discharged[rows]
        clash = (person[1:] == person[:-1]) & (start[1:] <= end[:-1])
        if not clash.any():
            break
        keep = np.ones(len(rows), dtype=bool)
        keep[1:] = ~clash
        rows = rows[keep]
    fraud = _true_splits(resident, disease, institution, admitted, discharged, fraud, rows)
    return tuple(column[rows] for column in (resident, disease, admitted, discharged, institution, dies)) + (fraud,)


def _true_splits(resident, disease, institution, admitted, discharged, fraud, rows) -> np.ndarray:
    """Keep the mark of a split stay only where the first stay is still there, right before it."""
    mark = fraud[rows]
    same = np.zeros(len(rows), dtype=bool)
    before, after = rows[:-1], rows[1:]
    same[1:] = ((resident[after] == resident[before]) & (disease[after] == disease[before])
                & (institution[after] == institution[before]) & (admitted[after] - discharged[before] <= 10))
    return np.where(same, mark, 0).astype(np.int8)


def _detailed(random, frame: Frame, year: int, who: People, where: Places, kept) -> Stays:
    """Fill in everything else about the stays that are left."""
    resident, disease, admitted, discharged, institution, dies, fraud = kept
    tier, age = where.tiers[institution], age_years(who.born[resident], admitted)
    repeated = np.zeros(len(resident), dtype=bool)
    repeated[1:] = ((resident[1:] == resident[:-1]) & (disease[1:] == disease[:-1]) & (institution[1:] == institution[:-1])
                    & (admitted[1:] - discharged[:-1] <= 31))
    planned = ALWAYS_PLANNED[disease] | (repeated & (fraud != SPLIT))
    operation_of, operation = _operations(random, disease, tier)
    operated = np.bincount(operation_of, minlength=len(resident))
    if year == frame.last_year:
        low = ((random.random(len(resident)) < 0.003) & (operated == 0) & (fraud == 0) & ~dies & ~planned & (MEAN_DAYS[disease] >= 5)
               & (admitted + 3 <= discharged))
        fraud = np.where(low, LOW_STANDARD, fraud).astype(np.int8)
        admitted = np.where(low, discharged - random.integers(1, 3, len(low)), admitted)
    other_of, other = _others(random, who, resident, disease, age, dies)
    severe = np.zeros(len(resident), dtype=bool)
    severe[other_of[OTHER_IS_SEVERE[other]]] = True
    length = np.maximum(1, discharged - admitted)
    target = _cost(random, frame, year, who, resident, disease, tier, age, length, operated, other_of, severe, fraud)
    intensive = (tier >= 2) & (IS_SEVERE[disease] | severe | dies) & (random.random(len(resident)) < 0.45)
    icu = np.where(intensive, np.minimum(length, 1 + random.geometric(0.28, len(resident))), 0)
    day_surgery = IS_SHORT[disease] & (operated > 0) & (length <= 2) & (tier >= 2) & (random.random(len(resident)) < 0.6)
    admitted = np.where(day_surgery, np.maximum(admitted, discharged - 1), admitted)
    low_weight = np.isin(disease, [ADULT_COUNT, ADULT_COUNT + 1, ADULT_COUNT + 2])
    grams = np.where(low_weight, random.normal(2050, 380, len(resident)), random.normal(3250, 380, len(resident)))
    weight = np.where(admitted - who.born[resident] < 29, np.clip(grams, 700, 4900), 0).astype(np.int64)
    cases = Cases(resident.astype(np.int32), institution, disease.astype(np.int16),
                  np.where(day_surgery, DAY_SURGERY, INPATIENT).astype(np.int8), insured_by(frame, year, who, resident, discharged),
                  admitted, discharged, icu, age, weight, _ways(random, tier, dies), np.full(len(resident), -1, dtype=np.int64),
                  random.random(len(resident)) < 0.35, planned, target, fraud, month_of(discharged))
    made = Stays(cases, other_of, other, operation_of, operation)
    covered = np.flatnonzero(cases.insurance != UNINSURED)
    return made.take(covered[np.argsort(discharged[covered], kind="stable")])


def insured_by(frame: Frame, year: int, who: People, resident: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The scheme that covers a resident on a day of a year; UNINSURED where none does."""
    main = who.insurance[resident]
    if year != frame.last_year:
        return main.copy()
    month = month_of(day)
    later = np.where(month > who.to_month[resident], who.other_insurance[resident], main)
    return np.where(month < who.from_month[resident], UNINSURED, later).astype(np.int8)


def _operations(random, disease: np.ndarray, tier: np.ndarray):
    """Main and related operations, in order; town hospitals leave surgery above level 1 to others."""
    parent, place, rank = [], [], []
    for number, one in enumerate(DISEASES[:STAY_COUNT]):
        if not one.main_operations:
            continue
        rows = np.flatnonzero(disease == number)
        edges = np.cumsum([percent for _, percent in one.main_operations])
        pick = np.searchsorted(edges, random.random(len(rows)) * 100, side="right")
        codes = np.array([OPERATION_PLACE[code] for code, _ in one.main_operations] + [-1])
        level = np.array([OPERATIONS[code].level if code >= 0 else 9 for code in codes])
        done = (codes[pick] >= 0) & ((tier[rows] >= 2) | (level[pick] <= 1))
        parent.append(rows[done]), place.append(codes[pick[done]]), rank.append(np.zeros(done.sum(), dtype=np.int64))
        for order, (code, percent) in enumerate(one.related_operations, 1):
            also = rows[done & (random.random(len(rows)) * 100 < percent) & (codes[pick] != OPERATION_PLACE[code])]
            parent.append(also), place.append(np.full(len(also), OPERATION_PLACE[code])), rank.append(np.full(len(also), order))
    parent, place, rank = (np.concatenate(column).astype(np.int64) for column in (parent, place, rank))
    order = np.lexsort((rank, parent))
    return parent[order], place[order]


def _others(random, who: People, resident, disease, age, dies):
    """Other diagnoses: more with age and frailty; each at most once in a stay and never the principal one."""
    band = age_band(age)
    mean = np.array([0.7, 0.5, 0.5, 0.8, 1.7, 2.6, 3.1])[band] * (0.7 + 0.3 * np.minimum(who.frailty[resident], 3)) + dies * 1.2
    of = np.repeat(np.arange(len(resident)), np.minimum(random.poisson(mean), 8))
    place = draw_rows(random, OTHER_SHARES, band[of].astype(np.int64) * 2 + ~who.is_male[resident[of]])
    tumour = np.flatnonzero(IS_TUMOUR[disease])
    tumour = tumour[random.random(len(tumour)) < 0.22]
    of = np.concatenate([of, tumour])
    place = np.concatenate([place, ONCOLOGY_PLACES[random.integers(0, len(ONCOLOGY_PLACES), len(tumour))]])
    keep = ~SAME_CATEGORY[disease[of], place]
    key = np.unique(of[keep] * 64 + place[keep])
    return key >> 6, key & 63


SAME_CATEGORY = np.array([[one.code[:3] == row[0][:3] for row in OTHERS] for one in DISEASES[:STAY_COUNT]])


def _cost(random, frame, year, who, resident, disease, tier, age, length, operated, other_of, severe, fraud) -> np.ndarray:
    """The bill aimed for, in fen: disease, level, operations, severity, age and length, with a heavy tail."""
    count = len(resident)
    others = np.bincount(other_of, minlength=count)
    factor = np.where(HAS_OPERATIONS[disease], np.where(operated > 0, 1.22 + 0.10 * (operated - 1), 0.62), 1.0)
    factor *= np.array(LEVEL_COST)[tier] * (1 + 0.035 * others) * np.where(severe, 1.3, 1.0)
    factor *= np.where(age >= 80, 1.10, np.where(age >= 65, 1.05, np.where(age < 7, 0.92, 1.0)))
    factor *= (length / MEAN_DAYS[disease]) ** 0.45 * np.array(DISTRICT_FACTOR)[who.district[resident] % 4] ** 0.5
    factor *= np.exp(random.normal(-0.045, 0.30, count)) * YEARLY_TREND ** (year - frame.last_year)
    odd = random.random(count)
    factor *= np.where(odd < 0.015, 2.2 + random.pareto(2.6, count).clip(0, 8), 1.0)
    factor *= np.where((odd > 0.98) & (length >= 3), random.uniform(0.36, 0.47, count), 1.0)
    cost = PRICE_SCALE * MEAN_COST[disease] * factor * np.where(fraud == LOW_STANDARD, 0.16 / (length / MEAN_DAYS[disease]) ** 0.45, 1.0)
    return np.maximum(30_000, cost).astype(np.int64)


def _ways(random, tier: np.ndarray, dies: np.ndarray) -> np.ndarray:
    """How the patient left."""
    draw = random.random(len(tier))
    ways = np.where(draw < 0.012, AGAINST_ADVICE, np.where(draw < 0.022, TRANSFER, HOME))
    ways = np.where((tier >= 2) & (draw > 0.93), COMMUNITY, ways)
    return np.where(dies, DIED, ways).astype(np.int8)
