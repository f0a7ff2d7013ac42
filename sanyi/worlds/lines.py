"""The lines of bills: item, quantity, price and day, so that each bill comes near the sum aimed for and adds up exactly."""
from dataclasses import dataclass, replace

import numpy as np

from sanyi.worlds import pools
from sanyi.worlds.cases import EMERGENCY, INTERNET, Cases
from sanyi.worlds.pools import BY_NAME, POOL_SIZE, POOL_TABLE, PRICES, STAY_MIX
from sanyi.worlds.stays import OPERATIONS, Stays

PPM = 1_000_000
MEAN_LINES = np.array([4.0, 5.4, 7.4, 8.2])  # of a visit, by tier
DAILY_LINES = np.array([15.0, 15.0, 18.3, 20.5])  # of a stay, by tier
USUAL_DAY_FEN = 75_000
BEDS = np.array([BY_NAME[name] for name in ("基层病房床位费", "基层病房床位费", "普通病房床位费(三人间)", "普通病房床位费(双人间)")])
NURSING = np.array([BY_NAME[name] for name in ("三级护理", "三级护理", "二级护理", "一级护理")])
ICU_BED, ICU_NURSING, WARD_ROUND = BY_NAME["重症监护病房床位费"], BY_NAME["重症监护护理"], BY_NAME["住院诊察费"]
VISIT_FEES = np.array([BY_NAME[name] for name in ("村室一般诊疗费", "基层一般诊疗费", "普通门诊诊察费", "副主任医师门诊诊察费")])
EMERGENCY_FEE, INTERNET_FEE = BY_NAME["急诊诊察费"], BY_NAME["互联网复诊诊察费"]
SURGERY_FEES = np.array([BY_NAME[name] for name in ("一级手术费(小)", "一级手术费(大)", "二级手术费(大)", "三级手术费(大)", "四级手术费(大)")])
ANAESTHESIA = np.array([BY_NAME[name] for name in ("局部浸润麻醉", "局部浸润麻醉", "椎管内麻醉", "全身麻醉", "全身麻醉")])
IS_SURGERY = np.array([one.class_code in ("surgery", "interventional") for one in OPERATIONS])
LEVEL = np.array([one.level for one in OPERATIONS])
CLASS_WEIGHT = np.array([1.0, 0.8, 1.15, 1.0, 1.0, 1.1, 5.0, 1.0, 1.0, 1.0, 0.5])
ITEM_WEIGHT = np.sqrt(PRICES * 3000.0) * CLASS_WEIGHT[pools.CLASS_OF]


@dataclass(frozen=True)
class Lines:
    """Arrays by line, in the order of bills; `case` is the place of the bill's encounter, money in fen."""

    case: np.ndarray
    number: np.ndarray
    item: np.ndarray
    quantity: np.ndarray
    price_fen: np.ndarray
    amount_fen: np.ndarray
    day: np.ndarray

    def __len__(self) -> int:
        return len(self.case)

    @property
    def in_scope_fen(self) -> np.ndarray:
        """The amount in insurance scope, half up."""
        return taken(self.amount_fen, pools.SCOPE_OF[self.item])

    def changed(self, rows: np.ndarray, item: np.ndarray, price_fen: np.ndarray) -> "Lines":
        """The lines with other items at other prices, each once."""
        items, quantity, price = self.item.copy(), self.quantity.copy(), self.price_fen.copy()
        items[rows], quantity[rows], price[rows] = item, 1, price_fen
        return replace(self, item=items, quantity=quantity, price_fen=price, amount_fen=quantity * price)


def taken(amount_fen: np.ndarray, ppm: np.ndarray | int) -> np.ndarray:
    """A share of sums that are not negative, in parts per million, half up."""
    return (amount_fen * ppm * 2 + PPM) // (2 * PPM)


def joined(first: Lines, second: Lines) -> Lines:
    """Two lists of lines as one; the second's cases come after the first's."""
    return Lines(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in Lines.__dataclass_fields__))


def visit_lines(random: np.random.Generator, cases: Cases, tier: np.ndarray, first_case: int) -> Lines:
    """The lines of visits: a fee for the doctor, then items of the disease's pool."""
    counts = np.clip(random.poisson(MEAN_LINES[tier] - 1.6), 0, 28) + 2
    case, number, start = _spread(counts)
    mix = np.minimum(tier, 2)
    item = _walk(random, cases, mix, case, number, start)
    fee = np.where(cases.type_place == EMERGENCY, EMERGENCY_FEE, np.where(cases.type_place == INTERNET, INTERNET_FEE, VISIT_FEES[tier]))
    item[start] = fee
    quantity, price = _priced(random, cases, case, item, start, tier)
    return Lines(case + first_case, number + 1, item, quantity, price, quantity * price, cases.admitted[case])


def stay_lines(random: np.random.Generator, stays: Stays, tier: np.ndarray) -> Lines:
    """The lines of stays, day by day: bed, nursing, ward round, then items of the pool; surgery on the second day."""
    cases = stays.cases
    length = cases.stay_days
    thrift = np.clip((cases.target_fen / length / USUAL_DAY_FEN) ** 0.35, 0.5, 1.4)
    daily = np.clip(DAILY_LINES[tier] * thrift * np.exp(random.normal(0, 0.18, len(length))), 5, 40)
    counts = np.clip((length * daily).astype(np.int64), 8, 700)
    counts = np.minimum(np.maximum(counts, length * 4), length * 44)
    case, number, start = _spread(counts)
    span = length[case]
    day = number * span // counts[case]
    place = number - (day * counts[case] + span - 1) // span
    item = _walk(random, cases, np.full(len(length), STAY_MIX), case, place + day * 7, start)
    intensive = day < cases.icu_days[case]
    level = tier[case]
    for spot, usual, special in ((0, BEDS, ICU_BED), (1, NURSING, ICU_NURSING)):
        rows = np.flatnonzero(place == spot)
        item[rows] = np.where(intensive[rows], special, usual[level[rows]])
    item[place == 2] = WARD_ROUND
    item = _with_surgery(stays, case, day, place, item)
    quantity, price = _priced(random, cases, case, item, start, tier)
    return Lines(case, number + 1, item, quantity, price, quantity * price, cases.admitted[case] + day)


def _spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each line its case and its place in the case; for each case where its lines start."""
    start = np.concatenate([[0], np.cumsum(counts)])[:-1]
    case = np.repeat(np.arange(len(counts)), counts)
    return case, np.arange(len(case)) - start[case], start


def _walk(random, cases: Cases, mix: np.ndarray, case: np.ndarray, place: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Walk through the case's pool with a stride of its own: no item twice among 47 lines."""
    pool = np.where(cases.age <= pools.CHILD_AGE, pools.POOL_OF_CHILD[cases.disease], pools.POOL_OF[cases.disease])
    row = (mix * len(pools.POOLS) + pool) * POOL_SIZE
    begin, stride = random.integers(0, POOL_SIZE, len(row)), random.integers(1, POOL_SIZE, len(row))
    spot = (begin[case] + place * stride[case]) % POOL_SIZE
    return POOL_TABLE.ravel()[row[case] + spot]


def _with_surgery(stays: Stays, case, day, place, item) -> np.ndarray:
    """Put surgery and anaesthesia on the operation's day of each stay with an operation of those classes."""
    main = main_operation(stays)
    operated = (main >= 0) & IS_SURGERY[main]
    level = np.where(operated, LEVEL[main], 0)
    spot = np.flatnonzero(operated[case] & (day == np.minimum(1, stays.cases.stay_days - 1)[case]) & ((place == 3) | (place == 4)))
    item[spot] = np.where(place[spot] == 3, SURGERY_FEES[level[case[spot]]], ANAESTHESIA[level[case[spot]]])
    return item


def main_operation(stays: Stays) -> np.ndarray:
    """The place of each stay's main operation in the catalogue, -1 without one."""
    found = np.full(len(stays.cases), -1, dtype=np.int64)
    found[stays.operation_of[::-1]] = stays.operation_place[::-1]
    return found


def _priced(random, cases: Cases, case, item, start, tier) -> tuple[np.ndarray, np.ndarray]:
    """Quantities (whole) and unit prices: fixed prices by level, the rest sharing what is left of the sum aimed for."""
    fixed = pools.IS_FIXED[item]
    listed = PRICES[item] * np.array([80, 80, 90, 100])[tier][case] // 100
    weight = ITEM_WEIGHT[item] * random.uniform(0.6, 1.6, len(item))
    weight[fixed] = 0
    spent = np.add.reduceat(np.where(fixed, listed, 0), start)
    left = np.maximum(cases.target_fen - spent, cases.target_fen // 4)
    factor = left / np.maximum(np.add.reduceat(weight, start), 1.0)
    share = np.maximum(50, (weight * factor[case]).astype(np.int64))
    service = pools.IS_LIMITED_PRICE[item]
    quantity = np.where(service, -(-share // PRICES[item]), np.maximum(1, (share + PRICES[item] // 2) // PRICES[item]))
    quantity = np.where(fixed, 1, np.minimum(quantity, 400))
    price = np.where(fixed, listed, share // quantity)
    price = np.where(service, np.minimum(price, PRICES[item]), price)
    return quantity, np.maximum(price, 1)
