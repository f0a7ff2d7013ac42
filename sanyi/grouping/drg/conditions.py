"""What a rule asks of a case besides codes, as bounds that can be laid over each other."""
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sanyi.grouping.drg.scheme import Row

MOST = 2**31
NONE_GIVEN = -1  # a stay that is not given lies below every bound; a weight, ICU hours or way of leaving not given is 0
EVERY = (NONE_GIVEN, MOST)
BOTH_SEXES, EVERY_WAY = 3, 2**10 - 1


@dataclass(frozen=True)
class Conditions:
    """Inclusive bounds, and masks of the sexes and ways of leaving that are taken."""

    sex: int = BOTH_SEXES
    leaving: int = EVERY_WAY
    age_years: tuple[int, int] = EVERY
    age_days: tuple[int, int] = EVERY
    weight_grams: tuple[int, int] = EVERY
    stay_days: tuple[int, int] = EVERY
    icu_hours_count: tuple[int, int] = EVERY
    main_valid_count: tuple[int, int] = EVERY
    valid_count: tuple[int, int] = EVERY
    complication_number: tuple[int, int] = EVERY


FREE = Conditions()
BOUNDS = tuple(one.name for one in fields(Conditions) if one.name not in ("sex", "leaving"))


def both(one: Conditions, other: Conditions) -> Conditions:
    """What holds where both hold."""
    bounds = {name: (max(getattr(one, name)[0], getattr(other, name)[0]), min(getattr(one, name)[1], getattr(other, name)[1])) for name in BOUNDS}
    return Conditions(one.sex & other.sex, one.leaving & other.leaving, **bounds)


def of_kind(levels: Sequence[int]) -> Conditions:
    """The levels of complication a split takes."""
    return FREE if len(levels) == 3 else Conditions(complication_number=(min(levels), max(levels)))


def of_row(row: Row) -> Conditions:
    """The condition columns of a gate, a basic group or a split."""
    weight = _between(row, "min_weight", "max_weight")
    weight = (max(weight[0], 1 if row.get("needs_weight") else NONE_GIVEN), weight[1] if weight[1] == MOST else weight[1] - 1)
    stay = _between(row, "min_stay_days", "max_stay_days")
    return Conditions(
        sex=int(row["gender"]) if row.get("gender") else BOTH_SEXES, leaving=_ways(row.get("leaving_types")),
        age_years=_between(row, "min_age_years", "max_age_years"), age_days=_between(row, "min_age_day", "max_age_day"),
        weight_grams=weight, stay_days=stay if stay == EVERY else (max(stay[0], 0), stay[1]),
        icu_hours_count=_between(row, "min_icu_hours", "max_icu_hours"))


def _between(row: Row, least: str, most: str) -> tuple[int, int]:
    low, high = row.get(least), row.get(most)
    return (NONE_GIVEN if low is None else low, MOST if high is None else high)


def _ways(text: str | None) -> int:
    return sum(1 << int(way) for way in set(text.split("|"))) if text else EVERY_WAY
