"""From a figure as the text writes it to a plan unit: 90 % is 900000 ppm, 每千人口 1.8 张 is 18000 per_1000_e4."""

from fractions import Fraction
import re

_PER = (
    (re.compile(r"每?十万|/10万|/十万|10万"), "per_100000_e4"),
    (re.compile(r"每万|/万|万(常住)?人口"), "per_10000_e4"),
    (re.compile(r"每千|/千|千(常住)?人口"), "per_1000_e4"),
)


_SCALE = re.compile(r"千万|百万|[万亿](?=[^元])")
_TIMES = {"万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_MONEY = re.compile(r"(千万|百万|[万亿])?元(/[人户亩天日])?")


def plan_amount(value: Fraction, unit: str, measured: str):
    """Give (whole number, plan unit) of a figure; `measured` are the words of what is measured. A part too small for the unit is dropped."""
    scale = _SCALE.match(unit) if not unit.endswith("元") else None
    if scale:
        value, unit = value * _TIMES[scale[0]], unit[scale.end() :]
    if unit == "flag":
        return value > 0, "flag"
    if unit in ("%", "个百分点"):
        return whole(value * 10_000), "ppm"
    for pattern, name in _PER:
        if unit.startswith("/") and pattern.search(unit) or not _MONEY.fullmatch(unit) and pattern.search(measured):
            return whole(value * 10_000), name
    if unit == "‰":
        return whole(value * 10_000), "per_1000_e4"
    money = _MONEY.fullmatch(unit)
    if money:
        return whole(value * _TIMES.get(money[1] or "", 1) * 100), "fen"
    if unit in ("岁", "年"):
        return whole(value * 10_000), "years_e4"
    if unit in ("天", "日", "工作日", "个工作日") and value.denominator == 1:
        return int(value), "days"
    if unit in (":", "") or value.denominator != 1 or unit == "倍":
        return whole(value * 10_000), "e4"
    return int(value), "count"


def whole(value: Fraction) -> int:
    """The whole part of an exact number."""
    return value.numerator // value.denominator
