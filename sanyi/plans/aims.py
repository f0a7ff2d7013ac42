"""What a target asks, in words: ≥ 65 %, reach 15, rising."""
from sanyi.plans.units import UNITS, value_words

SHAPES = {"=": ("达到", "reach"), "rising": ("上升", "rising"), "falling": ("下降", "falling"), "open": ("未定数值", "no number given")}


def shape_words(comparator: str, language: str) -> str:
    """Say a comparator; a sign stands for itself."""
    return SHAPES[comparator][0 if language == "zh" else 1] if comparator in SHAPES else comparator


def number_words(value: int, unit: str, language: str) -> str:
    """Print a whole number of a plan unit as a person reads it: 900000 ppm is 90 %; a database keeps a flag as 0 or 1."""
    if unit not in UNITS:
        return str(value)
    return value_words(bool(value) if unit == "flag" else value, unit, language)


def aim_words(comparator: str, value: int | None, upper: int | None, unit: str, language: str) -> str:
    """Say what is aimed at, with the upper end of a range where there is one."""
    if value is None:
        return shape_words(comparator, language)
    if unit == "flag":
        return number_words(value, unit, language)
    end = "" if upper is None else f"–{number_words(upper, unit, language)}"
    return f"{shape_words(comparator, language)} {number_words(value, unit, language)}{end}"
