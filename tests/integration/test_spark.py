"""Spark gives what DuckDB gives, to the byte; and refuses, with the reason, what it cannot work with."""
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import ibis
import pytest
from spark_settings import SMALL_SPARK

from sanyi.cli import main
from sanyi.engines import spark_session
from sanyi.engines.choose import open_engine
from sanyi.engines.duck import DuckEngine
from sanyi.engines.errors import BadSetting, NotInstalled, NotShared, OutOfRoom, UnknownEngine
from sanyi.engines.spark_sizes import SMALL, SMALL_BYTES, Sizes
from sanyi.runs import run as running
from sanyi.runs.compare_results import birth_differences, compare_results
from sanyi.runs.intake import import_source
from sanyi.runs.packs import open_plan
from sanyi.runs.run import run
from sanyi.runs.steps import promise
from sanyi.runs.world import make_world
from sanyi.tables import money
from sanyi.tables.table import Table, text, whole
from sanyi.terms.fen import take_rate

YEAR = 2020
NUMBERS = Table("numbers", "数", "numbers", ("place",), (whole("place", "序", "place"), whole("amount", "量", "amount", nullable=True),
                                                     text("word", "词", "word", nullable=True)))


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> Path:
    """The record of 2,000 residents."""
    folder = tmp_path_factory.mktemp("small")
    make_world(2_000, 5, 4, folder / "source", "parquet")
    assert import_source(folder / "source", folder / "records").is_usable
    return folder / "records"


@pytest.fixture
def on_spark(spark, monkeypatch):
    """Let a run take the session that is open."""
    monkeypatch.setattr(running, "open_engine", lambda name, *_, **__: nullcontext(spark) if name == "spark" else open_engine(name))


def digests(card: Path) -> dict[str, str]:
    return {name: made["digest"] for name, made in json.loads(card.read_text("utf-8"))["steps"].items()}


@pytest.mark.slow
def test_a_year_is_the_same_on_both_engines_to_the_byte(records, on_spark, tmp_path):
    plan = open_plan("haikou-2018")
    here = run(plan, records, YEAR, tmp_path / "duckdb")
    there = run(plan, records, YEAR, tmp_path / "spark", "spark")
    assert digests(here) == digests(there)
    compared = list(compare_results(tmp_path / "duckdb", tmp_path / "spark"))
    assert all(each.is_equal for each in compared) and sum(each.left.rows for each in compared) > 10_000
    assert set(birth_differences(tmp_path / "duckdb", tmp_path / "spark")) == {"engine"}
    assert json.loads(there.read_text("utf-8"))["engine"].startswith("spark 4.")


def test_results_that_differ_are_told_by_table_key_and_column(records, tmp_path, capsys):
    """Half of one table is spoiled behind the card's back: a changed cell, a lost row, a row too many."""
    wanted = ["fund_inflows", "finance_measures"]
    for name in ("a", "b"):
        run(open_plan("haikou-2018"), records, YEAR, tmp_path / name, wanted=wanted)
    assert main(["compare-results", str(tmp_path / "a"), str(tmp_path / "b"), "--all"]) == 0
    assert "fund_inflows: 相同 same" in capsys.readouterr().out
    file = tmp_path / "b" / json.loads((tmp_path / "b" / "run-card.json").read_text("utf-8"))["steps"]["fund_inflows"]["file"]
    table = promise("fund_inflows")
    with DuckEngine(memory="500MB") as engine:
        engine.show_files("fund_inflows", [file], table)
        rows = engine.rows_of("fund_inflows", table)
        assert len(rows) >= 2
        spoiled = [{**rows[0], "raised_fen": rows[0]["raised_fen"] + 1}, *rows[2:], {**rows[1], "insurance_code": "zz"}]
        engine.show_rows("spoiled", table, spoiled)
        engine.write('SELECT * FROM "spoiled"', table, file)
    assert main(["compare-results", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    said = capsys.readouterr().out
    assert f"raised_fen: 1 行不同 rows differ, 第一行 first: insurance_code={rows[0]['insurance_code']}" in said
    assert f"左 left边有 1 行 rows on that side only, 第一行 first: insurance_code={rows[1]['insurance_code']}" in said
    assert "右 right边有 1 行" in said and "finance_measures" not in said


def test_rates_are_taken_and_sums_made_as_python_does(spark):
    chance = random.Random(3)
    rows = [(place, chance.choice((-1, 1)) * chance.randrange(10 ** chance.randrange(1, 13)), None) for place in range(500)]
    shown = ibis.table(NUMBERS.schema, name="numbers")
    spark.show_rows("numbers", NUMBERS, [dict(zip(NUMBERS.names, row)) for row in rows])
    taken = shown.mutate(amount=money.take_rate(shown.amount, 333_333, 1_000_000))
    made = spark.rows(f"SELECT * FROM ({spark.sql(taken, NUMBERS)}) ORDER BY place")
    assert [row["amount"] for row in made] == [take_rate(amount, 333_333) for _, amount, _ in rows]
    summed = shown.group_by(place=shown.place * 0).agg(amount=money.total(shown.amount), word=shown.word.max())
    assert spark.rows(spark.sql(summed, NUMBERS)) == [{"place": 0, "amount": sum(row[1] for row in rows), "word": None}]


@pytest.mark.parametrize("amounts", [(2 ** 62, 2 ** 62), (-2 ** 63, -1)])
def test_a_sum_too_large_is_an_error_never_a_wrapped_number(spark, amounts):
    shown = ibis.table(NUMBERS.schema, name="numbers")
    spark.show_rows("numbers", NUMBERS, [{"place": place, "amount": amount} for place, amount in enumerate(amounts)])
    summed = shown.group_by(place=shown.place * 0).agg(amount=money.total(shown.amount), word=shown.word.max())
    with pytest.raises(Exception, match="(?i)overflow"):
        spark.rows(spark.sql(summed, NUMBERS))


def test_a_compared_membership_and_an_empty_cell_mean_the_same(spark):
    shown = ibis.table(NUMBERS.schema, name="numbers")
    rows = [{"place": 1, "amount": 1, "word": "a"}, {"place": 2, "amount": None, "word": None}, {"place": 3, "amount": 3, "word": "c"}]
    asked = shown.filter(shown.word.isin(("a", "b")) == False)  # noqa: E712 (a column)
    ranked = shown.mutate(amount=ibis.row_number().over(order_by=[shown.amount, shown.place]))
    with DuckEngine(memory="500MB") as duck:
        answers = []
        for engine in (duck, spark):
            engine.show_rows("numbers", NUMBERS, rows)
            answers.append([engine.rows(f"SELECT * FROM ({engine.sql(each, NUMBERS)}) ORDER BY place") for each in (asked, ranked)])
    assert answers[0] == answers[1] and [row["place"] for row in answers[0][0]] == [3]


def test_files_with_strange_names_are_read_and_written(spark, tmp_path):
    folder = tmp_path / "三 医 [1] {2}*?"
    folder.mkdir()
    with DuckEngine(memory="500MB") as duck:
        duck.show_rows("numbers", NUMBERS, [{"place": 1, "amount": 5, "word": "海口"}])
        duck.write('SELECT * FROM "numbers"', NUMBERS, folder / "in [a]?.parquet")
    spark.show_files("numbers", [folder / "in [a]?.parquet"], NUMBERS)
    sql = spark.sql(ibis.table(NUMBERS.schema, name="numbers"), NUMBERS)
    assert spark.write(sql, NUMBERS, folder / "out.parquet") == 1
    assert [path.name for path in sorted(folder.iterdir())] == ["in [a]?.parquet", "out.parquet"]
    assert (folder / "in [a]?.parquet").read_bytes() == (folder / "out.parquet").read_bytes()


class Conf(dict):
    """A session's settings."""

    set = dict.__setitem__

    @property
    def conf(self):
        return self


def test_small_queries_are_set_for_and_large_ones_as_before_save_what_the_user_set():
    before = dict.fromkeys(SMALL, "as before")
    session = Conf(before)
    sizes = Sizes(session, {"spark.sql.shuffle.partitions": "77"})
    sizes.set_for(SMALL_BYTES)
    assert session == {**SMALL, "spark.sql.shuffle.partitions": "as before"}
    sizes.set_for(SMALL_BYTES + 1)
    assert session == before


def test_the_size_of_a_query_is_that_of_the_files_it_names(spark, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(spark, "_sizes", type("Noted", (), {"set_for": lambda _, size: asked.append(size)})())
    spark.show_rows("numbers", NUMBERS, [{"place": place} for place in range(10)])
    everything = spark.sql(ibis.table(NUMBERS.schema, name="numbers"), NUMBERS)
    spark.write(everything, NUMBERS, tmp_path / "a.parquet")
    for name in ("numbers", "others"):
        spark.show_files(name, [tmp_path / "a.parquet"] * 2, NUMBERS)
    spark.rows(everything)
    assert asked == [0, 2 * (tmp_path / "a.parquet").stat().st_size]


def test_parts_that_this_machine_does_not_see_are_refused(spark, tmp_path, monkeypatch):
    spark.show_rows("numbers", NUMBERS, [{"place": place} for place in range(10)])
    sql = spark.sql(ibis.table(NUMBERS.schema, name="numbers"), NUMBERS)
    write = type(spark)._write_parts

    def elsewhere(engine, sql, table, parts):
        made = write(engine, sql, table, parts)
        for path in parts.glob("*.parquet"):
            path.unlink()
        return made

    monkeypatch.setattr(type(spark), "_write_parts", elsewhere)
    with pytest.raises(NotShared, match="10 rows"):
        spark.write(sql, NUMBERS, tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_lost_worker_is_said_plainly_and_nothing_is_left(spark, tmp_path, monkeypatch):
    def lost(sql):
        raise RuntimeError("Job aborted: ExecutorLostFailure (executor 1 exited, exit status 137)")

    monkeypatch.setattr(spark, "_query", lost)
    with pytest.raises(OutOfRoom, match="a worker was lost"):
        spark.write("SELECT 1", NUMBERS, tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_second_session_in_one_process_is_refused(spark):
    with pytest.raises(BadSetting, match="has a Spark open"):
        open_engine("spark", memory="1GB")


@pytest.mark.slow
def test_a_run_killed_on_spark_leaves_the_old_card_and_results(spark, records, tmp_path):
    """`spark` is asked for only so that this is skipped where there is none; the run is a process of its own."""
    out, plan, wanted = tmp_path / "out", open_plan("haikou-2018"), ["fund_inflows", "drug_subsidies"]
    card = run(plan, records, YEAR, out, wanted=wanted)
    before = {path: path.read_bytes() for path in [card, *(out / "store").iterdir()]}
    settings = [part for name, value in SMALL_SPARK.items() for part in ("--spark-setting", f"{name}={value}")]
    command = [sys.executable, "-m", "sanyi", "run", "--plan", "haikou-2018", "--records", str(records), "--year", str(YEAR),
               "--out", str(out), "--engine", "spark", "--memory", "1GB", *settings]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # what a killed process spilled goes with the test
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True, env=environment) as process:
        until = time.monotonic() + 120
        while len(list((out / "store").iterdir())) < len(before) + 1:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    assert {path: path.read_bytes() for path in before} == before
    (out / "store" / "lost.parquet.spark").mkdir()  # such as it leaves when killed while workers write
    assert digests(run(plan, records, YEAR, out, wanted=wanted)) == {name: made["digest"] for name, made in json.loads(before[card])["steps"].items()}
    assert not [path for path in (out / "store").iterdir() if path.is_dir()]


@pytest.mark.parametrize("master", ["yarn", "spark://", "spark://host", "local[two]", "local[0]", "http://host:7077", "spark://h:1/x", ""])
def test_a_wrong_master_is_refused(master):
    with pytest.raises(BadSetting, match="spark://HOST:7077"):
        spark_session.checked_master(master)


def test_a_master_that_does_not_answer_is_refused_at_once():
    started = time.monotonic()
    with pytest.raises(BadSetting, match="cannot be reached: 127.0.0.1:1:"):
        spark_session.check_reachable("spark://127.0.0.1:1")
    assert time.monotonic() - started < 10
    spark_session.check_reachable("local[2]")


@pytest.mark.parametrize(("memory", "reason"), [("100MB", "too little"), ("4 apples", "is not taken"), ("-4GB", "is not taken"), ("", "is not taken")])
def test_too_little_memory_is_refused(memory, reason):
    with pytest.raises(BadSetting, match=reason):
        spark_session.mebibytes(memory)


def test_memory_is_read_as_the_other_engine_reads_it():
    assert [spark_session.mebibytes(each) for each in ("4GB", "4GiB", "1.5 GB", "800MB")] == [3814, 4096, 1430, 762]


def test_what_is_not_installed_is_named_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotInstalled, match="bootstrap.py spark"):
        spark_session.check_installed()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="default-jre-headless"):
        spark_session.check_installed()
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.1\" 2018' >&2\n", "utf-8")
    old.chmod(0o755)
    with pytest.raises(NotInstalled, match="is 11, Spark 4"):
        spark_session.check_installed()


def test_the_command_line_refuses_in_plain_words(tmp_path, capsys, monkeypatch):
    command = ["run", "--plan", "haikou-2018", "--records", str(tmp_path), "--year", "2020", "--out", str(tmp_path / "out")]
    monkeypatch.setattr(running, "open_records", lambda folder: type("R", (), {"months": lambda *_: ["202001"]})())
    assert main([*command, "--master", "local[2]"]) == 1
    assert "--engine spark" in capsys.readouterr().err
    monkeypatch.setattr("sanyi.engines.spark.check_installed", lambda: None)
    assert main([*command, "--engine", "spark", "--master", "nonsense"]) == 1
    assert "'nonsense' is not taken" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*command, "--engine", "spark", "--spark-setting", "memory=1"])
    with pytest.raises(UnknownEngine, match="duckdb, spark"):
        open_engine("hadoop")
