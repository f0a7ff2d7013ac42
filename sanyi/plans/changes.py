"""Changes of a plan's values as a person writes them: `name=value`, held to the value's unit and range."""
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sanyi.plans.entries import Value
from sanyi.plans.errors import BadChange
from sanyi.plans.frozen import freeze, thaw
from sanyi.plans.plan import PlanOnDay
from sanyi.plans.units import UNITS, value_words

FIGURES = ("fen", "ppm", "e4", "per_1000_e4", "per_10000_e4", "per_100000_e4", "years_e4", "year", "days", "months", "count", "scale")
SIGNS = {("fen", "元"): 100, ("fen", "yuan"): 100, ("ppm", "%"): 10_000, ("ppm", "％"): 10_000}  # what a figure with such a sign is multiplied with
FLAGS = {"true": True, "false": False, "是": True, "否": False, "yes": True, "no": False}
WHOLE = 1_000_000
MANY_TIMES = 10  # how far beyond today's figure a try may go, where no unit says where to stop


@dataclass(frozen=True)
class Range:
    """The least and the greatest figure that a value may be tried at, and the step of its slider."""

    low: int
    high: int
    step: int


def changes_of(texts: Iterable[str], plan: PlanOnDay) -> dict[str, Any]:
    """Read changes written as `name=value`, such as `dip.low_ratio_ppm=45%`, against the plan as it stands on a day.

    Figures are whole numbers of the value's unit, or a per cent or yuan with its sign; lists and tables are JSON.
    Errors: UnknownValue with near names; BadChange saying the unit or the range.
    """
    changes: dict[str, Any] = {}
    for text in texts:
        name, equals, written = text.partition("=")
        if not equals:
            raise BadChange(f"“{text}”应写作 名称=值 / {text!r} should be written name=value")
        if name.strip() in changes:
            raise BadChange(f"“{name.strip()}”给了两次 / {name.strip()!r} is given twice")
        changes[name.strip()] = change_of(plan.entry(name.strip()), written.strip())
    return changes


def change_of(entry: Value, written: str) -> Any:
    """Read one new value of an entry. Errors: BadChange."""
    value = _read(entry, written)
    if value is None or not UNITS[entry.unit].fits(freeze(value)):
        unit, now = UNITS[entry.unit], thaw(entry.value)
        raise BadChange(f"{entry.id}：“{written}”不是{unit.zh}；现为 {now}（{value_words(entry.value, entry.unit, 'zh')}） / "
                        f"{entry.id}: {written!r} is not {unit.en}; it is {now} ({value_words(entry.value, entry.unit, 'en')}) now")
    limits = range_of(entry)
    if limits and not limits.low <= value <= limits.high:
        raise BadChange(f"{entry.id}：{value} 超出范围 {limits.low}…{limits.high} / {entry.id}: {value} is outside {limits.low}…{limits.high}")
    return value


def range_of(entry: Value) -> Range | None:
    """How far a figure may be moved: a share from nothing to the whole, others from 0 to ten times; None for what is no figure."""
    if entry.unit not in FIGURES:
        return None
    now = entry.value
    if entry.unit == "year":
        return Range(1900, 2199, 1)
    if entry.unit == "ppm" and re.search(r"(^|[._])(share|weight|rate|keep|retained)_ppm(\.|$)", entry.id) and 0 <= now <= WHOLE:
        return Range(0, WHOLE, 10_000)
    high = MANY_TIMES * max(abs(now), 1)
    return Range(-high if now < 0 else int(entry.unit == "scale"), high, _step(max(abs(now), 1)))


def _step(now: int) -> int:
    """The hundredth of today's figure, as a power of ten."""
    return 10 ** max(0, len(str(now)) - 3)


def _read(entry: Value, written: str) -> Any:
    if entry.unit in FIGURES:
        return _figure(written, entry.unit)
    if entry.unit == "flag":
        return FLAGS.get(written.casefold())
    if entry.unit == "code":
        return written
    try:
        return json.loads(written)
    except ValueError:
        return [part.strip() for part in written.split(",")] if entry.unit == "codes" else None


def _figure(written: str, unit: str) -> int | None:
    for (signed, sign), times in SIGNS.items():
        if signed == unit and written.endswith(sign):
            figure = written.removesuffix(sign).strip()
            scaled = Decimal(figure) * times if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", figure) else Decimal("0.5")
            return int(scaled) if scaled == scaled.to_integral_value() else None
    return int(written) if re.fullmatch(r"-?[0-9]{1,18}", written) else None
