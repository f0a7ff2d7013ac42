"""Readings of indicators that are reported by hand, and those computed by a run, held against the plan's targets."""
from datetime import timedelta

import pytest
from ledger_work import NOW, entry, opened, small_plan

from sanyi.plans import Target
from sanyi.plans.entries import Indicator
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork

INDICATORS = {"beds": "per_1000_e4", "share": "ppm", "money": "fen", "life": "years_e4", "built": "flag", "wait": "days", "open": "count"}


def target(id: str, indicator: str, comparator: str, value=None, **more):
    unit = "" if value is None else INDICATORS[indicator]
    return entry(Target, id, **{"indicator": indicator, "comparator": comparator, "value": value, "unit": unit, "scope": "county", **more})


def plan_with(*targets, **more):
    indicators = tuple(entry(Indicator, name, unit=unit) for name, unit in INDICATORS.items())
    return small_plan((), documents=(), targets=targets, indicators=indicators, **more)


def read(indicator: str, value, period: str = "2023", by: str = "office-1", scope: str = "county", link: str = "https://example.org/table"):
    from sanyi.store.readings import Proof, take_reading
    return take_reading("small-2023", indicator, scope, period, value, Proof("data", "统计表", link), by, NOW)


def status(place: int = 0) -> dict:
    from sanyi.store.bulletin import targets
    return targets("small-2023")[place]


HELD = [  # comparator, target, upper, indicator, reading, status, above a range
    ("≥", 18_000, None, "beds", 18_000, "met", False), ("≥", 18_000, None, "beds", 17_999, "near", False),
    ("≥", 18_000, None, "beds", 17_000, "missed", False), ("=", 900_000, None, "share", 950_000, "met", False),
    ("≥", 900_000, None, "share", 880_000, "near", False), ("≥", 900_000, None, "share", 879_999, "missed", False),
    (">", 650_000, None, "share", 650_000, "near", False), ("<", 300_000, None, "share", 299_999, "met", False),
    ("≤", 300_000, None, "share", 300_001, "near", False), ("≈", 900_000, None, "share", 880_000, "met", False),
    ("≈", 900_000, None, "share", 860_000, "near", False), ("≈", 900_000, None, "share", 859_999, "missed", False),
    ("≥", 600_000, 700_000, "share", 600_000, "met", False), ("≥", 600_000, 700_000, "share", 700_000, "met", False),
    ("≥", 600_000, 700_000, "share", 700_001, "met", True), ("≥", 600_000, 700_000, "share", 500_000, "missed", False),
    ("≤", 83_000, None, "money", 83_000, "met", False), ("≥", 780_000, None, "life", 780_001, "met", False),
    ("=", True, None, "built", 1, "met", False), ("=", True, None, "built", 0, "missed", False), ("<", 7, None, "wait", 8, "missed", False),
    ("open", None, None, "open", 5, "no_judgement", False),
]


@pytest.mark.parametrize(("comparator", "value", "upper", "indicator", "reading", "expected", "is_above"), HELD)
def test_a_reading_is_held_against_its_target(comparator, value, upper, indicator, reading, expected, is_above, undone):
    opened(plan_with(target("t", indicator, comparator, value, upper=upper)))
    assert status()["status"] == ("no_judgement" if comparator == "open" else "not_computable") and status()["reading"] is None
    read(indicator, reading)
    shown = status()
    assert (shown["status"], shown["is_above"], shown["reading"], shown["period"], shown["origin"]) == (expected, is_above, reading, "2023", "reported")


def test_rising_is_held_against_the_period_before_and_first_against_the_plans_baseline(undone):
    opened(plan_with(target("up", "share", "rising", baseline=400_000, unit="ppm"), target("down", "wait", "falling")))
    read("share", 400_000, "2022")
    assert status()["status"] == "missed"
    read("share", 400_001, "2022")
    assert status()["status"] == "met"
    read("share", 400_000, "2023")
    assert status()["status"] == "missed"  # 2022 stood at 400,001
    read("wait", 9, "2022")
    assert status(1)["status"] == "not_computable"
    read("wait", 8, "2023")
    assert status(1)["status"] == "met"


def test_a_correction_is_a_newer_reading_and_both_stay(undone):
    from sanyi.store.one import readings
    opened(plan_with(target("t", "share", "≥", 900_000)))
    read("share", 990_000)
    read("share", 890_000)
    read("share", 100_000, "2022")
    assert (status()["status"], status()["reading_words"], status()["aim"]) == ("near", "89 %", "≥ 90 %")
    shown = readings("small-2023", "share", "county", "ppm")
    assert [(each["period"], each["value"], each["is_current"], each["words"]) for each in shown] == [
        ("2023", 890_000, True, "89 %"), ("2023", 990_000, False, "99 %"), ("2022", 100_000, True, "10 %")]
    assert all(each["evidence"][0]["link"] for each in shown)


def test_a_soft_target_says_so(undone):
    opened(plan_with(target("t", "share", "≥", 900_000, is_striven_for=True)))
    read("share", 1)
    assert status()["is_striven_for"] and status()["status"] == "missed"


@pytest.mark.parametrize("wrong", [{"value": 1.5}, {"value": "90"}, {"value": None}, {"value": 2**63}, {"period": "2023年"}, {"period": "2023-13"},
                                   {"scope": "moon"}, {"indicator": "moon"}, {"link": "javascript:1"}, {"value": -1, "indicator": "money"},
                                   {"value": 2, "indicator": "built"}])
def test_what_is_no_reading_is_refused(wrong, undone):
    from sanyi.store.models import Evidence, Reading
    opened(plan_with(target("t", "share", "≥", 900_000), target("m", "money", "≤", 1), target("b", "built", "=", True)))
    with pytest.raises(BadField):
        read(**{"indicator": "share", "value": 1, **wrong})
    assert not Reading.objects.exists() and not Evidence.objects.exists()


def test_who_may_report(undone):
    from ledger_work import task

    from sanyi.store.readings import Proof, take_reading
    opened(small_plan((task("measured", targets=("beds",), co_leads=("insurance",)),)))
    for name, value in (("health-1", 1), ("insurance-1", 2), ("office-1", 3)):
        read("bed-count", value, by=name)
    for name in ("clinic-1", "looker", "nobody"):
        with pytest.raises(NotAllowed):
            read("bed-count", 4, by=name)
    with pytest.raises(UnknownWork):
        take_reading("elsewhere", "bed-count", "county", "2023", 1, Proof("data", "a", "https://example.org/"), "office-1", NOW)


@pytest.mark.parametrize("period", ["2099", "2099-06", "2099-Q1", "2099-H2"])
def test_a_period_that_has_not_begun_has_no_reading(period, undone):
    from sanyi.store.models import Reading
    from sanyi.store.readings import Proof, take_reading
    opened()
    with pytest.raises(BadField, match="2099"):
        take_reading("small-2023", "bed-count", "county", period, 1, Proof("data", "统计表", "https://example.org/"), "office-1", NOW)
    assert not Reading.objects.exists()
    this_month = f"{NOW:%Y-%m}"
    assert take_reading("small-2023", "bed-count", "county", this_month, 1, Proof("data", "统计表", "https://example.org/"), "office-1", NOW).period == this_month


def test_a_reading_may_come_with_a_file(undone):
    from sanyi.store.evidence import evidence_file
    from sanyi.store.one import readings
    from sanyi.store.readings import Proof, take_reading
    opened(plan_with(target("t", "share", "≥", 900_000)))
    take_reading("small-2023", "share", "county", "2023", 1, Proof("record", "表.xlsx", chunks=[b"cells"]), "office-1", NOW)
    found = readings("small-2023", "share", "county", "ppm")[0]["evidence"][0]
    assert evidence_file(found["id"])[1].read_bytes() == b"cells"


def test_computed_values_are_published_once_and_judged_alike(undone):
    from sanyi.store.models import Reading
    from sanyi.store.readings import publish_values
    opened(small_plan((), documents=(), indicators=(), targets=(
        entry(Target, "visits", indicator="IND-42", comparator="≈", scope="county", value=900_000, unit="ppm"),
        entry(Target, "primary", indicator="IND-43", comparator="rising", scope="county"))))
    rows = [{"indicator_code": "IND-42", "scope_code": "region", "scope_id": "region", "period": "2023", "value_e6": 87_999_950},
            {"indicator_code": "IND-43", "scope_code": "region", "scope_id": "region", "period": "2022", "value_e6": 40_000_000},
            {"indicator_code": "IND-43", "scope_code": "region", "scope_id": "region", "period": "2023", "value_e6": 40_000_001},
            {"indicator_code": "IND-43", "scope_code": "consortium", "scope_id": "C1", "period": "2023", "value_e6": 1},
            {"indicator_code": "IND-42", "scope_code": "region", "scope_id": "region", "period": "2024", "value_e6": None}]
    with pytest.raises(NotAllowed):
        publish_values("small-2023", rows, "run-1", "health-1", NOW)
    assert publish_values("small-2023", rows, "run-1", "office-1", NOW) == 3
    assert publish_values("small-2023", rows, "run-2", "office-1", NOW + timedelta(days=1)) == 0
    assert Reading.objects.count() == 3
    # 87.99995 % rounds to 88.0000 %, but what is judged is the exact value: the target's reach ends at 88 %
    assert (status(0)["status"], status(0)["reading"], status(0)["origin"]) == ("near", 880_000, "computed")
    assert status(1)["status"] == "met"


def test_the_plans_own_lines_and_tolerances_count(undone):
    from datetime import date

    from sanyi.plans import Value
    from sanyi.plans.layer import Layer
    values = {name: (entry(Value, name, value=value, unit=unit, since=date(2000, 1, 1)),) for name, value, unit in (
        ("ledger.yellow_days", 60, "days"), ("ledger.red_days", 14, "days"), ("target.tolerance_points_e4", 50_000, "e4"))}
    done = opened(plan_with(target("t", "share", "≥", 900_000), layers=(Layer("own", values),)))
    assert (done.ledger.yellow_days, done.ledger.red_days) == (60, 14)
    read("share", 850_000)
    assert status()["status"] == "near"


def test_the_latest_reading_is_that_of_the_period_that_ends_last_and_a_year_says_more_than_its_last_month(undone):
    opened(plan_with(target("t", "share", "rising")))
    for period, value in (("2022-12", 2), ("2022", 1), ("2022-Q4", 3), ("2022-06", 4), ("2021-H2", 5), ("2021-12", 9), ("2022-11", 8)):
        read("share", value, period)
    assert (status()["period"], status()["reading"], status()["status"]) == ("2022", 1, "not_computable")  # no other year to hold it against
    read("share", 7, "2023-01")
    assert (status()["period"], status()["status"]) == ("2023-01", "met")  # no January before: December's 2
    read("share", 7, "2022-01")
    assert status()["status"] == "missed"  # January before stood as high


@pytest.mark.parametrize("period", ["2023-00", "2023-Q5", "2023-H3", "0000", "23", "2023-6", " 2023", "2023-06\n", "２０２３", "2０２３"])
def test_only_periods_are_periods(period):
    from sanyi.store.readings import period_of
    with pytest.raises(BadField):
        period_of(period)


def test_a_target_is_said_in_both_languages(undone):
    from sanyi.store.models import LedgerTarget
    from sanyi.store.standings import standing_of
    opened(plan_with(target("cost", "money", "≤", 83_000, upper=90_000, baseline=100_000)))
    read("money", 91_000)
    standing, said = standing_of(LedgerTarget.objects.get(entry="cost")), status()
    assert (standing.aim, standing.aim_en) == (said["aim"], said["aim_en"]) == ("≤ 830.00 元–900.00 元", "≤ 830.00 yuan–900.00 yuan")
    assert (standing.value, standing.value_en) == (said["reading_words"], said["reading_words_en"]) == ("910.00 元", "910.00 yuan")
    assert (said["baseline_words"], said["baseline_words_en"]) == ("1,000.00 元", "1,000.00 yuan") and standing.is_above
