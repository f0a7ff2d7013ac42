"""The runner: steps in the order of their needs, kept by digest, the same bytes every time."""
import json
import os
import random
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier
from time import sleep

import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.engines.errors import BrokenKey, InexactResult
from sanyi.engines.small_files import write_rows
from sanyi.plans.layer import Layer
from sanyi.runs import run as running
from sanyi.runs import steps as finding
from sanyi.runs import shares as sharing
from sanyi.runs.hands import made_in_turn
from sanyi.runs.errors import NoRecords, StepNotCut, StepsInCircle, UnknownTable
from sanyi.runs.packs import open_plan
from sanyi.runs.run import run
from sanyi.runs.steps import in_order
from sanyi.tables.money import total
from sanyi.tables.record_tables import record_tables
from sanyi.tables.rows import filled
from sanyi.tables.table import Table, fen, text, whole
from sanyi.terms.step import step

SPENT = Table("spent", "支出", "spent", ("institution_id",), (text("institution_id", "机构", "institution"),
                                                              fen("total_fen", "金额", "sum")))
OPEN = Table("open_keys", "空键", "open keys", ("institution_id", "line_number"), (text("institution_id", "机构", "institution", nullable=True),
                                                                              whole("line_number", "行", "line"), fen("total_fen", "金额", "sum")))
LINES = Table("dear_lines", "高价明细", "dear lines", ("encounter_id", "line_number"),
              (text("encounter_id", "就诊", "encounter"), whole("line_number", "行", "line")))
BUDGET = Table("budget", "预算", "budget", ("institution_id",), (text("institution_id", "机构", "institution"),
                                                                 fen("budget_fen", "预算", "budget")))


@step(makes=SPENT)
def spent(settlements):
    return settlements.group_by("institution_id").aggregate(total_fen=total(settlements.total_fen))


@step(makes=LINES, locality="case")
def dear_lines(charge_lines):
    return charge_lines.filter(charge_lines.amount_fen > 500)


@step(makes=replace(LINES, name="dear_months", partition="month"), locality="case")
def dear_months(charge_lines):
    return charge_lines.filter(charge_lines.amount_fen > 500)


@step(makes=LINES.called("dear_again"))
def dear_again(dear_months):
    return dear_months


@step(makes=BUDGET, exact=True)
def budget(spent, plan):
    share = plan.value("consortium.budget_share_ppm")
    return [{"institution_id": row["institution_id"], "budget_fen": row["total_fen"] * share // 1_000_000}
            for row in spent]


RATE = ("consortium.budget_share_ppm", 850_000)


@step(makes=SPENT.called("chosen"), chosen_by=RATE)
def chosen(settlements):
    return settlements.group_by("institution_id").aggregate(total_fen=total(settlements.total_fen))


@step(makes=replace(LINES, name="not_chosen", partition="month"), locality="case", chosen_by=("consortium.budget_share_ppm", 2))
def not_chosen(charge_lines):
    raise AssertionError("a step that is not chosen is not even compiled")


TOYS = {each.name: each for each in (spent, dear_lines, dear_months, dear_again, budget)}


@pytest.fixture
def toys(monkeypatch):
    for module in (finding, running):
        monkeypatch.setattr(module, "all_steps", lambda: TOYS)


def make_records(folder: Path, seed: int = 0, dearer: int = 0) -> Path:
    shuffle = random.Random(seed).shuffle
    for table in record_tables().values():
        for month in (202001, 202002) if table.partition else (0,):
            rows = []
            if table.name == "settlements":
                rows = [{"settlement_id": f"S{month}{n}", "institution_id": f"H{n % 3}", "total_fen": 100 * n + dearer}
                        for n in range(50)]
            if table.name == "charge_lines":
                rows = [{"encounter_id": f"E{month}{n}", "line_number": 1, "amount_fen": 20 * n} for n in range(100)]
            shuffle(rows)
            path = folder / table.name / f"{month}.parquet" if month else folder / f"{table.name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            with DuckEngine(memory="500MB", threads=1) as engine:
                engine.show_rows("rows", table, rows)
                engine.write('SELECT * FROM "rows"', table, path, sort=False)
    return folder


def card_of(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def digests(path: Path) -> dict:
    return {name: made["digest"] for name, made in card_of(path)["steps"].items()}


def test_equal_inputs_give_equal_bytes_whatever_the_order_and_threads(toys, tmp_path):
    plan = open_plan("haikou-2018")
    first = run(plan, make_records(tmp_path / "a", 1), 2020, tmp_path / "out-a", threads=1)
    second = run(plan, make_records(tmp_path / "b", 2), 2020, tmp_path / "out-b", threads=2)
    assert digests(first) == digests(second)
    assert card_of(first)["steps"]["dear_lines"]["rows"] == 2 * 74


def test_an_unchanged_step_is_not_run_again_and_a_changed_one_is(toys, tmp_path):
    plan, records, out = open_plan("haikou-2018"), make_records(tmp_path / "a"), tmp_path / "out"
    first = card_of(run(plan, records, 2020, out))
    assert first["kept"] == []
    again = card_of(run(plan, records, 2020, out))
    assert again["kept"] == ["budget", "dear_again", "dear_lines", "dear_months", "spent"] and again["digest"] == first["digest"]
    make_records(tmp_path / "a", dearer=1)
    changed = card_of(run(plan, records, 2020, out))
    assert changed["kept"] == ["dear_again", "dear_lines", "dear_months"] and changed["records_snapshot"] != first["records_snapshot"]


def test_the_card_names_the_plan_values_a_step_read_and_a_what_if_changes_them(toys, tmp_path):
    plan, records = open_plan("haikou-2018"), make_records(tmp_path / "a")
    base = card_of(run(plan, records, 2020, tmp_path / "out"))
    assert base["steps"]["budget"]["values"] == {"consortium.budget_share_ppm": 850000}
    other = card_of(run(plan.changed({"consortium.budget_share_ppm": 900000}), records, 2020, tmp_path / "out"))
    assert other["steps"]["budget"]["digest"] != base["steps"]["budget"]["digest"]
    assert other["steps"]["spent"]["digest"] == base["steps"]["spent"]["digest"]


def test_a_step_runs_only_where_the_plan_chooses_it(monkeypatch, tmp_path):
    for module in (finding, running):
        monkeypatch.setattr(module, "all_steps", lambda: {each.name: each for each in (chosen, not_chosen)})
    plan, records, out = open_plan("haikou-2018"), make_records(tmp_path / "a"), tmp_path / "out"
    steps = card_of(run(plan, records, 2020, out))["steps"]
    assert steps["chosen"]["rows"] == 3 and steps["not_chosen"]["rows"] == 0
    assert all(made["values"] == {RATE[0]: RATE[1]} for made in steps.values())
    other = card_of(run(plan.changed({RATE[0]: 1}), make_records(tmp_path / "b"), 2020, tmp_path / "other"))["steps"]["chosen"]
    assert other["rows"] == 0 and other["digest"] != steps["chosen"]["digest"]


@step(makes=BUDGET.called("houses"))
def houses(spent):
    """Reads which institutions there are, and not what they spent."""
    return spent.select("institution_id", budget_fen=spent.count())


def test_a_change_of_a_column_that_a_step_does_not_read_does_not_run_it_again(monkeypatch, tmp_path):
    for module in (finding, running):
        monkeypatch.setattr(module, "all_steps", lambda: {each.name: each for each in (spent, houses)})
    plan, out = open_plan("haikou-2018"), tmp_path / "out"
    first = card_of(run(plan, make_records(tmp_path / "a"), 2020, out))["steps"]
    dearer = card_of(run(plan, make_records(tmp_path / "a", dearer=1), 2020, out))
    assert dearer["kept"] == ["houses"] and dearer["steps"]["spent"]["digest"] != first["spent"]["digest"]
    bills = tmp_path / "a" / "settlements" / "202002.parquet"
    bills.unlink()
    one = {"settlement_id": "S", "institution_id": "H9", "total_fen": 5}
    write_rows(record_tables()["settlements"], filled(record_tables()["settlements"], [one]), bills)
    other = card_of(run(plan, tmp_path / "a", 2020, out))
    assert other["kept"] == [] and other["steps"]["houses"]["rows"] == 4


def test_steps_that_do_not_wait_for_each_other_go_side_by_side(tmp_path):
    both, order = Barrier(2, timeout=30), []

    def work(hand, step):
        if step.name != "budget":
            both.wait()  # neither goes on before the other has begun
        order.append((hand, step.name))
        return step.name

    made = {}
    assert {step.name for step in made_in_turn([spent, dear_lines, budget], ["left", "right"], work, made)} == made.keys() == {"spent", "dear_lines", "budget"}
    assert {hand for hand, name in order if name != "budget"} == {"left", "right"} and order[-1][1] == "budget"


def test_a_step_that_fails_ends_the_run_once_the_others_rest():
    rested = []

    def work(_, step):
        if step.name == "spent":
            raise ValueError("spent fails")
        sleep(0.05)
        rested.append(step.name)

    with pytest.raises(ValueError, match="spent fails"):
        list(made_in_turn([spent, dear_lines, budget, dear_months, dear_again], [1, 2], work, {}))
    assert rested == ["dear_lines"]


def test_a_step_that_cannot_be_compiled_stops_the_run_at_its_turn(monkeypatch, tmp_path):
    @step(makes=SPENT.called("speechless"))
    def speechless(spent):
        raise ValueError("no words for this")

    plan, records, out = open_plan("haikou-2018"), make_records(tmp_path / "a"), tmp_path / "out"
    for steps in ({"spent": spent}, {"spent": spent, "speechless": speechless}):
        for module in (finding, running):
            monkeypatch.setattr(module, "all_steps", lambda steps=steps: steps)
        before = card_of(out / "run-card.json") if "speechless" in steps else None
        with nullcontext() if before is None else pytest.raises(ValueError, match="no words for this"):
            run(plan, records, 2020, out)
    assert card_of(out / "run-card.json") == before and len(list((out / "store").iterdir())) == 1


def test_a_plan_is_tried_on_an_earlier_year_by_taking_it_on_its_own_day(toys, tmp_path):
    plan, records, out = open_plan("haikou-2018"), make_records(tmp_path / "a"), tmp_path / "out"
    raised = replace(plan, layers=(Layer("later", {"consortium.budget_share_ppm": (replace(
        plan.on(date(2020, 12, 31)).entry("consortium.budget_share_ppm"), value=900000, since=date(2022, 1, 1)),)}), *plan.layers))
    usual = card_of(run(raised, records, 2020, out))
    tried = card_of(run(raised, records, 2020, out, plan_on=date(2022, 1, 1)))
    assert [card["steps"]["budget"]["values"]["consortium.budget_share_ppm"] for card in (usual, tried)] == [850000, 900000]
    assert (usual["plan_on"], tried["plan_on"]) == ("2020-12-31", "2022-01-01")
    assert usual["steps"]["budget"]["digest"] != tried["steps"]["budget"]["digest"]


def test_a_result_kept_by_month_reads_like_one_table(toys, tmp_path):
    out = tmp_path / "out"
    steps = card_of(run(open_plan("haikou-2018"), make_records(tmp_path / "a"), 2020, out))["steps"]
    assert len(list(out.glob(steps["dear_months"]["file"]))) == 2
    assert steps["dear_again"]["rows"] == steps["dear_months"]["rows"] == steps["dear_lines"]["rows"]
    assert steps["dear_again"]["digest"] == steps["dear_lines"]["digest"]
    next(out.glob(steps["dear_months"]["file"])).unlink()  # half of it lost: made again, not taken for whole
    again = card_of(run(open_plan("haikou-2018"), tmp_path / "a", 2020, out))
    assert "dear_months" not in again["kept"] and again["steps"]["dear_months"] == steps["dear_months"]


def test_a_month_that_did_not_change_is_not_made_again(toys, tmp_path):
    records, out = make_records(tmp_path / "a"), tmp_path / "out"
    first = card_of(run(open_plan("haikou-2018"), records, 2020, out))["steps"]

    def of_month(steps, name, month):
        [found] = out.glob(f"{steps[name]['file'].partition('.')[0]}.{month}-*.parquet")
        return found.stat().st_ino

    before = {(name, month): of_month(first, name, month) for name in ("dear_months", "dear_lines") for month in (202001, 202002)}
    lines = records / "charge_lines" / "202002.parquet"
    lines.unlink()
    write_rows(record_tables()["charge_lines"], filled(record_tables()["charge_lines"], [{"encounter_id": "new", "line_number": 1, "amount_fen": 999}]), lines)
    again = card_of(run(open_plan("haikou-2018"), records, 2020, out))["steps"]
    same = {key for key, file in before.items() if of_month(again, *key) == file}
    assert same == {("dear_months", 202001), ("dear_lines", 202001)} and again["dear_lines"]["rows"] == 75
    fresh = card_of(run(open_plan("haikou-2018"), records, 2020, tmp_path / "fresh"))["steps"]
    assert {name: made["digest"] for name, made in fresh.items()} == {name: made["digest"] for name, made in again.items()}


PEOPLE = Table("people_spent", "人员支出", "spent by person", ("resident_id",), (text("resident_id", "居民", "resident", nullable=True),
                                                                       fen("total_fen", "金额", "sum"), whole("stay_count", "住院", "stays")))
BILLS = Table("people_bills", "人员账单", "bills by person", ("settlement_id",), (text("settlement_id", "结算", "bill"), text("resident_id", "居民", "resident"),
                                                                           whole("place", "次序", "place"), text("level_code", "级别", "level", nullable=True)))


@step(makes=BILLS, locality="person")
def people_bills(settlements, institutions):
    """Each bill's place in its person's year, and a fact of a table that names no resident, which every share reads whole."""
    import ibis
    bills = settlements.left_join(institutions.select("institution_id", "level_code"), "institution_id").drop("institution_id_right")
    return bills.mutate(place=ibis.row_number().over(ibis.window(group_by="resident_id", order_by="settlement_id")))


@step(makes=PEOPLE, locality="person")
def people_spent(people_bills, settlements, encounters):
    """Two tables of persons joined, one of them a result, and one only counted."""
    stays = encounters.group_by("resident_id").agg(stay_count=encounters.count())
    both = people_bills.select("settlement_id", "resident_id").join(settlements.select("settlement_id", "resident_id", "total_fen"), ["settlement_id", "resident_id"])
    spent = both.group_by("resident_id").agg(total_fen=total(both.total_fen))
    return spent.left_join(stays, "resident_id").drop("resident_id_right").mutate(stay_count=stays.stay_count.fill_null(0))


def in_shares(monkeypatch, rows: int) -> list[tuple[str, int]]:
    """Let a share hold so many rows; gives the list that notes each write by its file's last word."""
    monkeypatch.setattr(sharing, "ROWS_A_SHARE", rows)
    written, write = [], DuckEngine.write
    monkeypatch.setattr(DuckEngine, "write", lambda engine, sql, table, path, sort=True: written.append((table.name, path.suffix)) or write(
        engine, sql, table, path, sort))
    return written


def with_people(folder: Path, people: int = 7) -> Path:
    """The toy records, with bills and visits of some people, two rows of them without a person's code."""
    make_records(folder)
    for name, key in (("settlements", "settlement_id"), ("encounters", "encounter_id")):
        table = record_tables()[name]
        for month in (202001, 202002):
            rows = [{key: f"{month}{n:03}", "resident_id": None if name == "encounters" and n == 3 else f"P{n * n % people}",
                     "institution_id": f"H{n % 3}", **({"total_fen": n * n} if name == "settlements" else {})} for n in range(60)]
            with DuckEngine(memory="500MB", threads=1) as engine:
                engine.show_rows("rows", table, rows)
                engine.write('SELECT * FROM "rows"', table, folder / name / f"{month}.parquet", sort=False)
    return folder


@pytest.mark.parametrize("rows, shares", [(119, 2), (40, 3), (7, 18)])
def test_a_person_local_step_gives_the_same_bytes_in_any_number_of_shares(monkeypatch, tmp_path, rows, shares):
    for module in (finding, running):
        monkeypatch.setattr(module, "all_steps", lambda: {each.name: each for each in (people_bills, people_spent)})
    records, plan = with_people(tmp_path / "a"), open_plan("haikou-2018")
    written = in_shares(monkeypatch, 120)
    whole_run = run(plan, records, 2020, tmp_path / "whole")
    assert ".share" not in {suffix for _, suffix in written}
    written = in_shares(monkeypatch, rows)
    cut_run = run(plan, records, 2020, tmp_path / "cut")
    assert [written.count((name, ".share")) for name in ("people_bills", "people_spent")] == [shares, shares]
    assert digests(cut_run) == digests(whole_run) and card_of(cut_run)["steps"]["people_bills"]["rows"] == 120
    assert not list(tmp_path.glob("*/store/*.share"))


def test_a_step_that_is_not_person_local_after_all_is_found_out_in_shares(monkeypatch, tmp_path):
    @step(makes=SPENT.called("houses"), locality="person")
    def houses(settlements):
        return settlements.group_by("institution_id").agg(total_fen=total(settlements.total_fen))

    for module in (finding, running):
        monkeypatch.setattr(module, "all_steps", lambda: {"houses": houses})
    in_shares(monkeypatch, 40)
    with pytest.raises(BrokenKey, match="3 rows for the key .*H[012]"):
        run(open_plan("haikou-2018"), with_people(tmp_path / "a", 40), 2020, tmp_path / "out")
    assert not list(tmp_path.glob("out/store/*.share"))


NOTED = Table("noted", "已记", "noted", ("encounter_id",), (text("encounter_id", "就诊", "encounter"), whole("settled_month", "月份", "month")))


@step(makes=NOTED)
def noted(encounters):
    return encounters


@step(makes=NOTED.called("noted_lines"), locality="case")
def noted_lines(noted, charge_lines):
    """Driven by the result, not by the month's lines: a month that saw the whole year would give every row twelve times."""
    return noted.anti_join(charge_lines, "encounter_id")


def test_a_case_local_step_sees_only_the_months_rows_of_a_result_or_is_refused(monkeypatch, tmp_path):
    steps = {each.name: each for each in (noted, noted_lines)}
    for module in (finding, running):
        monkeypatch.setattr(module, "all_steps", lambda: steps)
    records = make_records(tmp_path / "a")
    encounters = record_tables()["encounters"]
    for month in (202001, 202002):
        (records / "encounters" / f"{month}.parquet").unlink()
        with DuckEngine(memory="500MB", threads=1) as engine:
            engine.show_rows("rows", encounters, [{"encounter_id": f"N{month}{n}", "settled_month": month} for n in range(5)])
            engine.write('SELECT * FROM "rows"', encounters, records / "encounters" / f"{month}.parquet")
    made = card_of(run(open_plan("haikou-2018"), records, 2020, tmp_path / "out"))["steps"]
    assert made["noted_lines"]["rows"] == 10 and made["noted_lines"]["digest"] == made["noted"]["digest"]

    @step(makes=LINES.called("monthless"), locality="case")
    def monthless(dear_lines, charge_lines):
        return dear_lines

    with pytest.raises(StepNotCut, match="monthless runs month by month and asks for dear_lines"):
        in_order({"dear_lines": dear_lines, "monthless": monthless})


def test_what_is_asked_for_and_not_there_is_named(toys, tmp_path):
    @step(makes=SPENT.called("lost"))
    def lost(nowhere):
        return nowhere

    @step(makes=SPENT.called("one"))
    def one(two):
        return two

    @step(makes=SPENT.called("two"))
    def two(one):
        return one

    with pytest.raises(UnknownTable, match="lost asks for the table nowhere"):
        in_order({"lost": lost})
    with pytest.raises(StepsInCircle, match="one → two → one"):
        in_order({"one": one, "two": two})
    with pytest.raises(NoRecords, match="2031"):
        run(open_plan("haikou-2018"), make_records(tmp_path / "a"), 2031, tmp_path / "out")
    with pytest.raises(NoRecords, match="not a folder"):
        run(open_plan("haikou-2018"), tmp_path / "nowhere", 2020, tmp_path / "out")


def test_floats_and_broken_keys_never_leave_the_engine_room(tmp_path):
    import ibis
    settlements = record_tables()["settlements"]
    rows = [{"settlement_id": str(n), "institution_id": "H", "total_fen": 3} for n in range(2)]
    with DuckEngine(memory="500MB") as engine:
        engine.show_rows("settlements", settlements, rows)
        unbound = ibis.table(settlements.schema, name="settlements")
        with pytest.raises(InexactResult, match="total_fen: .*float"):
            engine.sql(unbound.mutate(total_fen=unbound.total_fen / 2), SPENT)
        with pytest.raises(InexactResult, match="lacks total_fen"):
            engine.sql(unbound.select("institution_id"), SPENT)
        engine.write(engine.sql(unbound, SPENT), SPENT, tmp_path / "spent.parquet")
        with pytest.raises(BrokenKey, match="2 rows for the key"):
            engine.check_key(SPENT, tmp_path / "spent.parquet")
        for number, keys in enumerate((("a", "b", "a"), ("b", "a", "b"), (None, "a", None))):  # two alike that do not lie together
            engine.show_rows("unsorted", OPEN, [{"institution_id": key, "line_number": 1, "total_fen": 0} for key in keys])
            engine.write('SELECT * FROM "unsorted"', OPEN, tmp_path / f"{number}.parquet", sort=False)
            with pytest.raises(BrokenKey, match="2 rows for the key"):
                engine.check_key(OPEN, tmp_path / f"{number}.parquet")
        for number, (keys, sort) in enumerate(((("b", "a", None), False), (("b", "a", None), True), ((), True)), 3):
            engine.show_rows("keyed", OPEN, [{"institution_id": key, "line_number": line, "total_fen": 0} for key in keys for line in (2, 10)])
            engine.write('SELECT * FROM "keyed"', OPEN, tmp_path / f"{number}.parquet", sort=sort)
            engine.check_key(OPEN, tmp_path / f"{number}.parquet")
    with pytest.raises(BrokenKey):
        write_rows(SPENT, filled(SPENT, [{"institution_id": "H"}, {"institution_id": "H"}]), tmp_path / "x.parquet")
    with pytest.raises(InexactResult):
        write_rows(SPENT, [{"institution_id": "H"}], tmp_path / "x.parquet")


def test_the_reader_spills_into_a_folder_of_its_own(tmp_path, monkeypatch):
    from sanyi.engines.reader import Reader
    monkeypatch.chdir(tmp_path)
    reader = Reader()
    [row] = reader._rows("SELECT current_setting('temp_directory') AS folder, "
                         "current_setting('max_temp_directory_size') AS size", {})
    assert Path(row["folder"]).is_dir() and tmp_path not in Path(row["folder"]).parents
    assert row["size"] and not list(tmp_path.iterdir())


def test_a_second_run_on_the_same_results_is_refused(toys, tmp_path):
    from sanyi.runs.errors import ResultsBusy
    from sanyi.runs.run import only_run
    (tmp_path / "out").mkdir()
    with only_run(tmp_path / "out"), pytest.raises(ResultsBusy, match="another run"):
        run(open_plan("haikou-2018"), make_records(tmp_path / "a"), 2020, tmp_path / "out")


COMPILE = """
import hashlib
from datetime import date
from sanyi.engines.duck import DuckEngine
from sanyi.runs.packs import open_plan
from sanyi.runs.saying import expression
from sanyi.runs.steps import all_steps
plan = open_plan("haikou-2018").on(date(2020, 12, 31))
with DuckEngine(memory="500MB") as engine:
    for step in all_steps().values():
        if not step.exact:
            print(step.name, hashlib.sha256(engine.sql(expression(step, plan, 2020), step.makes).encode()).hexdigest())
"""


def test_every_process_compiles_the_same_queries():
    said = [subprocess.run([sys.executable, "-c", COMPILE], env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
                           capture_output=True, text=True).stdout for seed in ("1", "2")]
    assert said[0] == said[1] and len(said[0].splitlines()) > 40
