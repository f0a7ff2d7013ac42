"""Which columns a step's answer hangs on: told from its expression, and held by giving every step other cells in all other columns."""
from datetime import date, timedelta

import ibis
import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.runs.columns_read import columns_read
from sanyi.runs.examples import play_rows
from sanyi.runs.packs import open_plan
from sanyi.runs.saying import expression
from sanyi.runs.steps import all_steps, promise
from sanyi.tables.rows import filled

A = ibis.table({"k": "string", "x": "int64", "y": "int64", "z": "int64", "many": "array<int64>"}, name="a")
B = ibis.table({"k": "string", "x": "int64", "w": "int64"}, name="b")
LATER = A.group_by("k").agg(s=A.x.sum(), n=A.count(), t=A.y.max())
CASES = {
    "a filter's column counts, one that is only handed on does not": (A.filter(A.y > 1), ["k"], {"a": ["k", "y"]}),
    "a column made and not wanted": (A.mutate(s=A.x + A.y), ["k"], {"a": ["k"]}),
    "groups decide which rows there are": (LATER, ["n"], {"a": ["k"]}),
    "a sum that is not wanted costs nothing": (LATER, ["s"], {"a": ["k", "x"]}),
    "both sides of a join's condition": (A.left_join(B, A.x == B.x).select(A.k, B.w), ["k"], {"a": ["k", "x"], "b": ["x"]}),
    "a semi join": (A.semi_join(B.filter(B.w > 0), "k"), ["x"], {"a": ["k", "x"], "b": ["k", "w"]}),
    "who is there at all": (A.select("k", "x").union(B.select("k", "x")), ["k"], {"a": ["k"], "b": ["k"]}),
    "different rows hang on every column": (A.select("k", "x").distinct(), ["k"], {"a": ["k", "x"]}),
    "a union of different rows": (A.select("k", "x").union(B.select("k", "x"), distinct=True), ["k"], {"a": ["k", "x"], "b": ["k", "x"]}),
    "a list taken apart makes rows though it is not wanted": (A.select("k", one=A.many.unnest()), ["k"], {"a": ["k", "many"]}),
    "a window": (A.mutate(r=ibis.row_number().over(group_by="k", order_by="y")), ["r"], {"a": ["k", "y"]}),
    "a table in a condition": (A.filter(A.x.isin(B.x)), ["k"], {"a": ["k", "x"], "b": ["x"]}),
    "a number out of another table": (A.mutate(share=B.w.max().as_scalar()), ["share"], {"a": [], "b": ["w"]}),
    "no column, only how many rows": (A.aggregate(n=A.count()), ["n"], {"a": []}),
}
OTHER = {"text": lambda cell: f"{cell}, another", "whole": lambda cell: (cell or 0) + 7, "flag": lambda cell: not cell,
         "date": lambda cell: (cell or date(2020, 1, 1)) + timedelta(3)}


@pytest.mark.parametrize("case", CASES)
def test_what_an_expression_hangs_on(case):
    expression, wanted, expected = CASES[case]
    assert columns_read(expression, wanted) == expected


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="1GB", threads=2) as opened:
        yield opened


def test_a_step_gives_the_same_whatever_stands_in_the_columns_it_does_not_read(engine):
    plan, tried = open_plan("haikou-2018"), 0
    for step in all_steps().values():
        if step.exact or not step.examples:
            continue
        example = step.examples[0]
        taken = (plan.changed(example.values) if example.values else plan).on(date(example.year, 12, 31))
        read = columns_read(expression(step, taken, example.year), step.makes.names)
        given = {name: filled(promise(name), example.given.get(name, [])) for name in step.tables}
        changed = {name: [_changed(name, row, read.get(name, ())) for row in rows] for name, rows in given.items()}
        if changed != given:
            tried += 1
            assert play_rows(step, changed, taken, example.year, engine) == play_rows(step, given, taken, example.year, engine), step.name
    assert tried > 40


def _changed(table, row, read):
    return {column.name: row[column.name] if column.name in read else OTHER[column.type](row[column.name]) for column in promise(table).columns}
