"""How many of the published DRG prices of nine cities the product's own pricing gives back, digit by digit.

Usage: python benchmarks/drg_prices.py PUBLISHED [--list]
PUBLISHED is the table of published prices (columns city, year, drg, field, value). The cities' rules are data: drg_cities.toml holds plan
values, and the prices come from sanyi.payment.drg.drg_price. --list prints every price that is not given back exactly, with the reason.
"""
import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from sanyi.payment.drg.drg_price import price, rate_of, terms
from sanyi.runs.packs import open_plan

CITIES = Path(__file__).with_name("drg_cities.toml")
PLAIN = {"drg.tier_coefficients": [{"tier": "all", "coefficient_e4": 10_000}], "drg.basic_group_tier": "off", "drg.missing_coefficient": "one"}
OUTCOMES = {
    "digits": "given back to the last published digit", "unpriced": "no price by the rule, and none published",
    "printed": "agrees within what the printed digits of weight, coefficient and rate allow, not to the last digit",
    "unexplained": "not explained by the stated rule",
}
YES = "是"


@dataclass(frozen=True)
class Seen:
    """One published price: where it stands, what was printed, what the rule gives, and how the two compare."""

    city: str
    year: int
    drg: str
    field: str
    printed: str
    given: Fraction | None
    outcome: str


def published(table: Path) -> dict[tuple[str, int], dict[str, dict[str, str]]]:
    """The published fields of each group by city and year."""
    found: dict[tuple[str, int], dict[str, dict[str, str]]] = {}
    for city, year, drg, field, value in duckdb.sql(f"SELECT city, year, drg, field, value FROM read_parquet('{table}')").fetchall():
        found.setdefault((city, int(year)), {}).setdefault(drg, {})[field] = value
    return found


def compare(table: Path, cities: Path = CITIES) -> Iterator[Seen]:
    """Every published price against what the product gives by the city's plan values."""
    found, base = published(table), open_plan("haikou-2018")
    for rules in tomllib.loads(cities.read_text("utf-8"))["city"]:
        plan = base.changed({**PLAIN, **rules["values"]}).on(base.last_day)
        for drg, fields in found[rules["city"], rules["year"]].items():
            for column in rules["column"]:
                if column["field"] in fields:
                    given, slack = priced(plan, rules, column, fields)
                    printed = fields[column["field"]]
                    yield Seen(rules["city"], rules["year"], drg, column["field"], printed, given, outcome(given, slack, printed))


def priced(plan: Any, rules: dict, column: dict, fields: dict[str, str]) -> tuple[Fraction | None, Fraction]:
    """What the rule gives in yuan, exact, and how far the rounding of its printed factors can move it."""
    weight, coefficient = fields.get(rules["weight"]), fields.get(column.get("coefficient", ""))
    group = {"weight_e9": scaled(weight, 9), "is_basic": fields.get(rules.get("basic", "")) == YES, "is_single_review": False,
             f"{column['tier']}_e8": scaled(coefficient, 8)}
    found = terms(group, column["tier"], plan.value("drg.tier_coefficients"), plan.value("drg.basic_group_tier"), plan.value("drg.missing_coefficient"))
    rate = rate_of(plan.value("drg.base_rates"), column["insurance"], found.tier_code)
    given = price(group["weight_e9"], rate, found.coefficient_e8)
    if given is None:
        return None, Fraction(0)
    if column.get("limit"):
        ratio = plan.value("drg.low_ratio_ppm") if column["limit"] == "low" else plan.value("drg.high_bands")[-1]["limit_ppm"]
        given = given * ratio / 1_000_000
    slack = sum(half / size for half, size in ((half_digit(weight), Fraction(weight)), (half_digit(coefficient), Fraction(coefficient or 1)),
                                               (Fraction(1, 20_000), Fraction(rate, 10_000))) if half and size)
    return given, given * slack


def scaled(text: str | None, digits: int) -> int | None:
    """A printed decimal as a whole number of 1/10^digits; an error where it holds more digits than that."""
    if text is None:
        return None
    exact = Fraction(text) * 10 ** digits
    if exact.denominator != 1:
        raise ValueError(f"{text} has more than {digits} decimals")
    return exact.numerator


def half_digit(text: str | None) -> Fraction:
    """Half a unit of the last printed decimal, for factors printed with as many decimals as a rounded one has."""
    decimals = len(text.partition(".")[2]) if text else 0
    return Fraction(1, 2 * 10 ** decimals) if decimals >= 6 else Fraction(0)


def outcome(given: Fraction | None, slack: Fraction, printed: str) -> str:
    """How a price compares with what was printed."""
    if given is None:
        return "unpriced" if Fraction(printed) == 0 else "unexplained"
    scale = 10 ** len(printed.partition(".")[2])
    if (2 * given * scale + 1) // 2 == Fraction(printed) * scale:
        return "digits"
    return "printed" if abs(given - Fraction(printed)) <= slack + Fraction(1, 2 * scale) else "unexplained"


def in_table(seen: list[Seen]) -> str:
    """A table of counts per city in Markdown."""
    counts = Counter((each.city, each.year, each.outcome) for each in seen)
    places = list(dict.fromkeys((each.city, each.year) for each in seen))
    lines = ["| city | year | prices | last digit | no price, none published | within printed digits | unexplained |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for city, year in places:
        own = [counts[city, year, name] for name in OUTCOMES]
        lines.append(f"| {city} | {year} | {sum(own)} | " + " | ".join(map(str, own)) + " |")
    whole = [sum(counts[city, year, name] for city, year in places) for name in OUTCOMES]
    return "\n".join([*lines, f"| all | | {sum(whole)} | " + " | ".join(map(str, whole)) + " |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("published", type=Path)
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    seen = list(compare(asked.published))
    print(in_table(seen))
    for each in seen if asked.list else ():
        if each.outcome in ("printed", "unexplained"):
            given = "no price" if each.given is None else f"{float(each.given):.6f}"
            print(f"{each.city} {each.year} {each.drg} {each.field}: printed {each.printed}, given {given}: {OUTCOMES[each.outcome]}")


if __name__ == "__main__":
    main()
