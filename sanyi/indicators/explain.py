"""An indicator's value in plain words: its formula with the numbers in it."""
from collections.abc import Mapping
from typing import Any

from sanyi.indicators.indicator import UNIT, Indicator
from sanyi.tables.shown import decimal

TWO_LANGUAGES = ("zh", "en")


def value_words(indicator: Indicator, value_e6: int | None, language: str = "zh") -> str:
    """The value with its unit, or that it cannot be computed."""
    if value_e6 is None:
        return ("无法计算", "not computable")[TWO_LANGUAGES.index(language)]
    return f"{decimal(value_e6, 6)} {UNIT[indicator.unit][TWO_LANGUAGES.index(language)]}".strip()


def explanation(indicator: Indicator, value: Mapping[str, Any], language: str = "zh") -> str:
    """Name, formula, numerator and denominator of one row of indicator values."""
    parts = ["–" if value[name] is None else f"{value[name]:,}" for name in ("numerator", "denominator")]
    shown = value_words(indicator, value["value_e6"], language)
    if language == "zh":
        return f"{indicator.zh}（{indicator.code}）{value['period']}：{indicator.formula_zh}；分子 {parts[0]}，分母 {parts[1]}，结果 {shown}"
    return (f"{indicator.en} ({indicator.code}), {value['period']}: {indicator.formula_en}; "
            f"numerator {parts[0]}, denominator {parts[1]}, result {shown}")
