"""Prices by group: the product's pricing against what nine cities published, and the parts of the pricing by themselves."""
import importlib.util
from fractions import Fraction
from pathlib import Path

import pytest

from sanyi.payment.drg.drg_price import Terms, in_fen, price, rate_of, terms

BENCHMARK = Path(__file__).parents[2] / "benchmarks/drg_prices.py"
SPEC = importlib.util.spec_from_file_location("drg_prices", BENCHMARK)
benchmark = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(benchmark)
TABLE = "knowledge/drg-prices/published_prices.parquet"
ROUNDED = {("盐城", 2022), ("盐城", 2023)}  # their weights, coefficients and rate are printed rounded
PLAIN = {"is_basic": False, "is_single_review": False}


@pytest.fixture(scope="module")
def published(shared_folder):
    if not (shared_folder / TABLE).is_file():
        pytest.skip("there is no table of published prices in the shared folder")
    return shared_folder / TABLE


@pytest.fixture(scope="module")
def seen(published):
    return list(benchmark.compare(published))


def test_every_published_price_is_explained_and_given_back(seen):
    assert len(seen) > 14_000
    assert [each for each in seen if each.outcome == "unexplained"] == []
    assert {(each.city, each.year) for each in seen if each.outcome == "printed"} == ROUNDED
    assert all(abs(each.given - Fraction(each.printed)) < Fraction(1, 1_000) for each in seen if each.outcome == "printed")


def test_the_table_in_the_documents_is_the_benchmark_s(seen, checkout):
    assert benchmark.in_table(seen) in (checkout / "docs/payment.md").read_text("utf-8")


def test_a_wrong_rate_and_a_forgotten_basic_group_are_seen(published, tmp_path):
    for right, wrong, least in (("rate_e4 = 115_874_000", "rate_e4 = 115_874_100", 500), ('"drg.basic_group_tier" = "primary"', '"drg.basic_group_tier" = "off"', 50)):
        cities = tmp_path / "cities.toml"
        cities.write_text(benchmark.CITIES.read_text("utf-8").replace(right, wrong), "utf-8")
        assert sum(each.outcome == "unexplained" for each in benchmark.compare(published, cities)) >= least


def test_weight_times_rate_times_coefficient():
    assert in_fen(price(2_500_000_000, 120_000_000, 110_000_000)) == 3_300_000
    assert in_fen(price(333_333_333, 10_000, 100_000_000)) == 33 and in_fen(price(335_000_000, 10_000, 100_000_000)) == 34
    assert price(None, 1, 1) is None and price(1, None, 1) is None and price(1, 1, None) is None and in_fen(None) is None


def test_the_narrowest_rate_counts():
    rates = [{"insurance": "all", "tier": "all", "rate_e4": 1}, {"insurance": "all", "tier": "tertiary", "rate_e4": 2}, {"insurance": "resident", "tier": "tertiary", "rate_e4": 3}]
    assert [rate_of(rates, *place) for place in (("resident", "tertiary"), ("employee", "tertiary"), ("employee", "primary"))] == [3, 2, 1]
    assert rate_of(rates[2:], "employee", "tertiary") is None


def test_what_a_group_is_priced_by():
    tiers = [{"tier": "tertiary", "coefficient_e4": 11_000}, {"tier": "secondary", "coefficient_e4": 10_200}]
    by = lambda group, missing="one", own=None: terms({**PLAIN, **group}, "tertiary", tiers, "secondary", missing, own)  # noqa: E731
    assert by({}) == Terms("tertiary", 110_000_000, "tier") and by({}, own=9_000) == Terms("tertiary", 90_000_000, "institution")
    assert by({"is_basic": True}, own=9_000) == Terms("secondary", 102_000_000, "basic")
    assert by({"tertiary_e8": 93_996_516}, own=9_000) == Terms("tertiary", 93_996_516, "group")
    assert by({}, "unpriced").coefficient_e8 is None and by({"is_single_review": True, "is_basic": True}).basis_code == "single_review"
