"""What an indicator is: its number, formula and unit, which way is better, and the step that makes its values."""
from dataclasses import dataclass

from sanyi.terms.source import Source
from sanyi.terms.step import Step

# How many millionths of the unit one numerator ÷ denominator is: 1 of percent is 100 %; fen make yuan by the hundred.
SCALE = {"percent": 10**8, "percent_growth": 10**8, "yuan": 10**4, "yuan_per_100": 10**8, "days": 10**6,
         "per_thousand": 10**9, "index": 10**6, "months": 10**6}
UNIT = {
    "percent": ("%", "%"), "percent_growth": ("%", "%"), "yuan": ("元", "yuan"), "yuan_per_100": ("元/百元", "yuan per 100"),
    "days": ("天", "days"), "per_thousand": ("‰", "per thousand"), "index": ("", ""), "months": ("个月", "months"),
}
DIRECTION = {"up": ("越高越好", "higher is better"), "down": ("越低越好", "lower is better"), "monitor": ("监测", "watched")}


@dataclass(frozen=True)
class Indicator:
    """One indicator of the dictionary; `line` names the plan value indicator.line.<line> with its warning lines."""

    code: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    unit: str
    direction: str
    source: Source
    step: Step
    line: str = ""
