"""Random years of appraisal: the slow opinion agrees, and the laws of the scheme hold."""
import importlib.util
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sanyi.appraisal.appraisals import appraisals
from sanyi.appraisal.examples import STAGES, event
from sanyi.plans import read_plan

CHECKOUT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("oracle_appraisal", CHECKOUT / "tests/oracle/appraisal.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

GRADES = ("excellent", "good", "poor", None)
kinds = some.one_of(
    some.builds(event, some.sampled_from(("bonus", "malus")), some.sampled_from(("nowhere", "main_leader")), some.integers(1, 60000),
                number=some.sampled_from(("文1", "", "文2"))),
    some.builds(event, some.just("gate"), some.sampled_from(("political_quality", "party_building")),
                grade=some.sampled_from(GRADES)),
    some.builds(event, some.just("veto"), some.sampled_from(("major_fire", "rumour")), number=some.sampled_from(("文1", " "))))
years = some.tuples(some.dictionaries(some.sampled_from(STAGES), some.integers(0, 1_000_000)), some.lists(kinds, max_size=6))


@pytest.fixture(scope="module")
def plan():
    return read_plan("haikou-2018", [CHECKOUT / "packs"], region="region-demo").on(date(2020, 12, 31))


def made(plan, scores: dict, events: list, extra: list = ()) -> list[dict]:
    rows = [{"institution_id": "H1", "year": 2020, "stage_code": stage, "score_e4": score} for stage, score in scores.items()]
    return appraisals.function([*rows, *extra], events, plan, 2020)


@given(year=years)
def test_the_slow_opinion_agrees(plan, year):
    for row in made(plan, *year):
        assert (row["score_e4"], row["band_code"], row["factor_ppm"]) == ORACLE.appraise(*year)


@given(year=years, stage=some.sampled_from(STAGES), more=some.integers(1, 500_000))
def test_a_higher_stage_never_lowers_the_score(plan, year, stage, more):
    scores, events = year
    full = {name: scores.get(name, 500_000) for name in STAGES}
    before, = made(plan, full, events)
    after, = made(plan, {**full, stage: full[stage] + more}, events)
    assert after["score_e4"] >= before["score_e4"] and after["raw_score_e4"] >= before["raw_score_e4"]


@given(year=years, seed=some.randoms())
def test_the_order_of_rows_and_another_institution_change_nothing(plan, year, seed):
    scores, events = year
    mixed = list(scores.items())
    seed.shuffle(mixed)
    other = [{"institution_id": "H2", "year": 2020, "stage_code": "year_end", "score_e4": 1}]
    after = made(plan, dict(mixed), seed.sample(events, len(events)), other)
    assert [row for row in after if row["institution_id"] == "H1"] == made(plan, scores, events)


@given(year=years)
def test_a_missing_year_end_never_becomes_a_score(plan, year):
    scores, events = year
    for row in made(plan, {stage: score for stage, score in scores.items() if stage != "year_end"}, events):
        assert row["score_e4"] is None and "year_end" in row["missing_stages"]
        assert row["factor_ppm"] is None or row["veto_code"]
