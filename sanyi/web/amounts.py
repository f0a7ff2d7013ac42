"""Numbers of a plan's units as people write them: 90 percent is 900000 ppm, 12.5 yuan is 1250 fen, exactly."""
import re
import unicodedata
from decimal import Decimal

from sanyi.plans.units import UNITS
from sanyi.plans.aims import number_words
from sanyi.workflows.errors import BadField

PLACES = {"fen": 2, "ppm": 4}
WORDS = {"fen": ("元", "yuan"), "ppm": ("%", "%"), "per_1000_e4": ("每千", "per 1,000"), "per_10000_e4": ("每万", "per 10,000"),
         "per_100000_e4": ("每十万", "per 100,000"), "years_e4": ("年（岁）", "years"), "days": ("天", "days"), "months": ("个月", "months"),
         "count": ("个数", "number"), "e4": ("", ""), "flag": ("是/否", "yes/no"), "scale": ("倍", "times")}
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,12})?")


def places_of(unit: str) -> int:
    """How many decimals a unit keeps as people write it."""
    return PLACES.get(unit, 4 if unit.endswith("e4") else 0)


def read_amount(text: str, unit: str) -> int:
    """Read what was typed into the whole number a plan unit keeps. Errors: BadField."""
    if unit == "flag" and text in ("0", "1"):
        return int(text)
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    plain = plain.removesuffix("%").strip() if unit == "ppm" else plain
    zh, en = WORDS.get(unit, ("", ""))
    if unit == "flag" or not NUMBER.fullmatch(plain):
        raise BadField(f"“{text[:40]}”不是数字{f'（单位：{zh}）' if zh else ''}", f"{text[:40]!r} is not a number{f' (unit: {en})' if en else ''}", "value")
    scaled = Decimal(plain).scaleb(places_of(unit))
    if scaled != scaled.to_integral_value():
        raise BadField(f"“{text[:40]}”小数位过多，至多 {places_of(unit)} 位", f"{text[:40]!r} has too many decimals; at most {places_of(unit)}", "value")
    if not UNITS[unit].fits(int(scaled)):
        raise BadField(f"“{text[:40]}”不在范围内：不能小于 0", f"{text[:40]!r} is out of range: not below 0", "value")
    return int(scaled)


def amount_typed(value: int, unit: str) -> str:
    """A whole number of a plan unit as people type it, without its sign: 850000 ppm is 85, 1250 fen is 12.5."""
    text = f"{Decimal(value).scaleb(-places_of(unit)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_words(value: int | None, unit: str, language: str) -> str:
    """A whole number of a plan unit as a person reads it."""
    return "" if value is None else number_words(value, unit, language)
