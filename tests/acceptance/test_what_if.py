"""What-if on a real small region: equal to a fresh run table by table, an empty change is nothing, a change and its way back cancel out."""
import random
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.plans.changes import range_of
from sanyi.runs.behaviour import answered
from sanyi.runs.comparison import compare, compared
from sanyi.runs.errors import OtherOrigin, RefusedByStep
from sanyi.runs.measures import DIFFERENCES, PATIENTS
from sanyi.runs.packs import open_plan
from sanyi.runs.records import open_records
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.what_if import assumed_in, open_base, reach, tables_apart, what_if

pytestmark = pytest.mark.slow

PLAN = open_plan("haikou-2018")
DAY = date(2020, 12, 31)
CHANGE = {"consortium.budget_share_ppm": 900_000, "dip.low_ratio_ppm": 400_000}


@pytest.fixture(scope="module")
def base(demo_results) -> Results:
    return open_base(demo_results, PLAN)


@pytest.fixture(scope="module")
def tried(base, tmp_path_factory) -> Results:
    other = what_if(base, PLAN.changed(CHANGE), tmp_path_factory.mktemp("tried"), changes=CHANGE)
    compare(base, other)
    return other


def some_changes(base: Results, seed: int) -> dict:
    """Four figures or flags that steps read, moved within their range."""
    chance, on_day = random.Random(seed), PLAN.on(DAY)
    read = sorted({name for made in base.card["steps"].values() for name in made["values"] if not name.startswith("target.")})
    movable = [name for name in read if range_of(on_day.entry(name)) or on_day.entry(name).unit == "flag"]
    return {name: not on_day.value(name) if on_day.entry(name).unit == "flag" else _moved(on_day.entry(name), chance) for name in chance.sample(movable, 4)}


def _moved(entry, chance: random.Random) -> int:
    limits = range_of(entry)
    return max(limits.low, min(limits.high, entry.value + chance.choice((-1, 1)) * max(limits.step, entry.value // 5)))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_what_if_is_a_fresh_run_of_the_changed_plan_table_by_table(base, tmp_path, seed):
    changes = some_changes(base, seed)
    changed = PLAN.changed(changes)
    other = what_if(base, changed, tmp_path / "tried", changes=changes)
    fresh = Results(run(changed, base.records.folder, base.year, tmp_path / "fresh").parent)
    assert tables_apart(fresh, other) == [] and other.card["digest"] == fresh.card["digest"]
    reached = reach(base, PLAN, changed)
    run_again = set(other.card["steps"]) - set(other.card["kept"])
    assert run_again <= {*reached.reading, *reached.following}, "what was shown beforehand holds all that was run"
    assert set(tables_apart(base, other)) <= {*reached.reading, *reached.following}


def test_an_empty_change_is_exactly_nothing(base, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in base.folder.rglob("*") if path.is_file()}
    other = what_if(base, PLAN.changed({}), tmp_path / "empty")
    compare(base, other)
    assert tables_apart(base, other) == [] and other.card["digest"] == base.card["digest"] and set(other.card["kept"]) == set(base.card["steps"])
    assert not any(row["difference_fen"] for row in compared(other.folder, DIFFERENCES))
    assert compared(other.folder, CLEARING_REASONS) == compared(other.folder, PATIENTS) == []
    assert before == {path: path.stat().st_mtime_ns for path in base.folder.rglob("*") if path.is_file()}, "the base stays as it is"


def test_differences_add_up_from_institutions_to_the_fund_and_reasons_to_each_clearing(base, tried):
    sums, clearings = Counter(), Counter()
    for row in compared(tried.folder, DIFFERENCES):
        assert row["tried_fen"] - row["base_fen"] == row["difference_fen"]
        sums[row["measure_code"]] += row["difference_fen"]
        if row["measure_code"] == "institution_clearing":
            clearings[row["subject_id"], row["insurance_code"]] += row["difference_fen"]
    assert sums["consortium_budget"] > 0 and sums["institution_clearing"] != 0
    for name in ("payable", "as_charged", "deducted"):
        assert sums[f"institution_{name}"] == sums[f"fund_{name}"]
    assert sums["institution_share"] == sums["fund_kept"] - sums["fund_borne"] == sums["consortium_kept"] - sums["consortium_borne"]
    assert sums["fund_carried"] == sums["fund_deducted"] + sums["fund_borne"] - sums["fund_payable"] - sums["fund_as_charged"] - sums["fund_kept"]
    explained = Counter()
    for row in compared(tried.folder, CLEARING_REASONS):
        explained[row["institution_id"], row["insurance_code"]] += row["amount_fen"]
    assert {key: fen for key, fen in explained.items() if fen} == {key: fen for key, fen in clearings.items() if fen}


def test_a_change_and_its_way_back_cancel_out(base, tried, tmp_path):
    back = what_if(open_base(tried.folder, PLAN.changed(CHANGE)), PLAN, tmp_path / "back")
    assert tables_apart(base, back) == []
    compare(tried, back)
    way = {tuple(row[name] for name in DIFFERENCES.key): row["difference_fen"] for row in compared(tried.folder, DIFFERENCES)}
    assert {tuple(row[name] for name in DIFFERENCES.key): -row["difference_fen"] for row in compared(back.folder, DIFFERENCES)} == way


def test_what_is_not_the_base_or_not_possible_is_refused(base, tmp_path):
    with pytest.raises(OtherOrigin, match="version of the plan"):
        open_base(base.folder, PLAN.changed(CHANGE))
    with pytest.raises(RefusedByStep, match="maximum or multiply"):
        what_if(base, PLAN.changed({"dip.auxiliary_combination": "cube"}), tmp_path / "out")
    with pytest.raises(Exception, match="not written over its base"):
        what_if(base, PLAN, base.folder)


def test_the_command_says_what_it_will_do_and_what_came_of_it(base, tmp_path):
    def said(*more):
        done = subprocess.run([sys.executable, "-m", "sanyi", "what-if", "--plan", "haikou-2018", "--results", str(base.folder), "--language", "en", *more],
                              capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
        return done.returncode, done.stdout + done.stderr
    code, text = said("--change", "consortium.budget_share_ppm=90%", "--out", str(tmp_path / "out"), "--xlsx", str(tmp_path / "x.xlsx"))
    assert code == 0 and "85 % → 90 %" in text and "read the change: consortium_budgets" in text and "Consortia budget:" in text
    assert (tmp_path / "x.xlsx").stat().st_size > 5_000
    code, text = said("--change", "consortium.retaned_ppm=900000")
    assert code == 1 and "near names: consortium" in text and "Traceback" not in text


def test_behaviour_with_nothing_to_answer_is_exactly_static_and_with_elasticities_is_a_run_of_its_own(base, tmp_path):
    still = [{**row, "elasticity_ppm": 0} for row in PLAN.on(DAY).value("behaviour.responses")]
    records, given = answered(base, PLAN, PLAN.changed({"consortium.retained_ppm": 500_000, "behaviour.responses": still}), tmp_path / "quiet")
    assert records == base.records.folder and given == []
    changed = PLAN.changed({"consortium.retained_ppm": 500_000})
    records, given = answered(base, PLAN, changed, tmp_path / "moved")
    moved = what_if(base, changed, tmp_path / "moved", records=records, assumed={"en": ["assumed"]})
    assert {"encounters", "settlements"} <= {name for name, files in open_records(records).files.items() if files != base.records.files[name]}
    assert {each.response for each in given} == {"in_area", "length_of_stay"} and assumed_in(moved, "en") == ["assumed"]
    fresh = Results(run(changed, records, 2020, tmp_path / "fresh").parent)
    assert tables_apart(fresh, moved) == [] != tables_apart(base, moved)
    again, _ = answered(base, PLAN, changed, tmp_path / "again")
    assert open_records(again).files == open_records(records).files, "the same cases answer"
