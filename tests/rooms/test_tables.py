"""Every table and column promises its meaning in both languages; units are the last word of a name."""
import re

import pytest

from sanyi.runs.steps import all_steps, promise
from sanyi.tables.record_tables import record_tables

TABLES = [*record_tables().values(), *(step.makes for step in all_steps().values())]
UNITS = ("_fen", "_ppm", "_e3", "_e4", "_e6", "_e8", "_e9", "_days", "_years", "_grams", "_count", "_number", "_month", "_year",
         "_weight", "_size", "_yuan", "_hours")
PLAIN_WHOLE = {"year", "month", "value", "numerator", "denominator", "row_count"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_meaning_in_both_languages(table):
    assert re.search(r"[\u4e00-\u9fff]", table.zh) and table.en
    for column in table.columns:
        assert re.search(r"[\u4e00-\u9fff]", column.zh), f"{table.name}.{column.name} lacks a Chinese meaning"
        assert column.en, f"{table.name}.{column.name} lacks an English meaning"
        for code, words in (column.allowed or {}).items():
            assert code == code.strip() and all(words), f"{table.name}.{column.name}: {code}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_and_references_exist(table):
    for name in table.key:
        assert not table[name].nullable, f"{table.name}.{name} is a key and may be empty"
    for column in table.columns:
        if column.references:
            target, name = column.references.split(".")
            assert name in promise(target).names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_end_in_their_unit(table):
    for column in table.columns:
        if column.type == "whole":
            assert column.name.endswith(UNITS) or column.name in PLAIN_WHOLE, f"{table.name}.{column.name}"
        if column.type == "date":
            assert column.name.endswith("_on"), f"{table.name}.{column.name}"
        if column.type == "flag":
            assert column.name.startswith(("is_", "has_")), f"{table.name}.{column.name}"
        if column.unit == "fen":
            assert column.name.endswith("_fen"), f"{table.name}.{column.name}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_table_is_plural_and_columns_are_unique(table):
    assert len(set(table.names)) == len(table.names)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", table.name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_table_holds_payment_standards_by_doctor(table):
    """The payment standard must not become a doctor's quota: DIP-29."""
    by_person = any(column.references == "staff.staff_id" or re.search("doctor|physician|staff_id", column.name) for column in table.columns)
    assert not (by_person and any("standard" in name for name in table.names)), table.name
