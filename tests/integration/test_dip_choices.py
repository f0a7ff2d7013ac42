"""Choices of payment by disease score on a small region's whole year: what they move, and that every fen stays."""
from datetime import date

import pytest

from sanyi.runs.books import check_books
from sanyi.runs.intake import import_source
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.world import make_world


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("choices")
    make_world(2_000, 5, 2, folder / "world", processes=1)
    import_source(folder / "world", folder / "records")
    return folder / "records"


def sums(results, table, *columns):
    return results.grouped(table, [], columns)[0]


def test_tests_before_admission_move_and_every_fen_stays(tmp_path, records):
    wanted = ("fund_payments", "inpatient_totals", "consortium_payments", "pre_admission_tests", "dip_current_cases")
    found = {}
    for name, merged in (("apart", False), ("merged", True)):
        plan = open_plan("haikou-2018").changed({"dip.merge_tests": merged})
        run(plan, records, 2020, tmp_path / name, wanted=wanted)
        found[name] = Results(tmp_path / name)
    moved = sums(found["merged"], "pre_admission_tests", "cost_fen", "fund_fen", "patient_fen", "other_payers_fen")
    assert moved["row_count"] > 0 and moved["cost_fen"] == moved["fund_fen"] + moved["patient_fen"] + moved["other_payers_fen"] > 0
    visits = {name: sums(each, "fund_payments", "fund_fen")["fund_fen"] for name, each in found.items()}
    cases = {name: sums(each, "dip_current_cases", "fund_fen", "cost_fen", "patient_fen") for name, each in found.items()}
    billed = sums(found["apart"], "settlements", "fund_fen")["fund_fen"]
    for name in found:
        charged = sums(found[name], "inpatient_totals", "charged_fund_fen")["charged_fund_fen"]
        assert charged + visits[name] == billed, name
    assert visits["apart"] - visits["merged"] == moved["fund_fen"]
    assert {name: cases["merged"][name] - cases["apart"][name] for name in ("fund_fen", "cost_fen", "patient_fen")} == {
        name: moved[name] for name in ("fund_fen", "cost_fen", "patient_fen")}


def test_the_books_hold_with_every_choice_at_once(tmp_path, records):
    plan = open_plan("lianjiang-2019").changed({"dip.deviation_coefficient": "inside", "dip.high_inclusive": True, "dip.auxiliary_combination": "multiply"})
    assert plan.on(date(2020, 12, 31)).value("dip.merge_tests")
    run(plan, records, 2020, tmp_path / "out")
    assert check_books(tmp_path / "out") == []
