"""A list of rows that are already here: nothing in an address or a cell breaks it."""
from datetime import date as day

import pytest

from sanyi.runs.results import BadQuestion
from sanyi.tables.table import Table, code, date, text, whole

TABLE = Table("things", "事物", "Things", key=("name",), columns=(
    text("name", "名称", "name"), text("note", "说明", "note", nullable=True), whole("thing_count", "件数", "things", nullable=True),
    date("made_on", "日期", "made on", nullable=True), code("state_code", "状态", "state", {"a": ("甲", "A")}, nullable=True)))
ROWS = [
    {"name": "1", "note": None, "thing_count": None, "made_on": None, "state_code": None},
    {"name": "2", "note": "", "thing_count": 0, "made_on": day(2020, 1, 1), "state_code": "a"},
    {"name": "3", "note": "x", "thing_count": -5, "made_on": day(9999, 12, 31), "state_code": ""},
    {"name": "4", "note": "é", "thing_count": 7, "made_on": None, "state_code": "zz"}]


def listed(rules, query: str):
    from sanyi.web.plain_list import plain_listing
    request = rules.get(f"/?{query}")
    request.language = "zh"
    return plain_listing(request, TABLE, ROWS)


def names(rules, query: str) -> list[str]:
    from sanyi.web.plain_list import answered, ask
    return [row["name"] for row in answered(ask(TABLE, rules.get(f"/?{query}").GET), ROWS, "zh")]


@pytest.fixture
def rules(site_folder):
    from django.test import RequestFactory
    return RequestFactory()


@pytest.mark.parametrize(("query", "expected"), [
    ("sort=note", "3412"), ("sort=-note", "4312"), ("sort=thing_count", "3241"), ("sort=-thing_count", "4231"), ("sort=made_on", "2314"),
    ("sort=state_code", "2413"), ("thing_count=0", "2"), ("thing_count=-5&thing_count=7", "34"), ("thing_count.from=0", "24"), ("made_on.to=2020-01-01", "2")])
def test_empty_cells_come_last_and_filters_hold(query, expected, rules):
    assert "".join(names(rules, query)) == expected
    assert listed(rules, query)["count"] == len(expected)


@pytest.mark.parametrize("query", ["thing_count=x", "thing_count=None", "thing_count=1.5", "thing_count=" + "9" * 30, "made_on.from=2020", "made_on.to=x", "sort=no"])
def test_a_question_that_does_not_fit_is_told(query, rules):
    with pytest.raises(BadQuestion):
        listed(rules, query)


def test_a_page_beyond_the_end_is_empty_and_says_how_many_there_are(rules):
    beyond = listed(rules, "page=999")
    assert (beyond["rows"], beyond["count"]) == ([], 4)
