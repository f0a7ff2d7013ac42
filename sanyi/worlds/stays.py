"""The stays of a block's residents in a year: illness, hospital, length, operations, other diagnoses, cost."""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sanyi.worlds.batch import NO_DAY, days
from sanyi.worlds.cases import (AGAINST_ADVICE, COMMUNITY, DAY_SURGERY, DIED, DISEASES, HOME, INPATIENT, STAY_COUNT, TRANSFER,
                                Cases, cumulative, disease_shares, draw_days, draw_rows, month_of)
from sanyi.worlds.catalogue.diseases import newborn_count
from sanyi.worlds.catalogue.operations import operations
from sanyi.worlds.catalogue.severity import COMPLICATED_SHARE, COMPLICATIONS
from sanyi.worlds.choice import choose
from sanyi.worlds.costs import CAN_BE_LOW, IS_SENSITIVE, MEAN_DAYS, OTHERS, Course, costs
from sanyi.worlds.frame import Frame
from sanyi.worlds.people import EMPLOYEE, UNINSURED, People, age_band, age_years, people
from sanyi.worlds.places import Places, places
from sanyi.worlds.streams import stream

STAYS_PER_1000 = (392, 144, 51, 113, 190, 442, 655)  # a year, by age band, before overlaps and gaps are dropped
DISTRICT_FACTOR = (0.96, 1.07, 0.97, 0.97)  # thrifty and costly districts, in turn
DISTRICT_COST = np.array([0.91, 1.034, 1.005, 0.995])
NEWBORN_COUNT = newborn_count()
ADULT_COUNT = STAY_COUNT - NEWBORN_COUNT
OPERATIONS = operations()
OPERATION_PLACE = {one.code: place for place, one in enumerate(OPERATIONS)}
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
FATAL_SHARES = cumulative(np.array([[max(0, one.fatality - 2) ** 1.2 * one.frequency * (one.sex == "-") * max(one.bands[4:], default=0)
                                     for one in DISEASES[:ADULT_COUNT]]], dtype=np.float64))
KILLS_AT_ONCE = np.array([one.code[:3] in ("I21", "I61", "J96") for one in DISEASES[:STAY_COUNT]])
CATEGORY = np.unique([one.code[:3] for one in DISEASES[:STAY_COUNT]], return_inverse=True)[1]
ALWAYS_PLANNED = np.array([one.code[:3] in ("Z51", "Z49") for one in DISEASES[:STAY_COUNT]])
IS_TUMOUR = np.array([one.code[:1] == "C" or one.code[:3] == "Z51" for one in DISEASES[:STAY_COUNT]])
IS_SEVERE = np.array([one.marker == "o" for one in DISEASES[:STAY_COUNT]])
IS_SHORT = np.array([one.code[:3] in ("H26", "K63", "Z49") for one in DISEASES[:STAY_COUNT]])
OTHER_SHARES = cumulative(np.array([[bands[band] * {"n": 3, "sev": 1, "onc": 0}[kind] * (sex != sexless)
                                     for _, _, _, sex, bands, kind in OTHERS]
                                    for band in range(7) for sexless in ("m", "f")], dtype=np.float64))
ONCOLOGY_PLACES = np.array([place for place, row in enumerate(OTHERS) if row[5] == "onc"])
OTHER_IS_SEVERE = np.array([row[5] == "sev" for row in OTHERS])
COMPLICATION_PLACES = np.array([place for place, row in enumerate(OTHERS) if row[0] in COMPLICATIONS])
# Operations seldom done for the disease at hand: they make the many small combinations of diagnosis and operation.
ODD_OPERATIONS = np.array([OPERATION_PLACE[code] for code in (
    "03.3100", "33.2200", "34.0401", "38.9300", "45.1600", "50.1100", "54.9100", "57.9400", "81.9200", "86.2200", "88.9100",
    "93.3900", "93.9400", "99.0400", "99.1500", "99.8300")])
ODD_SHARE = 0.045  # of the stays without another operation


@lru_cache(maxsize=2)
def stays(frame: Frame, year: int, block: int) -> Stays:
    """All stays of a block's residents discharged in a year, in the order of month and day."""
    who, where = people(frame, block), places(frame)
    random = stream(frame.seed, "stays", year, block)
    resident, disease, discharged, ends_in_death = _episodes(random, frame, year, block, who)
    institution = choose(stream(frame.seed, "choice", year, block), where, who, resident, disease)
    tier = where.tiers[institution]
    length = _length(random, disease, tier, ends_in_death)
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
    rate *= np.where(who.insurance == EMPLOYEE, 0.95, 1.0) * np.where(who.contracted, 0.91, 1.065)
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


def _length(random, disease: np.ndarray, tier: np.ndarray, dies: np.ndarray) -> np.ndarray:
    """Days of stay: log-normal about the disease's mean; only some diseases kill within three days, and then often."""
    drawn = MEAN_DAYS[disease] * np.exp(random.normal(-0.06, 0.36, len(disease))) * np.array([0.8, 0.85, 0.97, 1.05])[tier]
    found = np.clip(np.rint(drawn), 1, 90).astype(np.int64)
    at_once = dies & KILLS_AT_ONCE[disease] & (random.random(len(disease)) < 0.3)
    return np.where(at_once, 1 + found % 2, np.where(dies, np.maximum(3, found), found))


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
    repeated = _repeated(resident, disease, institution, admitted, discharged)
    planned = ALWAYS_PLANNED[disease] | (repeated & (fraud != SPLIT))
    operation_of, operation = _operations(random, disease, tier)
    operated = np.bincount(operation_of, minlength=len(resident))
    if year == frame.last_year:
        low = ((random.random(len(resident)) < 0.03) & (operated == 0) & (fraud == 0) & ~dies & ~planned & CAN_BE_LOW[disease]
               & (admitted + 3 <= discharged))
        fraud = np.where(low, LOW_STANDARD, fraud).astype(np.int8)
        admitted = np.where(low, discharged - random.integers(1, 3, len(low)), admitted)
    other_of, other = _others(random, who, resident, disease, age, dies)
    severe = np.zeros(len(resident), dtype=bool)
    severe[other_of[OTHER_IS_SEVERE[other]]] = True
    length = np.maximum(1, discharged - admitted)
    target = costs(random, Course(disease, tier, age, length, operated, other_of, other, fraud == LOW_STANDARD),
                   DISTRICT_COST[who.district[resident] % 4], year - frame.last_year)
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


def _repeated(resident, disease, institution, admitted, discharged) -> np.ndarray:
    """Whether a stay follows within a month on one in the same place for the same category of disease."""
    order = np.lexsort((admitted, institution, resident))
    before, after = order[:-1], order[1:]
    found = np.zeros(len(resident), dtype=bool)
    found[after] = ((resident[after] == resident[before]) & (institution[after] == institution[before])
                    & (CATEGORY[disease[after]] == CATEGORY[disease[before]]) & (admitted[after] - discharged[before] <= 31))
    return found


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
    also, code = _odd_operations(random, tier, np.concatenate(parent).astype(np.int64))
    parent.append(also), place.append(code), rank.append(np.zeros(len(also), dtype=np.int64))
    parent, place, rank = (np.concatenate(column).astype(np.int64) for column in (parent, place, rank))
    order = np.lexsort((rank, parent))
    return parent[order], place[order]


def _odd_operations(random, tier: np.ndarray, operated: np.ndarray):
    """An operation seldom done for the disease, for a few of the stays without another."""
    chosen = random.random(len(tier)) < ODD_SHARE
    chosen[operated] = False
    rows = np.flatnonzero(chosen)
    code = ODD_OPERATIONS[random.integers(0, len(ODD_OPERATIONS), len(rows))]
    done = (tier[rows] >= 2) | (np.array([one.level for one in OPERATIONS])[code] <= 1)
    return rows[done], code[done]


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
    worse = np.flatnonzero(IS_SENSITIVE[disease])
    worse = worse[random.random(len(worse)) < COMPLICATED_SHARE]
    of = np.concatenate([of, worse])
    place = np.concatenate([place, COMPLICATION_PLACES[random.integers(0, len(COMPLICATION_PLACES), len(worse))]])
    keep = ~SAME_CATEGORY[disease[of], place]
    key = np.unique(of[keep] * 64 + place[keep])
    return key >> 6, key & 63


SAME_CATEGORY = np.array([[one.code[:3] == row[0][:3] for row in OTHERS] for one in DISEASES[:STAY_COUNT]])


def _ways(random, tier: np.ndarray, dies: np.ndarray) -> np.ndarray:
    """How the patient left."""
    draw = random.random(len(tier))
    ways = np.where(draw < 0.012, AGAINST_ADVICE, np.where(draw < 0.022, TRANSFER, HOME))
    ways = np.where((tier >= 2) & (draw > 0.93), COMMUNITY, ways)
    return np.where(dies, DIED, ways).astype(np.int8)
