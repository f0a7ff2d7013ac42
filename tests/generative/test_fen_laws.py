"""Money is divided exactly: the laws of share_out and take_rate, in Python and on columns."""
import random
from fractions import Fraction

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.duck import DuckEngine
from sanyi.tables import money
from sanyi.tables.table import Table, whole
from sanyi.terms.fen import NothingToShareBy, share_out, take_rate

RATES = Table("rates", "率", "rates", ("row_count",), (
    whole("row_count", "行", "row"), whole("amount_fen", "额", "amount", "fen"), whole("numerator", "分子", "numerator"),
    whole("denominator", "分母", "denominator")))
MADE = Table("made", "果", "made", ("row_count",), (whole("row_count", "行", "row"), whole("part_fen", "份", "part", "fen")))

pools = some.integers(0, 10 ** 13)
weightings = some.dictionaries(some.text("abcdefgh", min_size=1, max_size=5), some.integers(0, 10 ** 9), min_size=1,
                               max_size=80).filter(lambda weights: any(weights.values()))


def faults(split, pool, weights):
    """What is wrong with a way to share: parts that do not add up, are unfair, negative or moved by the order."""
    parts = split(pool, weights)
    whole_weight = sum(weights.values())
    found = ["sum"] if sum(parts.values()) != pool else []
    if any(abs(parts[name] - Fraction(pool * weight, whole_weight)) >= 1 for name, weight in weights.items()):
        found.append("fair")
    if any(parts[name] for name, weight in weights.items() if not weight):
        found.append("zero weight")
    if split(pool, dict(reversed(list(weights.items())))) != parts:
        found.append("order")
    return found


def by_floats(pool, weights):
    """The mutant: shares by floating point, the rest to the last."""
    whole_weight = sum(weights.values())
    return {name: round(pool * (weight / whole_weight)) for name, weight in weights.items()}


def first_takes_rest(pool, weights):
    """The mutant whose answer hangs on the order of the members."""
    whole_weight = sum(weights.values())
    parts = {name: pool * weight // whole_weight for name, weight in weights.items()}
    parts[next(iter(parts))] += pool - sum(parts.values())
    return parts


def random_cases(number):
    """Many pools and weightings from one seed, zero weights among them."""
    chance = random.Random(20181109)
    for _ in range(number):
        weights = {f"m{place:02d}": chance.choice((0, 1, 7, chance.randrange(10 ** 9))) for place in range(chance.randint(1, 80))}
        if any(weights.values()):
            yield chance.randrange(10 ** chance.randint(1, 13)), weights


def test_ten_thousand_shares_leave_no_fen():
    assert all(not faults(share_out, pool, weights) for pool, weights in random_cases(10_000))


@pytest.mark.parametrize("mutant", [by_floats, first_takes_rest])
def test_a_mutant_is_killed(mutant):
    assert any(faults(mutant, pool, weights) for pool, weights in random_cases(300))


@given(pools, weightings, some.randoms())
def test_order_of_members_does_not_matter(pool, weights, chance):
    mixed = list(weights.items())
    chance.shuffle(mixed)
    assert share_out(pool, dict(mixed)) == share_out(pool, weights)


@given(pools, weightings)
def test_more_to_share_takes_from_nobody_by_more_than_the_odd_fen(pool, weights):
    less, more = share_out(pool, weights), share_out(pool + len(weights), weights)
    assert all(more[name] >= less[name] - 1 for name in weights) and sum(more.values()) == pool + len(weights)


@given(pools, weightings)
def test_a_negative_sum_is_the_mirror(pool, weights):
    assert share_out(-pool, weights) == {name: -part for name, part in share_out(pool, weights).items()}


def test_ties_go_to_the_smaller_key():
    assert share_out(5, {"c": 1, "b": 1, "a": 1}) == {"a": 2, "b": 2, "c": 1}


def test_nothing_to_share_by():
    assert share_out(0, {"a": 0, "b": 0}) == {"a": 0, "b": 0}
    with pytest.raises(NothingToShareBy):
        share_out(1, {"a": 0})
    with pytest.raises(ValueError, match="negative"):
        share_out(1, {"a": -1, "b": 2})


@given(some.integers(-10 ** 18, 10 ** 18), some.integers(0, 10 ** 7), some.integers(1, 10 ** 7))
def test_take_rate_rounds_half_away_from_zero(amount, numerator, denominator):
    exact = Fraction(amount * numerator, denominator)
    part = take_rate(amount, numerator, denominator)
    assert abs(part - exact) <= Fraction(1, 2)
    assert abs(part - exact) < Fraction(1, 2) or abs(part) > abs(exact)


extremes = some.one_of(some.integers(-10 ** 15, 10 ** 15), some.sampled_from(
    (0, 1, -1, 2 ** 53, 2 ** 53 + 1, -2 ** 53 - 1, 10 ** 15 - 1, 10 ** 15, 999_999, -500_000, 5, 15)))
rates = some.tuples(extremes, some.sampled_from((0, 1, 300_000, 333_333, 499_999, 500_000, 550_000, 850_000, 999_999, 1_000_000)),
                    some.sampled_from((1, 2, 3, 7, 12, 1_000_000, 12_000_000))).filter(
    lambda rate: abs(rate[0]) * rate[1] < rate[2] << 62)  # what a 64-bit sum can hold


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="256MB", threads=1) as opened:
        yield opened


def on_columns(engine, rows):
    """Take the rates of rows (amount, numerator, denominator) on columns."""
    table = ibis.table(RATES.schema, name="rates")
    part = table.select("row_count", part_fen=money.take_rate(table.amount_fen, table.numerator, table.denominator))
    engine.show_rows("rates", RATES, [{"row_count": place, "amount_fen": amount, "numerator": numerator,
                                       "denominator": denominator}
                                      for place, (amount, numerator, denominator) in enumerate(rows)])
    return [row["part_fen"] for row in engine.rows(f"SELECT * FROM ({engine.sql(part, MADE)}) ORDER BY row_count")]


@settings(max_examples=60)
@given(rows=some.lists(rates, min_size=1, max_size=60))
def test_columns_take_rates_as_python_does(engine, rows):
    assert on_columns(engine, rows) == [take_rate(*row) for row in rows]


def test_a_zero_denominator_gives_nothing_on_columns_and_an_error_in_python(engine):
    assert on_columns(engine, [(5, 1, 0)]) == [None]
    with pytest.raises(ZeroDivisionError):
        take_rate(5, 1, 0)


def test_a_sum_too_large_for_64_bits_is_an_error_never_a_wrong_sum(engine):
    with pytest.raises(Exception, match="[Oo]verflow"):
        on_columns(engine, [(2 ** 53, 1_000_000, 1)])
