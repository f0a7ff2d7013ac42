"""A change to be tried, as a person writes it: what is read, and what is refused with its reason."""
from datetime import date

import pytest

from sanyi.plans import BadChange, UnknownValue
from sanyi.plans.changes import changes_of, range_of
from sanyi.runs.packs import open_plan

PLAN = open_plan("haikou-2018").on(date(2020, 12, 31))


@pytest.mark.parametrize("text, value", [
    ("consortium.budget_share_ppm=900000", 900_000), ("consortium.budget_share_ppm = 90%", 900_000), ("consortium.budget_share_ppm=87.5%", 875_000),
    ("fund.raised_per_head_fen.resident=850.5元", 85_050), ("fund.raised_per_head_fen.resident=0", 0), ("dip.high_inclusive=是", True),
    ("dip.high_inclusive=false", False), ("payment.point_value_basis=fund", "fund"), ("consortium.package_kinds=tight,loose", ["tight", "loose"]),
    ("dip.history_weights=[1, 1, 8]", [1, 1, 8]), ('consortium.surplus_keep_bands=[{"minimum_score_e4": 0, "keep_ppm": 500000}]', [{"minimum_score_e4": 0, "keep_ppm": 500_000}])])
def test_a_change_is_read_by_the_unit_of_its_value(text, value):
    assert list(changes_of([text], PLAN).values()) == [value]


@pytest.mark.parametrize("text, said", [
    ("consortium.budget_share_ppm", "name=value"), ("consortium.budget_share_ppm=120%", r"1200000 is outside 0…1000000"),
    ("consortium.budget_share_ppm=-1", "is outside 0"), ("consortium.budget_share_ppm=0.5", "parts per million; it is 850000 \\(85 %\\) now"),
    ("consortium.budget_share_ppm=12.34567%", "parts per million"), ("consortium.budget_share_ppm=1e9%", "parts per million"),
    ("audit.readmission_days=-1", "days, 0 or more"), ("audit.readmission_days=101", "outside 0…100"), ("dip.high_inclusive=maybe", "true or false"),
    ("dip.history_weights=1", "a list of whole numbers"), ("dip.score_scale=0", "1 or more"), ("dip.history_weights=[", "list of whole")])
def test_what_does_not_fit_is_refused_in_both_languages(text, said):
    with pytest.raises(BadChange, match=said) as refused:
        changes_of([text], PLAN)
    assert any("一" <= letter <= "鿿" for letter in str(refused.value))


def test_an_unknown_name_is_answered_with_near_ones():
    with pytest.raises(UnknownValue, match="near names: consortium"):
        changes_of(["consortium.retaned_ppm=900000"], PLAN)
    with pytest.raises(BadChange, match="given twice"):
        changes_of(["dip.score_scale=1", "dip.score_scale=2"], PLAN)


def test_every_figure_of_the_plan_lies_in_its_own_range():
    figures = [entry for name in PLAN.values() if (entry := PLAN.entry(name)) and range_of(entry)]
    assert len(figures) > 30
    for entry in figures:
        limits = range_of(entry)
        assert limits.low <= entry.value <= limits.high and limits.step >= 1, entry.id
    assert range_of(PLAN.entry("dip.history_weights")) is None
