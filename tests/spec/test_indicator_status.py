"""Statuses at their boundaries, and every indicator complete and sayable."""
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sanyi.indicators import indicators
from sanyi.indicators.explain import explanation, value_words
from sanyi.indicators.indicator import DIRECTION, SCALE, UNIT
from sanyi.indicators.indicator_status import _targets_of
from sanyi.indicators.status import Aim, alert_of, status_of, tolerance_e6, trend_of
from sanyi.plans import read_plan

PACKS = Path(__file__).parents[2] / "packs"

FIFTEEN = Aim("≥", 15_000_000, 0)
ABOUT_90 = Aim("≈", 90_000_000, 2_000_000)
FLOOR_90, CEILING_90 = Aim("≳", 90_000_000, 2_000_000), Aim("≲", 90_000_000, 2_000_000)


@pytest.mark.parametrize(("aim", "value", "previous", "status"), [
    (FIFTEEN, 15_000_000, None, "met"), (FIFTEEN, 14_990_000, None, "missed"),                       # EX-51
    (ABOUT_90, 90_000_000, None, "met"), (ABOUT_90, 88_000_000, None, "met"), (ABOUT_90, 92_000_000, None, "met"),  # EX-57
    (ABOUT_90, 87_999_999, None, "near"), (ABOUT_90, 86_000_000, None, "near"), (ABOUT_90, 85_999_999, None, "missed"),
    (FLOOR_90, 99_000_000, None, "met"), (FLOOR_90, 88_000_000, None, "met"), (FLOOR_90, 86_000_000, None, "near"), (FLOOR_90, 85_999_999, None, "missed"),
    (CEILING_90, 1, None, "met"), (CEILING_90, 92_000_000, None, "met"), (CEILING_90, 94_000_000, None, "near"), (CEILING_90, 94_000_001, None, "missed"),
    (Aim("≥", 65_000_000, 2_000_000), 63_000_000, None, "near"), (Aim("≥", 65_000_000, 2_000_000), 62_999_999, None, "missed"),
    (Aim("<", 9_000_000, 0), 9_000_000, None, "near"), (Aim("<", 9_000_000, 0), 8_999_999, None, "met"),
    (Aim("≤", 9_000_000, 0), 9_000_000, None, "met"), (Aim(">", 9_000_000, 0), 9_000_001, None, "met"),
    (Aim("=", 100_000_000, 0), 100_000_000, None, "met"), (Aim("=", 100_000_000, 0), 99_999_999, None, "missed"),
    (Aim("=", 60_000_000, 0), 60_000_001, None, "met"),  # 达到: to reach, so more is met as well
    (Aim("rising", None, 0), 5, 4, "met"), (Aim("rising", None, 0), 4, 4, "missed"), (Aim("falling", None, 0), 3, 4, "met"),
    (Aim("rising", None, 0), 5, None, "not_computable"), (Aim("open", None, 0), 5, 4, "no_target"), (FIFTEEN, None, 1, "not_computable"), (None, 5, 4, "no_target")])
def test_status_at_the_boundaries(aim, value, previous, status):
    assert status_of(aim, value, previous) == status


def test_trend_and_warning_lines():
    assert [trend_of(*pair) for pair in ((2, 1), (1, 2), (1, 1), (None, 1), (1, None))] == ["up", "down", "flat", "unknown", "unknown"]
    assert [alert_of(value, "high", 85, 80) for value in (85, 84, 80, 79, None)] == ["ok", "warn", "warn", "alarm", None]
    assert [alert_of(value, "low", 5, 8) for value in (5, 6, 8, 9)] == ["ok", "warn", "warn", "alarm"]


def test_tolerance_is_points_for_shares_and_relative_for_the_rest():
    assert tolerance_e6("ppm", 90_000_000, 20_000, 20_000) == 2_000_000
    assert tolerance_e6("days", 8_000_000, 20_000, 20_000) == 160_000
    assert tolerance_e6("ppm", None, 20_000, 20_000) == 0


def test_of_two_values_for_one_year_the_hard_and_stricter_one_counts():  # JH-129: the body's 9 % and the annex's 8 %
    targets = read_plan("jianghai-2018", [PACKS]).targets
    growth = [target for target in targets if target.indicator == "IND-04" and target.due == date(2018, 12, 31)]
    assert {(target.value, target.comparator, target.is_striven_for) for target in growth} >= {(80000, "<", False), (90000, "≤", True)}
    for names in ("ab", "ba"):  # whatever they are called
        renamed = tuple(replace(target, id=name, scope="city") for target, name in zip(growth, names))
        assert _targets_of(renamed, "IND-04", 2018)["region"].value == 80000
    one, other = (replace(growth[0], id=name, scope="city", value=90000, comparator=sign, is_striven_for=False) for name, sign in (("a", "≤"), ("b", "<")))
    assert _targets_of((one, other), "IND-04", 2018)["region"] is other
    low, high = (replace(growth[0], id=name, scope="city", value=value, comparator="≥", is_striven_for=False) for name, value in (("a", 1), ("b", 2)))
    assert _targets_of((low, high), "IND-04", 2018)["region"] is high


def test_there_are_twenty_and_those_the_plan_needs():
    codes = [one.code for one in indicators()]
    assert len(codes) == len(set(codes)) >= 20 and codes == sorted(codes)
    assert {"IND-41", "IND-42", "IND-43", "IND-47", "IND-53", "IND-91"} <= set(codes)


@pytest.mark.parametrize("one", indicators(), ids=lambda one: one.code)
def test_an_indicator_is_complete_and_sayable(one):
    assert one.unit in SCALE and one.unit in UNIT and one.direction in DIRECTION and one.source.obligation == one.code
    assert one.step.name == f"indicator_values_{one.code.lower().replace('-', '_')}"
    row = {"period": "2020", "numerator": 1234567, "denominator": None, "value_e6": 12_500_000}
    for language, said in (("zh", "12.5"), ("en", "12.5")):
        assert said in explanation(one, row, language) and "1,234,567" in explanation(one, row, language)
    assert value_words(one, None, "zh") == "无法计算"
