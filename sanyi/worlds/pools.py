"""Which items of the price list may stand on which kind of bill: one pool of 47 different items per tier and disease pool."""
import numpy as np

from sanyi.worlds.cases import DISEASES
from sanyi.worlds.catalogue.items import FIXED_PRICE_CLASSES, MUTUALLY_EXCLUSIVE, Item, items

ITEMS = items()
CLASS_CODES = ("drug", "herbal", "material", "examination", "laboratory", "treatment", "surgery", "nursing", "bed", "consultation",
               "other")
POOL_SIZE = 47  # a prime, so that any stride walks the whole pool before it repeats
POOLS = tuple(sorted({one.pool for one in DISEASES} | {"child"}))
CHILD = POOLS.index("child")
# Items of each class by tier: village, town, hospital visit, stay.
MIXES = (
    {"drug": 37, "treatment": 8, "herbal": 2},
    {"drug": 28, "treatment": 10, "laboratory": 3, "herbal": 5, "examination": 1},
    {"drug": 23, "laboratory": 9, "treatment": 8, "examination": 2, "herbal": 3, "material": 2},
    {"drug": 20, "laboratory": 5, "treatment": 11, "material": 6, "examination": 2, "herbal": 2, "other": 1},
)
STAY_MIX = 3

PRICES = np.array([one.price_fen for one in ITEMS], dtype=np.int64)
CLASS_OF = np.array([CLASS_CODES.index(one.class_code) for one in ITEMS], dtype=np.int32)
SCOPE_OF = np.array([one.scope_ppm for one in ITEMS], dtype=np.int64)
IS_FIXED = np.array([one.class_code in FIXED_PRICE_CLASSES for one in ITEMS])
IS_LIMITED_PRICE = np.array([one.class_code not in ("drug", "herbal", "material") for one in ITEMS])
ITEM_CODES = tuple(one.code for one in ITEMS)
BY_NAME = {one.name: place for place, one in enumerate(ITEMS)}
PARTNER = np.full(len(ITEMS), -1, dtype=np.int64)
for _first, _second in MUTUALLY_EXCLUSIVE:
    PARTNER[BY_NAME[_first]] = BY_NAME[_second]


def places_of(class_code: str, **wanted: str) -> list[int]:
    """The places of the items of a class (and pool) in the price list."""
    return [place for place, one in enumerate(ITEMS)
            if one.class_code == class_code and all(getattr(one, name) == value for name, value in wanted.items())]


def pool_table() -> np.ndarray:
    """Items by tier, disease pool and place in the pool (4 × pools × 47)."""
    table = np.empty((len(MIXES), len(POOLS), POOL_SIZE), dtype=np.int64)
    for tier, mix in enumerate(MIXES):
        for number, pool in enumerate(POOLS):
            chosen = [place for class_code, count in mix.items() for place in _chosen(class_code, count, pool, tier, number)]
            table[tier, number] = chosen
    return table


def _chosen(class_code: str, count: int, pool: str, tier: int, turn: int) -> list[int]:
    """The pool's own drugs first, then others; services of the pool's sex where it has one; never a paired item."""
    own, rest = [], []
    for place, one in enumerate(ITEMS):
        if one.class_code != class_code or not _suits(one, pool, tier):
            continue
        (own if one.pool in (pool, _family(pool), _sex(pool)) and one.pool else rest).append(place)
    start = (turn * 5 + tier * 3) % max(1, len(rest))
    return (own[:count - 2] + rest[start:] + rest[:start])[:count]


def _family(pool: str) -> str:
    return {"child": "child_respiratory", "prostate": "urology"}.get(pool, pool)


def _sex(pool: str) -> str:
    return {"gynaecology": "female", "obstetric": "female", "prostate": "male"}.get(pool, pool)


def _suits(one: Item, pool: str, tier: int) -> bool:
    """Sex- and age-limited items only where every patient of the pool may have them; dear drugs only in stays for tumours."""
    if one.pool == "paired" or (one.class_code == "drug" and one.price_fen > 20_000 and (pool != "oncology" or tier < 2)):
        return False
    if one.class_code == "material" and one.price_fen > 50_000 and pool not in ("surgery", "bone", "cardiology", "eye", "urology"):
        return False
    if one.sex_code and one.sex_code != _sex(pool):
        return False
    if tier < 2 and (one.price_fen > 15_000 or (one.class_code == "drug" and "v" in one.flags and tier == 0)):
        return False
    if one.class_code == "drug" and one.pool == "newborn" and pool != "newborn":
        return False
    return "y" not in one.flags or pool in ("child", "newborn")


POOL_TABLE = pool_table()
POOL_OF = np.array([POOLS.index(one.pool) for one in DISEASES])
POOL_OF_CHILD = np.where(POOL_OF == POOLS.index("child_respiratory"), CHILD, POOL_OF)
CHILD_AGE = 12  # child items are limited to 14 years
