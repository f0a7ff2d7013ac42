"""How a plan's values are printed for a person, and which values fit which unit."""
import pytest

from sanyi.plans.frozen import Table, freeze, thaw
from sanyi.plans.units import UNITS, misfit, value_words


@pytest.mark.parametrize("value, unit, zh, en", [
    (83000, "fen", "830.00 元", "830.00 yuan"),
    (123456789, "fen", "1,234,567.89 元", "1,234,567.89 yuan"),
    (5, "fen", "0.05 元", "0.05 yuan"),
    (850000, "ppm", "85 %", "85 %"),
    (-125, "ppm", "-0.0125 %", "-0.0125 %"),
    (0, "ppm", "0 %", "0 %"),
    (1000000, "e4", "100", "100"),
    (13000, "e4", "1.3", "1.3"),
    (2, "months", "2 个月", "2 months"),
    (10, "days", "10 天", "10 days"),
    (True, "flag", "是", "yes"),
    ([1, 2, 7], "weights", "1、2、7", "1, 2, 7"),
    (["a", "b"], "codes", "a、b", "a, b"),
    ({"factor_e4": 9000, "band": "good"}, "table", "等次 较好，系数 0.9", "band good, factor 0.9"),
    ({"direction": "low", "warn_fen": 20000, "keep_ppm": 900000}, "table", "方向 越低越好，留用 90 %，提示线 200.00 元",
     "direction lower is better, kept 90 %, warning line 200.00 yuan"),
    ({"unnamed_key": "unnamed-code"}, "table", "unnamed_key unnamed-code", "unnamed_key unnamed-code"),
    ([{"a": 1}, {"a": 2}], "tables", "a 1；a 2", "a 1; a 2"),
])
def test_a_value_is_printed_with_its_unit(value, unit, zh, en):
    assert value_words(freeze(value), unit, "zh") == zh
    assert value_words(freeze(value), unit, "en") == en


@pytest.mark.parametrize("unit, wrong", [
    ("fen", -1), ("fen", 1.5), ("fen", True), ("ppm", "1"), ("e4", 0.5), ("days", -1), ("months", None), ("count", "3"),
    ("scale", 0), ("weights", [1, -1]), ("weights", []), ("numbers", [1.5]), ("flag", 1), ("code", ""), ("codes", [1]),
    ("codes", "resident"), ("table", {}), ("table", {"a": 0.5}), ("tables", [1]), ("tables", []),
])
def test_a_value_that_does_not_fit_is_told_what_was_expected(unit, wrong):
    assert UNITS[unit].en in misfit("a.b", unit, freeze(wrong))


def test_freezing_loses_nothing_and_cannot_be_changed():
    plain = {"rows": [{"b": 1, "a": ["x"]}, {"c": True}], "n": 3}
    frozen = freeze(plain)
    assert thaw(frozen) == plain and isinstance(frozen, Table) and isinstance(hash(frozen), int)
    assert freeze({"a": 1, "b": 2}) == freeze({"b": 2, "a": 1})
