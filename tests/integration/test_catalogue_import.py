"""Disease catalogues come beside a record whole or not at all, several side by side, and a run may use any of them."""
import json
from pathlib import Path

import pytest

from sanyi.cli.main import main
from sanyi.intake.dip_catalogue import CatalogueRefused
from sanyi.runs.added_tables import rows_beside
from sanyi.runs.catalogue import CONDITIONS, GROUPS, catalogues, import_catalogue, read_catalogue
from sanyi.runs.intake import import_source
from sanyi.runs.packs import open_plan
from sanyi.runs.records import open_records
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.world import make_world

CITY = "病种编码,病种名称,分值,基层病种\nK35.8+47.01/47.09+54.5101,阑尾切除伴粘连松解,812.5,否\nA09.9,胃肠炎,100,是\nA09-1,肠道感染等,90.25,\n"


def written(folder: Path, text: str, name: str = "groups.csv", encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding)
    return folder


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A small region's record, as intake leaves it."""
    folder = tmp_path_factory.mktemp("catalogue")
    make_world(600, 3, 2, folder / "world", processes=1)
    import_source(folder / "world", folder / "records")
    return folder / "records"


def test_a_folder_becomes_rows_alternatives_and_parts_apart(tmp_path):
    catalogue = read_catalogue(written(tmp_path / "city", CITY), "city")
    assert [(row["group_code"], row["layer_code"], row["points_e4"], row["is_primary_care"]) for row in catalogue.groups] == [
        ("K35.8+47.01/47.09+54.5101", "core", 8_125_000, False), ("A09.9", "core", 1_000_000, True), ("A09-1", "comprehensive", 902_500, False)]
    assert [(row["kind_code"], row["part_number"], row["code"]) for row in catalogue.conditions if row["group_code"].startswith("K35")] == [
        ("principal", 1, "K35.8"), ("operation", 1, "47.0100"), ("operation", 1, "47.0900"), ("operation", 2, "54.5101")]


def test_columns_of_parts_and_limits_make_rules(tmp_path):
    text = ("layer,diagnosis,operation,other_diagnoses,group_code,greatest_age_days,greatest_birth_weight_grams,is_tcm_advantage,paid_as\n"
            "early,,37.51|50.59,,transplant,,,,\n先期分组,,,,P07:0-999,28,999,,\n诊断辅助细分,A15,,U82.3/U83,A15-resistant,,,,\n"
            "merged,S82.8,93.35+99.99,,S82.8-tcm,,,是,S82.8+79.36\n")
    catalogue = read_catalogue(written(tmp_path / "rules", text), "rules")
    assert [row["layer_code"] for row in catalogue.groups] == ["early", "early", "diagnosis", "merged"]
    found = {(row["group_code"], row["kind_code"], row["part_number"], row["code"]) for row in catalogue.conditions}
    assert {("transplant", "operation", 1, "37.51"), ("transplant", "operation", 1, "50.59"), ("P07:0-999", "measure", 1, "*"),
            ("A15-resistant", "other_diagnosis", 1, "U83"), ("S82.8-tcm", "operation", 2, "99.99")} <= found


@pytest.mark.parametrize(("text", "field", "seen"), [
    ("group_code,points\nK35.8,12\nK35.8,13\n", "group_code", "K35.8"), ("group_code,points\nK35.8,\n", "points", ""),
    ("group_code,points\nK35,12\n", "group_code", "K35"), ("group_code,points\nK35.8+4x,12\n", "group_code", "4x"),
    ("group_code,points\nK35.8+47.01//47.09,12\n", "group_code", ""), ("group_code,points\nK35.8,-1\n", "points", "-1"),
    ("group_code,points\nK35.8,1.23456\n", "points", "1.23456"), ("group_code,points\nK35.8,1e999\n", "points", "1e999"),
    ("group_code,points,layer\nK35.8,1,fifth\n", "layer", "fifth"), ("group_code,points,is_primary_care\nK35.8,1,maybe\n", "is_primary_care", "maybe"),
    ("group_code,points,layer\nK35.8,1,comprehensive\n", "group_code", "K35.8"), ("group_code,points\n", "group_code", ""),
    ("group_code,points,layer\nsomething,1,early\n", "group_code", "something")])
def test_a_fault_is_named_by_file_line_and_field_and_nothing_is_taken(tmp_path, records, text, field, seen):
    before = catalogues(records)
    with pytest.raises(CatalogueRefused) as refused:
        import_catalogue(written(tmp_path / "bad", text), "bad", records)
    fault = refused.value.faults[0]
    assert (fault.file, fault.seen) == ("groups.csv", seen) and fault.field in (field, {"is_primary_care": "primary"}.get(field))
    assert fault.line == text.count("\n") and fault.zh and fault.en and catalogues(records) == before


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(CatalogueRefused) as refused:
        read_catalogue(written(tmp_path / "bad", "group_code,points\n" + "K35,1\n" * 30), "bad")
    assert len(refused.value.faults) == 30 and "in all" in str(refused.value)


@pytest.mark.parametrize("name", ["built", "", "../city", "Stadt", "a" * 41])
def test_a_name_that_cannot_be_one_is_refused(tmp_path, name):
    with pytest.raises(CatalogueRefused):
        read_catalogue(written(tmp_path / "city", CITY), name)


def test_several_catalogues_stand_side_by_side_and_one_is_replaced_by_its_name(tmp_path, records):
    import_catalogue(written(tmp_path / "a", CITY), "a", records)
    import_catalogue(written(tmp_path / "b", CITY, encoding="gb18030"), "b", records)
    import_catalogue(written(tmp_path / "a", "group_code,weight\nA09.9,1.5\n"), "a", records)
    assert {name: sum(layers.values()) for name, layers in catalogues(records).items() if name in "ab"} == {"a": 1, "b": 3}
    assert all((records / entry["file"]).is_file() for entries in json.loads((records / "manifest.json").read_text())["tables"].values()
               for entry in entries)
    assert len(rows_beside(records, CONDITIONS)) >= 1 + 5 and open_records(records).files[GROUPS]


def test_a_run_uses_the_catalogue_that_the_plan_names(tmp_path, records, capsys):
    coefficients = "group_code,dimension,level,coefficient\nK35.8+47.01/47.09+54.5101,年龄,65至69岁,1.1\n"
    written(tmp_path / "city", CITY), written(tmp_path / "city", coefficients, "coefficients.csv")
    assert main(["catalogue", "import", str(tmp_path / "city"), "--as", "city", "--records", str(records)]) == 0
    assert "3" in capsys.readouterr().out
    plan = open_plan("haikou-2018").changed({"dip.catalogue": "city"})
    run(plan, records, 2020, tmp_path / "out", wanted=("dip_groups", "dip_case_groups", "dip_auxiliary_coefficients"))
    results = Results(tmp_path / "out")
    points = {row["group_code"]: row["points_e4"] for row in results.page("dip_groups", limit=None) if row["points_e4"]}
    assert points == {"K35.8+47.01/47.09+54.5101": 8_125_000, "A09.9": 1_000_000, "A09-1": 902_500}
    groups = {row["group_code"] for row in results.page("dip_case_groups", limit=None) if row["layer_code"] == "core"}
    assert groups <= set(points) and "A09.9" in groups
    assert [row["coefficient_e4"] for row in results.page("dip_auxiliary_coefficients")] == [11_000]


def test_a_workbook_gives_groups_and_coefficients(tmp_path):
    import xlsxwriter
    with xlsxwriter.Workbook(tmp_path / "city.xlsx") as book:
        for sheet, rows in (("groups", [("group_code", "points"), ("C34.9", 310.5)]),
                            ("coefficients", [("group_code", "dimension", "level", "coefficient"), ("C34.9", "severity", "tumour_died", 1.25)])):
            for place, row in enumerate(rows):
                book.add_worksheet(sheet).write_row(place, 0, row) if not place else book.get_worksheet_by_name(sheet).write_row(place, 0, row)
    catalogue = read_catalogue(tmp_path / "city.xlsx", "city")
    assert catalogue.groups[0]["points_e4"] == 3_105_000 and catalogue.coefficients[0]["coefficient_e4"] == 12_500


def test_what_is_no_record_is_refused(tmp_path, capsys):
    assert main(["catalogue", "import", str(written(tmp_path / "city", CITY)), "--as", "city", "--records", str(tmp_path)]) == 1
    assert "records" in capsys.readouterr().err
    assert main(["catalogue", "import", str(tmp_path / "nothing.csv"), "--as", "city", "--records", str(tmp_path)]) == 1
