"""The year closed on a day, on a real small region: the year's own clearing on its last day, a fresh run on any other, however it was come to."""
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.runs.closing import WANTED, close_on, open_closing
from sanyi.runs.cut_records import cut_records
from sanyi.runs.errors import NoRecords, NoResults
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.what_if_words import largest

pytestmark = pytest.mark.slow

PLAN = open_plan("haikou-2018")


@pytest.fixture(scope="module")
def base(demo_results) -> Results:
    return Results(demo_results)


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("closing") / "closed"


def digests(results: Results) -> dict:
    return {name: made["digest"] for name, made in results.card["steps"].items()}


def cases(results: Results) -> int:
    return sum(row["case_count"] for row in results.page("inpatient_clearings", limit=None))


def test_on_the_last_day_it_is_the_years_clearing_byte_for_byte(base, out):
    closing = close_on(base, PLAN, date(2020, 12, 31), out)
    assert digests(closing.results) == {name: digests(base)[name] for name in digests(closing.results)} and set(WANTED) <= set(digests(closing.results))
    assert set(closing.results.card["kept"]) == set(closing.results.card["steps"]), "nothing was run again"


def test_day_after_day_in_one_folder_it_is_what_a_fresh_run_on_the_records_up_to_then_makes(base, out, tmp_path):
    chance = random.Random(4)
    days = [date(2020, 1, 1) + timedelta(days=chance.randrange(20, 365)) for _ in range(2)]
    for day in [days[0], days[0] + timedelta(days=1), days[1]]:
        closing = close_on(base, PLAN, day, out)
    with DuckEngine(memory="1GB") as engine:
        records = cut_records(base.records.folder, day, tmp_path / "records", engine, is_pro_rata=True)
    fresh = Results(run(PLAN, records, 2020, tmp_path / "fresh", wanted=WANTED).parent)
    assert digests(closing.results) == digests(fresh)
    seen = closing.results.grouped("settlements", ["settled_on"])
    assert max(row["settled_on"] for row in seen) <= day


def test_cases_added_to_the_record_are_cleared_as_in_a_fresh_run(base, out, tmp_path):
    """The record grows by four days of cases; the budget basis is the whole year's this time."""
    with DuckEngine(memory="1GB") as engine:
        earlier = cut_records(base.records.folder, date(2020, 5, 9), tmp_path / "earlier", engine, is_pro_rata=False)
    first = close_on(base, PLAN, date(2020, 5, 20), out, "whole_year", records=earlier)
    few = cases(first.results)
    grown = close_on(base, PLAN, date(2020, 5, 13), out, "whole_year")
    fresh = close_on(base, PLAN, date(2020, 5, 13), tmp_path / "fresh", "whole_year")
    assert digests(grown.results) == digests(fresh.results) != digests(first.results)
    assert few < cases(grown.results)


def test_each_clearing_is_the_sum_of_its_reasons_of_which_the_largest_come_first(base, out):
    closing = close_on(base, PLAN, date(2020, 8, 17), out)
    sums = Counter()
    for row in closing.reasons():
        sums[row["institution_id"], row["insurance_code"]] += row["amount_fen"]
    clearings = closing.results.page("inpatient_clearings", limit=None)
    assert len(clearings) > 10
    assert {(row["institution_id"], row["insurance_code"]): row["clearing_fen"] for row in clearings if row["clearing_fen"]} == {key: fen for key, fen in sums.items() if fen}
    for _, reasons in largest(closing.reasons()):
        sizes = [abs(row["amount_fen"]) for row in reasons]
        assert sizes == sorted(sizes, reverse=True) and [row["place"] for row in reasons] == list(range(1, len(reasons) + 1))
    assert open_closing(out).day == date(2020, 8, 17)


def test_a_day_of_another_year_and_a_folder_without_a_closing_are_refused(base, out, tmp_path):
    with pytest.raises(NoRecords, match="not a day of 2020"):
        close_on(base, PLAN, date(2021, 1, 1), out)
    with pytest.raises(NoResults, match="not closed on a day"):
        open_closing(tmp_path)
