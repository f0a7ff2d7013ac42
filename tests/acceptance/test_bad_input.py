"""What is wrong is refused with its reason in both languages, and nothing is half posted: the list of bad input that a year must stand."""
import csv
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from sanyi.cli import main
from sanyi.cli.errors import KNOWN_ERRORS
from sanyi.payment.errors import BudgetTooSmall
from sanyi.runs.added_tables import replace_rows
from sanyi.runs.closing import close_on
from sanyi.runs.errors import NoResults, UnknownScheme
from sanyi.runs.explain import explain_case
from sanyi.runs.intake import import_source
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Condition, Results
from sanyi.runs.run import run
from sanyi.runs.settling import carried_from
from sanyi.runs.what_if import what_if
from sanyi.runs.world import make_world
from sanyi.tables.shown import shown
from sanyi.terms.fen import take_rate

pytestmark = pytest.mark.slow

YEAR, MONTH = 2020, "202003"
UNPRICED = {"drg.weight_source": "published"}  # the demonstration region publishes no weights


@dataclass(frozen=True)
class Region:
    """A small region with two faults: its records, what intake refused, the stay with two principal diagnoses, and a year without weights, and one paid by scores."""

    records: Path
    refused: tuple[dict, ...]
    stay: str
    results: Results
    scored: Results


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Region:
    folder = tmp_path_factory.mktemp("bad-input")
    source, records, results = (folder / name for name in ("source", "records", "results"))
    make_world(600, 5, 4, source, "csv")
    (source / "control.json").unlink()  # its sums are those before the faults
    stay = second_principal(source)
    change(source / "settlements" / f"{MONTH}.csv", lambda row: row["settlement_id"] != "", total_fen="-100")
    assert import_source(source, records).is_usable
    run(open_plan("haikou-2018", "region-demo-drg").changed(UNPRICED), records, YEAR, results)
    run(open_plan("haikou-2018"), records, YEAR, folder / "scored", wanted=("inpatient_clearings", "encounters", "fund_pool_results"))
    return Region(records, tuple(parquet.read_table(records / "refused_rows.parquet").to_pylist()), stay, Results(results), Results(folder / "scored"))


def second_principal(source: Path) -> str:
    """Mark the second diagnosis of a stay in the area as principal too; gives the stay."""
    inside = {row["institution_id"] for row in read(source / "institutions.csv") if row["is_in_area"] == "true"}
    stays = {row["encounter_id"] for row in read(source / "encounters" / f"{MONTH}.csv") if row["type_code"] == "inpatient" and row["institution_id"] in inside}
    return change(source / "diagnoses" / f"{MONTH}.csv", lambda row: row["sequence_number"] == "2" and row["encounter_id"] in stays, is_principal="true")["encounter_id"]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(path: Path, is_meant, **cells: str) -> dict[str, str]:
    """Write other cells into the first row that is meant; gives the row."""
    rows = read(path)
    row = next(filter(is_meant, rows))
    row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows(rows)
    return row


def test_a_negative_amount_is_refused_with_its_place(region):
    below, = (row for row in region.refused if row["file"] == f"settlements/{MONTH}.csv" and row["reason_code"] == "below_minimum")
    assert (below["line"], below["column_name"], below["seen"]) == (2, "total_fen", "-100")
    assert "小于允许的最小值 / a number not below the minimum" in below["expected"]
    taken = {row["settlement_id"] for path in region.records.rglob(f"*{MONTH}*.parquet") if "settlements" in str(path) for row in parquet.read_table(path).to_pylist()}
    assert taken and below["row_key"] not in taken


def test_a_stay_with_two_principal_diagnoses_is_not_grouped_and_says_why(region):
    group, = region.results.page("drg_case_groups", [Condition("encounter_id", "eq", region.stay)])
    assert group["reason_code"] == "two_principal_diagnoses" and group["drg_code"] is None
    zh, en = (shown(region.results.promise("drg_case_groups")["reason_code"], group["reason_code"], language) for language in ("zh", "en"))
    assert "主要诊断" in zh and "principal" in en
    paid = region.results.page("drg_cases", [Condition("encounter_id", "eq", region.stay)])
    assert all(row["status_code"] == "pending" and row["fund_pay_fen"] == 0 for row in paid)


def test_by_scores_too_a_stay_with_two_principal_diagnoses_is_refused_waits_and_says_how_it_is_put_right(region):
    key = [Condition("encounter_id", "eq", region.stay)]
    group, = region.scored.page("dip_case_groups", key)
    case, = region.scored.page("dip_cases", key)
    assert (group["reason_code"], group["group_code"], group["layer_code"]) == ("two_principal_diagnoses", None, "none")
    assert (case["status_code"], case["points_e4"], case["fund_pay_fen"], case["standard_fen"]) == ("pending", 0, 0, None) and case["cost_fen"] > 0
    clearing, = region.scored.page("inpatient_clearings", [Condition("institution_id", "eq", case["institution_id"]), Condition("insurance_code", "eq", case["insurance_code"])])
    assert clearing["pending_count"] >= 1
    said = explain_case(region.scored, region.stay)
    assert "只留一个主要诊断" in said.summary_zh and "leaves one principal diagnosis" in said.summary_en


def test_without_a_weight_a_case_waits_and_is_not_paid(region):
    cases = region.results.page("drg_cases", limit=None)
    assert cases and {row["status_code"] for row in cases} == {"pending"} and not any(row["fund_pay_fen"] for row in cases)
    assert any(row["reason_code"] == "no_weight" for row in cases)


def test_no_points_in_the_region_means_no_price_and_nothing_to_post(region):
    rates = region.results.page("drg_rates", limit=None)
    assert rates and all(row["weight_e9"] == 0 and row["rate_e4"] is None and row["is_blocked"] for row in rates)
    blocked = carried_from(region.results.folder).blocked
    assert blocked and all("无预算点值" in zh or "清算中止" in zh for _, zh, _ in blocked) and all("point value" in en or "blocked" in en for _, _, en in blocked)


@pytest.mark.parametrize(("pack", "changes", "error", "said"), [
    ("region-demo-drg", {"drg.scheme": "nosuch"}, UnknownScheme, "没有分组方案“nosuch”.*there is no scheme 'nosuch'"),
    ("region-demo", {"budget.set_asides": [{"set_aside": "risk_reserve", "share_ppm": 990_000}]}, BudgetTooSmall, "小于.*smaller than"),
], ids=("unknown scheme", "budget smaller than its set-asides"))
def test_a_run_that_cannot_be_is_refused_and_leaves_no_results(region, tmp_path, pack, changes, error, said):
    with pytest.raises(error, match=said) as refused:
        run(open_plan("haikou-2018", pack).changed(changes), region.records, YEAR, tmp_path / "results")
    assert isinstance(refused.value, KNOWN_ERRORS), "the command line says it plainly"
    with pytest.raises(NoResults):
        Results(tmp_path / "results")
    if error is UnknownScheme:
        assert not (tmp_path / "results").exists(), "refused before the first step"


def said_by(capsys, *command: str) -> str:
    assert main([*map(str, command)]) == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(("changes", "said"), [
    ({"payment.inpatient_method": "drg", "drg.scheme": "nosuch"}, "there is no scheme 'nosuch'"),
    ({"budget.set_asides": [{"set_aside": "risk_reserve", "share_ppm": 990_000}]}, "smaller than"),
], ids=("unknown scheme", "budget smaller than its set-asides"))
def test_what_if_and_closing_refuse_alike_and_leave_their_base_as_it_was(region, tmp_path, changes, said):
    before = (region.scored.folder / "run-card.json").read_bytes()
    for act in (lambda plan, out: what_if(region.scored, plan, out), lambda plan, out: close_on(region.scored, plan, date(YEAR, 6, 30), out)):
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        with pytest.raises((UnknownScheme, BudgetTooSmall), match=said):
            act(open_plan("haikou-2018").changed(changes), out)
        with pytest.raises(NoResults):
            Results(out)
    assert (region.scored.folder / "run-card.json").read_bytes() == before


def test_the_command_line_says_it_plainly(region, tmp_path, capsys):
    base = ("--plan", "haikou-2018", "--results", region.scored.folder)
    assert "nosuch" in said_by(capsys, "what-if", *base, "--out", tmp_path / "a", "--change", "payment.inpatient_method=drg", "--change", "drg.scheme=nosuch")
    assert "less than" in said_by(capsys, "what-if", *base, "--out", tmp_path / "b", "--change", "fund.reserve_share_ppm=999999")


def test_pools_that_use_the_budget_to_the_last_fen_close_on_any_day(region, tmp_path):
    """The year's pools are raised until nothing of the budget is left over; a day's part of them still makes the whole."""
    lines = region.scored.page("fund_budget_lines", limit=None)
    wholes = Counter()
    for row in lines:
        wholes[row["insurance_code"], row["version_number"]] += row["budget_fen"]
    tightest = {insurance: min((whole, version) for (fund, version), whole in wholes.items() if fund == insurance)[1] for insurance, _ in wholes}
    approved = [{"insurance_code": row["insurance_code"], "year": YEAR, "pool_code": row["line_code"], "budget_fen": row["budget_fen"]}
                for row in lines if row["kind_code"] == "pool" and row["version_number"] == tightest[row["insurance_code"]]]
    records = tmp_path / "records"
    shutil.copytree(region.records, records)
    replace_rows(records, {"fund_pools": (lambda row: row["year"] == YEAR, approved)})
    for number, day in enumerate((date(YEAR, 1, 31), date(YEAR, 5, 17))):
        closing = close_on(region.scored, open_plan("haikou-2018"), day, tmp_path / f"closed-{number}", "pro_rata", records=records)
        counted = Counter()
        for row in closing.results.page("fund_budget_lines", limit=None):
            counted[row["insurance_code"], row["version_number"]] += row["budget_fen"]
        assert counted and all(whole == take_rate(wholes[place], day.timetuple().tm_yday, 366) for place, whole in counted.items())
