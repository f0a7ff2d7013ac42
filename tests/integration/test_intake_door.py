"""The door as a whole: totals, repetition, correction, killing, and the faults planted in a synthetic region."""
import csv
import hashlib
import json
import multiprocessing
import os
import random
import time
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from sanyi.intake.errors import BatchUnusable, RecordBusy, SourceRefused
from sanyi.runs.intake import import_source
from sanyi.runs.intake_state import holding
from sanyi.runs.records import open_records

MONTHS = (202001, 202002)


def region(folder: Path, form: str = "utf-8", total_fen: int = 1000) -> Path:
    """A small region in CSV: two months of stays, bills and settlements."""
    (folder / "encounters").mkdir(parents=True)
    tables: dict[str, list[str]] = {
        "regions.csv": ["region_id,name,level_code,parent_region_id", "R1,海口市,city,"],
        "institutions.csv": ["institution_id,name,level_code,kind_code,ownership_code,region_id,is_in_area,bed_count,opened_on",
                             "H1,市医院,3A,general,public,R1,true,100,2000-01-01"],
        "residents.csv": ["resident_id,identity_hash,sex_code,born_on,region_id,died_on", "P1,,male,1990-01-01,R1,", "P2,,female,1991-01-01,R1,"],
    }
    for month in MONTHS:
        day = f"{month // 100}-{month % 100:02d}-05"
        tables[f"encounters/{month}.csv"] = [
            "encounter_id,resident_id,institution_id,type_code,insurance_code,admitted_on,discharged_on,stay_days,icu_days,age_years,"
            "age_days,birth_weight_grams,discharge_way_code,principal_diagnosis_code,referral_id,is_booked,is_planned_readmission,settled_month",
            *(f"E{month}{n},P{n},H1,inpatient,resident,{day},{day},1,0,30,,,home,A01,,false,false,{month}" for n in (1, 2))]
        tables[f"settlements/{month}.csv"] = [
            "settlement_id,encounter_id,resident_id,institution_id,insurance_code,total_fen,in_scope_fen,fund_fen,catastrophic_fen,aid_fen,"
            "account_fen,cash_fen,settled_on,settled_month",
            *(f"S{month}{n},E{month}{n},P{n},H1,resident,{total_fen},{total_fen},{total_fen},0,0,0,0,{day},{month}" for n in (1, 2))]
    for name, lines in tables.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n", form)
    return folder


def declare(folder: Path, **more: object) -> None:
    """Write control.json for what is there."""
    files = {}
    for path in sorted(folder.rglob("*.csv")):
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
        money = [name for name in rows[0] if name.endswith("_fen")]
        files[path.relative_to(folder).as_posix()] = {
            "rows": len(rows), "fen": {name: sum(int(each[name]) for each in rows) for name in money}}
    (folder / "control.json").write_text(json.dumps({"files": files, **more}))


def bytes_of(out: Path) -> dict[str, str]:
    """Digests of all files of a record but the journal for people (it holds times)."""
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(out.rglob("*")) if path.is_file() and "batches" not in path.parts}


def test_all_rows_come_in_and_the_record_opens(tmp_path: Path) -> None:
    source, out = region(tmp_path / "source"), tmp_path / "out"
    declare(source)
    report = import_source(source, out)
    assert (report.count("rows"), report.count("accepted"), report.has_declared_totals) == (12, 12, True)
    records = open_records(out)
    assert records.months("settlements", 2020) == ["202001", "202002"]
    assert parquet.read_table(out / "regions.parquet")["name"].to_pylist() == ["海口市"]


def test_equal_imports_give_equal_bytes(tmp_path: Path) -> None:
    source = region(tmp_path / "source")
    first = import_source(source, tmp_path / "a", threads=1)
    second = import_source(source, tmp_path / "b", threads=2)
    assert first.state == second.state
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


@pytest.mark.parametrize("change", ["same", "renamed", "reordered", "encoded", "bom", "overlapping"])
def test_importing_again_adds_nothing(change: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = import_source(region(tmp_path / "source"), out)
    before = bytes_of(out)
    again = region(tmp_path / "again", {"encoded": "gb18030", "bom": "utf-8-sig"}.get(change, "utf-8"))
    if change == "renamed":
        (again / "encounters" / "202001.csv").rename(again / "encounters" / "hospital-7.csv")
    if change in ("reordered", "overlapping"):
        lines = (again / "encounters" / "202001.csv").read_text().splitlines()
        more = (again / "encounters" / "202002.csv").read_text().splitlines()[1:] if change == "overlapping" else []
        random.Random(1).shuffle(rest := lines[1:] + more)
        (again / "encounters" / "202001.csv").write_text("\n".join([lines[0], *rest]) + "\n")
        if change == "overlapping":
            (again / "encounters" / "202002.csv").unlink()
    second = import_source(again, out)
    assert (second.state, second.is_new) == (first.state, False)
    assert second.count("known") == second.count("rows") == 12
    assert bytes_of(out) == before


def test_a_correction_supersedes_and_both_versions_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = import_source(region(tmp_path / "source"), out)
    corrected = region(tmp_path / "corrected", total_fen=1500)
    second = import_source(corrected, out)
    assert (second.count("superseding"), second.count("accepted"), second.count("known")) == (4, 0, 8)
    assert second.delta_fen["settlements"]["total_fen"] == 4 * 500
    assert second.state != first.state
    manifest = json.loads((out / "manifest.json").read_text())
    now = [row for entry in manifest["tables"]["settlements"] for row in parquet.read_table(out / entry["file"]).to_pylist()]
    assert [row["total_fen"] for row in now] == [1500] * 4
    old = parquet.read_table(out / manifest["intake"]["superseded_rows/settlements"]["file"]).to_pylist()
    assert [(row["total_fen"], row["superseded_in_batch_number"]) for row in old] == [(1000, 2)] * 4
    assert open_records(out).months("settlements", 2020) == ["202001", "202002"]
    # the superseded version, sent again by a later copy of the first file, does not come back …
    third = import_source(region(tmp_path / "late", "gb18030"), out)
    assert (third.state, third.count("known")) == (second.state, 12)
    # … unless it is sent as a correction
    back = region(tmp_path / "back", "utf-8-sig")
    (back / "control.json").write_text(json.dumps({"kind": "correction"}))
    fourth = import_source(back, out)
    assert (fourth.state, fourth.delta_fen["settlements"]["fund_fen"]) == (first.state, -2000)


@pytest.mark.parametrize(("spoil", "reason"), [
    ("cut_rows", "rows_differ"), ("cut_in_line", "fen_differ|rows_differ"), ("repeated_tail", "rows_differ"), ("missing_file", "file_missing"),
    ("one_fen", "fen_differ"), ("undeclared_file", "file_undeclared"), ("broken_control", "control_broken")])
def test_totals_that_differ_leave_the_record_as_it_was(spoil: str, reason: str, tmp_path: Path) -> None:
    source, out = region(tmp_path / "source"), tmp_path / "out"
    declare(source)
    import_source(source, out)
    before = bytes_of(out)
    batch = region(tmp_path / "batch", total_fen=2000)
    declare(batch)
    path = batch / "settlements" / "202002.csv"
    text = path.read_text()
    if spoil == "cut_rows":
        path.write_text("\n".join(text.splitlines()[:2]) + "\n")
    elif spoil == "cut_in_line":
        path.write_text(text[:text.rindex(",2000,2000,2000") + 3])
    elif spoil == "repeated_tail":
        path.write_text(text + text.splitlines()[-1] + "\n")
    elif spoil == "missing_file":
        path.unlink()
    elif spoil == "one_fen":
        path.write_text(text.replace("2000,2000,2000", "2001,2000,2001", 1))
    elif spoil == "undeclared_file":
        (batch / "settlements" / "more.csv").write_text(text)
    else:
        (batch / "control.json").write_text('{"files": [' + "[" * 100_000)
    with pytest.raises(BatchUnusable) as unusable:
        import_source(batch, out)
    assert {each.reason for each in unusable.value.report.problems} & set(reason.split("|"))
    assert bytes_of(out) == before
    if spoil == "one_fen":
        assert "settlements/202002.csv" in str(unusable.value) and "+1" in str(unusable.value)


def test_an_orphan_names_its_refused_parent_and_comes_in_once_the_parent_does(tmp_path: Path) -> None:
    source, out = region(tmp_path / "source"), tmp_path / "out"
    path = source / "encounters" / "202001.csv"
    good = path.read_text()
    path.write_text(good.replace(",home,", ",moon,", 1))
    import_source(source, out)
    refused = parquet.read_table(out / "refused_rows.parquet").to_pylist()
    assert {(each["file"], each["line"], each["column_name"], each["reason_code"], each["seen"]) for each in refused} == {
        ("encounters/202001.csv", 2, "discharge_way_code", "code_not_allowed", "moon"),
        ("settlements/202001.csv", 2, "encounter_id", "reference_refused", "E2020011")}
    assert any("encounters/202001.csv 2" in each["expected"] for each in refused)
    path.write_text(good)
    report = import_source(source, out)
    assert (report.count("accepted"), report.count("refused")) == (2, 0)


def test_a_key_may_stand_in_one_month_only(tmp_path: Path) -> None:
    source = region(tmp_path / "source")
    path = source / "encounters" / "202002.csv"
    path.write_text(path.read_text().replace("E2020021", "E2020011"))
    import_source(source, tmp_path / "out")
    reasons = {each["reason_code"] for each in parquet.read_table(tmp_path / "out" / "refused_rows.parquet").to_pylist()}
    assert reasons == {"key_in_other_month", "reference_missing"}


def _import_in_process(source: Path, out: Path) -> None:
    import_source(source, out, threads=1)


def test_killed_anywhere_the_record_is_old_or_new(tmp_path: Path) -> None:
    """SIGKILL at random moments; what is there is one of the two states, and the next import ends in the new one."""
    first, second = region(tmp_path / "first"), region(tmp_path / "second", total_fen=1500)
    undisturbed = tmp_path / "undisturbed"
    old = import_source(first, undisturbed).state
    started = time.perf_counter()
    new = import_source(second, undisturbed).state
    took = time.perf_counter() - started
    chance, out = random.Random(7), tmp_path / "out"
    import_source(first, out)
    context = multiprocessing.get_context("fork")
    from sanyi.runs.intake_state import read_state
    for _ in range(int(os.environ.get("SANYI_KILLS", "20"))):
        process = context.Process(target=_import_in_process, args=(second, out))
        process.start()
        time.sleep(chance.uniform(0, took * 1.2))
        process.kill()
        process.join()
        state = read_state(out)
        assert state.digest in (old, new)
        for months in state.tables.values():
            for entry in months.values():
                assert hashlib.sha256((out / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert import_source(second, out).state == new
    assert not list(out.glob(".staging*"))


def test_one_import_at_a_time_and_only_into_a_record(tmp_path: Path) -> None:
    source = region(tmp_path / "source")
    with holding(tmp_path / "out"), pytest.raises(RecordBusy):
        import_source(source, tmp_path / "out")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    with pytest.raises(SourceRefused, match="letter.txt"):
        import_source(source, tmp_path / "other")
    with pytest.raises(SourceRefused):
        import_source(source, source / "out")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_planted_faults_are_the_refused_rows(form: str, tmp_path: Path) -> None:
    world = pytest.importorskip("sanyi.runs.world")
    world.make_world(2000, 5, 1, tmp_path / "world", format=form, processes=1)
    report = import_source(tmp_path / "world", tmp_path / "out")
    truth = tmp_path / "world" / "_truth" / f"faults.{form}"
    planted = (list(csv.DictReader(truth.read_text("utf-8").splitlines())) if form == "csv" else parquet.read_table(truth).to_pylist())
    refused = parquet.read_table(tmp_path / "out" / "refused_rows.parquet").to_pylist()
    own = {(each["table_name"], each["row_key"]) for each in refused if each["reason_code"] != "reference_refused"}
    assert own == {(each["table_name"], each["key_text"]) for each in planted}
    assert report.has_declared_totals and report.count("rows") == report.count("accepted") + report.count("refused")
    assert os.path.exists(tmp_path / "out" / "charge_lines")


def test_a_residents_rows_lie_together_for_the_years_that_changed_and_nothing_is_missed_where_they_do_not(tmp_path):
    from sanyi.runs.by_resident import FOLDER, NOTES, rows_of_resident
    from sanyi.runs.person_timeline import record_entries
    from sanyi.runs.steps import promise

    class Opened:
        def __init__(self) -> None:
            self.records, self.promise = open_records(out), promise

    out = tmp_path / "record"
    import_source(region(tmp_path / "first"), out)
    before = {path.name for path in (out / FOLDER).glob("*.parquet")}
    rows, others = rows_of_resident(open_records(out), "encounters", "P1")
    assert ([row["encounter_id"] for row in rows], others) == ([f"E{month}1" for month in MONTHS], [])
    import_source(region(tmp_path / "second", total_fen=2000), out)
    after = {path.name for path in (out / FOLDER).glob("*.parquet")}
    assert {name.partition("-")[0] for name in before - after} == {name.partition("-")[0] for name in after - before} == {"settlements"}
    together = record_entries(Opened(), "P2", (), ())
    assert sorted(each.kind for each in together) == ["bill", "bill", "encounter", "encounter"]
    assert "20.00" in {fact.value[0] for each in together for fact in each.facts} and "10.00" not in {fact.value[0] for each in together for fact in each.facts}
    (out / FOLDER / NOTES).write_text(json.dumps({"encounters-2020": "another digest"}))
    assert rows_of_resident(open_records(out), "encounters", "P2") == ([], sorted(path.relative_to(out).as_posix() for path in (out / "encounters").glob("*.parquet")))
    assert record_entries(Opened(), "P2", (), ()) == together
