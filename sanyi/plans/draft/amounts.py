"""From a figure as the text writes it to a plan unit: 90 % is 900000 ppm, 每千人口 1.8 张 is 18000 per_1000_e4."""

from fractions import Fraction
import re

_PER = (
    (re.compile(r"每?十万|/10万|/十万|10万"), "per_100000_e4"),
    (re.compile(r"每万|/万|万(常住)?人口"), "per_10000_e4"),
    (re.compile(r"每千|/千|千(常住)?人口"), "per_1000_e4"),
)


def plan_amount(value: Fraction, unit: str, measured: str):
    """Give (whole number, plan unit) of a figure; `measured` are the words of what is measured. A part too small for the unit is dropped."""
    if unit == "flag":
        return value > 0, "flag"
    if unit in ("%", "个百分点"):
        return whole(value * 10_000), "ppm"
    for pattern, name in _PER:
        if unit.startswith("/") and pattern.search(unit) or unit not in ("元", "万元") and pattern.search(measured):
            return whole(value * 10_000), name
    if unit == "‰":
        return whole(value * 10_000), "per_1000_e4"
    if unit in ("元", "万元", "亿元"):
        return whole(value * {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}[unit]), "fen"
    if unit in ("岁", "年"):
        return whole(value * 10_000), "years_e4"
    if unit in ("天", "日") and value.denominator == 1:
        return int(value), "days"
    if unit in (":", "") or value.denominator != 1 or unit == "倍":
        return whole(value * 10_000), "e4"
    return int(value), "count"


def whole(value: Fraction) -> int:
    """The whole part of an exact number."""
    return value.numerator // value.denominator
