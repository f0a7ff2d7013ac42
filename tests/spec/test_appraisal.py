"""The appraisal's own words: every code of the demonstration scheme can be said in both languages."""
from datetime import date
from pathlib import Path

from sanyi.appraisal import appraisal_steps
from sanyi.appraisal.bands import BAND, GATE, STAGE, VETO
from sanyi.appraisal.scheme import scheme_of
from sanyi.plans import read_plan

PACKS = Path(__file__).resolve().parents[2] / "packs"


def scheme():
    return scheme_of(read_plan("haikou-2018", [PACKS], region="region-demo").on(date(2020, 12, 31)))


def test_the_room_finds_its_steps():
    assert [step.name for step in appraisal_steps()] == ["appraisals", "last_appraisals"]


def test_every_code_of_the_scheme_has_words():
    shown = scheme()
    assert {band for band, _ in shown.bands} == set(shown.factors_ppm) == set(BAND)
    assert set(shown.gates) == set(GATE) and set(shown.vetoes) == set(VETO)
    assert {stage for part in shown.parts for stage in part.stages} == set(STAGE)


def test_the_weights_make_a_whole():
    assert sum(part.weight_ppm for part in scheme().parts) == 1_000_000


def test_a_score_of_the_minimum_belongs_to_the_band():
    assert [scheme().band_of(score) for score in (900000, 899999, 800000, 700000, 699999, 0)] == \
        ["excellent", "good", "good", "fair", "poor", "poor"]
