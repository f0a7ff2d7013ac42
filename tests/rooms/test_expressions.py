"""No step's expression holds an operation that engines do differently: what is left runs alike on DuckDB and on Spark."""
from datetime import date

import ibis
import ibis.expr.operations as ops
import pytest

from sanyi.engines.spark_words import spark_words
from sanyi.runs.packs import open_plan
from sanyi.runs.saying import expression
from sanyi.runs.steps import all_steps

INSTEAD = {
    "Divide": "take_rate", "FloorDivide": "whole_quotient: this one goes through floating point", "Mean": "a sum and a count, and take_rate",
    "Round": "take_rate", "Floor": "whole_quotient", "Ceil": "whole_quotient", "Median": "a rank by a unique key", "Quantile": "a rank by a unique key",
    "Variance": "nothing: it is floating point", "StandardDev": "nothing: it is floating point", "Sqrt": "nothing: it is floating point",
    "First": "argmin or a rank by a unique key", "Last": "argmax or a rank by a unique key", "Arbitrary": "min or max",
    "Mode": "a rank by a unique key", "GroupConcat": "collect, sort and join", "ArrayDistinct": "distinct before collecting",
    "RandomScalar": "nothing", "ApproxCountDistinct": "nunique", "ApproxMedian": "a rank by a unique key",
}
NEED_ORDER = (ops.RowNumber, ops.MinRank, ops.DenseRank, ops.Lag, ops.Lead)


def objections(expr: ibis.Table) -> list[str]:
    """What in an expression engines do differently, each with what to use instead."""
    found = []
    for node in expr.op().find(ops.Node):
        name = type(node).__name__
        if name in INSTEAD:
            found.append(f"{name}: use {INSTEAD[name]}")
        elif isinstance(node, ops.JoinLink) and node.how == "asof":
            found.append("as-of join: use a join and a rank")
        elif isinstance(node, ops.Value) and node.dtype.is_floating():
            found.append(f"{name} gives {node.dtype}: use whole numbers")
        elif isinstance(node, ops.Multiply) and node.dtype.is_decimal():
            found.append("a product of decimals has another scale on each engine: use whole numbers")
        elif isinstance(node, (ops.ArrayStringJoin, ops.ArrayIndex, ops.ArraySlice)) and not isinstance(node.arg, ops.ArraySort):
            found.append("a list in no order: sort it just before it is read")
        elif isinstance(node, ops.WindowFunction) and isinstance(node.func, NEED_ORDER) and not node.order_by:
            found.append(f"{type(node.func).__name__} without an order")
    return found


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").on(date(2020, 12, 31))


@pytest.mark.parametrize("step", [step for step in all_steps().values() if not step.exact], ids=lambda step: step.name)
def test_a_step_holds_only_what_engines_do_alike(step, plan):
    said = expression(step, plan, 2020)
    assert objections(said) == []
    assert spark_words(said, step.makes), "it does not compile for Spark"


T = ibis.table({"a": "int64", "b": "int64", "s": "string", "d": "decimal(18, 2)"}, name="t")
APART = {
    "division": T.mutate(x=T.a / T.b), "floor division": T.mutate(x=T.a // T.b), "mean": T.aggregate(x=T.a.mean()),
    "rounding": T.mutate(x=T.d.round(1)), "float": T.mutate(x=T.a.cast("float64")), "decimal product": T.mutate(x=T.d * T.d),
    "first": T.aggregate(x=T.a.first(order_by=T.b)), "concatenation": T.aggregate(x=T.s.group_concat(order_by=T.b)),
    "list": T.aggregate(x=T.s.collect().join(",")), "rank": T.mutate(x=ibis.row_number()), "as of": T.asof_join(T.view(), "a"),
    "median": T.aggregate(x=T.a.median()),
}


@pytest.mark.parametrize("expr", APART.values(), ids=APART.keys())
def test_what_engines_do_differently_is_found(expr):
    assert objections(expr)


def test_what_engines_do_alike_is_not_objected_to():
    assert objections(T.aggregate(x=T.s.collect().sort().join(","), y=T.a.sum())) == []
