"""The values of all indicators in one table; a new indicator's file is all it takes to be in it."""
import ibis

from sanyi.indicators import indicators
from sanyi.indicators.values import INDICATOR_VALUES
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import Step


def _unite(**tables: ibis.Table) -> ibis.Table:
    """All rows of all indicators' values."""
    first, *others = (tables[name] for name in sorted(tables))
    return first.union(*others) if others else first


def _value(code: str, value_e6: int | None) -> dict:
    return {"indicator_code": code, "scope_code": "region", "scope_id": "region", "period": "2020", "value_e6": value_e6}


indicator_values = Step(
    "indicator_values", _unite, INDICATOR_VALUES, tuple(one.step.name for one in indicators()), source=Source(obligation="B9"),
    examples=(Example("两个指标在一张表里", "Two indicators in one table",
                      {"indicator_values_ind_42": [_value("IND-42", 90_000_000)], "indicator_values_ind_43": [_value("IND-43", None)]},
                      [_value("IND-42", 90_000_000), _value("IND-43", None)]),))
