"""DRG schemes at the door: imported whole or not at all, refused with place and reason, and equal to the reference program on its cases."""
import csv
import json
import shutil
from pathlib import Path

import pytest
from web_results import invent
from xlsxwriter import Workbook

from sanyi.cli import main
from sanyi.engines.reader import Reader
from sanyi.runs.errors import SchemeRefused, UnknownScheme
from sanyi.runs.scheme_cases import GROUPED, group_file
from sanyi.runs.schemes import compiled_scheme, find_scheme, import_scheme, open_scheme, schemes

DEMO = Path(__file__).parents[2] / "packs/region-demo/schemes/demo-1"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site's own schemes folder, empty."""
    monkeypatch.setenv("SANYI_SCHEMES", str(tmp_path / "schemes"))
    return tmp_path / "schemes"


def copied(tmp_path, name="source"):
    shutil.copytree(DEMO, tmp_path / name)
    return tmp_path / name


def changed(folder, table, change):
    """Rewrite a table of a scheme's folder, its rows changed in place by a function."""
    file = folder / f"{table}.csv"
    rows = list(csv.reader(file.read_text("utf-8").splitlines()))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def as_workbook(folder, path):
    with Workbook(path, {"strings_to_numbers": False}) as book:
        for file in sorted(folder.glob("*.csv")):
            sheet = book.add_worksheet(file.stem)
            for place, row in enumerate(csv.reader(file.read_text("utf-8").splitlines())):
                sheet.write_row(place, 0, row)
    return path


def test_folder_workbook_and_parquet_of_one_scheme_have_one_digest(site, tmp_path):
    from_csv = import_scheme(DEMO, "a")
    from_book = import_scheme(as_workbook(DEMO, tmp_path / "scheme.xlsx"), "b")
    from_parquet = import_scheme(from_csv.folder, "c")
    assert from_csv.card["digest"] == from_book.card["digest"] == from_parquet.card["digest"]
    assert open_scheme("b").tables["drg"] == open_scheme("a").tables["drg"] and {"a", "b", "c", "demo-1"} <= set(schemes())


def test_a_name_stands_for_one_content(site, tmp_path):
    import_scheme(DEMO, "a")
    assert import_scheme(DEMO, "a").was_there
    with pytest.raises(SchemeRefused, match="another scheme has this name"):
        import_scheme(DEMO, "a", switches={"ambiguity_gate": False})
    assert open_scheme("a").switches["ambiguity_gate"]


def set_cell(line, column, value):
    def change(rows):
        rows[line - 1][rows[0].index(column)] = value
    return change


@pytest.mark.parametrize(("table", "change", "said"), [
    ("mdc_rule", set_cell(3, "seq", "first"), "mdc_rule.csv:3 seq"), ("adrg_rule", set_cell(5, "pdx_in", "yes"), "adrg_rule.csv:5 pdx_in"),
    ("drg", set_cell(7, "kind", "worst"), "drg.csv:7 kind"), ("adrg_dx", set_cell(2, "adrg", "Q99"), "adrg_dx.csv:2 adrg"),
    ("adrg_rule", set_cell(2, "tag_dnf", "1+"), "adrg_rule.csv:2 tag_dnf"), ("adrg_rule", set_cell(2, "dx_lists", "7"), "adrg_rule.csv:2 dx_lists"),
    ("drg", set_cell(2, "leaving_types", "died"), "drg.csv:2 leaving_types"), ("switches", set_cell(2, "name", "magic"), "switches.csv:2 name"),
    ("cc", lambda rows: rows.append([rows[1][0], "999"]), "no repeat of line 2"), ("mcc", lambda rows: rows[0].append("colour"), "column_count: mcc.csv:2"),
    ("mdc_dx", lambda rows: rows[0].__setitem__(1, "code"), "mdc_dx.csv:1 code"), ("drg", lambda rows: rows.pop(), "one that drg has"),
])
def test_a_fault_names_file_line_and_field_and_nothing_is_left(site, tmp_path, table, change, said):
    folder = copied(tmp_path)
    changed(folder, table, change)
    with pytest.raises(SchemeRefused) as refused:
        import_scheme(folder, "bad")
    assert said in str(refused.value) and list(site.glob("*")) == []


def test_a_missing_table_and_a_missing_scheme_are_said(site, tmp_path, capsys):
    folder = copied(tmp_path)
    (folder / "drg.csv").unlink()
    with pytest.raises(SchemeRefused, match="drg"):
        import_scheme(folder, "bad")
    with pytest.raises(UnknownScheme, match="demo-1"):
        find_scheme("nowhere")
    assert main(["scheme", "show", "nowhere"]) == 1 and "nowhere" in capsys.readouterr().err


def test_files_changed_after_the_import_are_not_read(site):
    folder = import_scheme(DEMO, "a").folder
    (folder / "cc.parquet").write_bytes((folder / "mcc.parquet").read_bytes())
    with pytest.raises(SchemeRefused, match="not those that were imported"):
        open_scheme("a")


CASES = """encounter_id,gender,age,ageDay,weight,zdList,ssList
a,男,60,,,I63.900|J96.000|I61.900,
b,2,30,,,K35.800,47.0100x001
c,female,30,,,K35.800,
d,1,0,3,1400,P07.100,
e,1,0,3,,P07.100,
f,x,30,,,K35.800,
g,1,30,,,K99.999,
h,1,30,,,K35.800,00.0000
i,1,forty,,,K35.800,
j,M,80,,,J18.900|I50.900,81.5100
"""
ANSWERS = {"a": ("grouped", "BR21"), "b": ("grouped", "GD15"), "c": ("grouped", "GZ15"), "d": ("grouped", "PS15"), "e": ("refused", None), "f": ("refused", None),
           "g": ("refused", None), "h": ("refused", None), "i": ("refused", None), "j": ("ambiguous", "EQY")}


def test_a_file_of_cases_is_grouped_and_one_is_explained(site, tmp_path, capsys):
    (tmp_path / "cases.csv").write_text(CASES, "utf-8")
    assert main(["scheme", "group", str(tmp_path / "cases.csv"), "--scheme", "demo-1", "--out", str(tmp_path / "out.parquet")]) == 0
    told = capsys.readouterr()
    assert "refused/no_birth_weight: 1" in told.out and "refused/faulty_cell: 2" in told.out
    assert "cases.csv:7 gender" in told.err and "cases.csv:10 age" in told.err and "seen 'forty', expected a whole number from 0 to 130, or empty" in told.err
    rows = Reader().page(GROUPED, [tmp_path / "out.parquet"], limit=None)
    assert {row["encounter_id"]: (row["status_code"], row["drg_code"]) for row in rows} == ANSWERS
    assert main(["scheme", "explain", str(tmp_path / "cases.csv"), "--scheme", "demo-1", "--case", "a", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "Complication J96.000 counts" in said and "I61.900 does not count" in said and "mdc_dx MDCB" in said


NONSENSE = """encounter_id,gender,age,ageDay,weight,inHospitalTime,icu_hours,leavingType,zdList,ssList
a,1,-3,,,5,,1,K35.800,
b,3,30,,,5,,1,K35.800,
c,1,200,-1,99999,4.5,-2,0,K35.800,
d,1,30.0,,,5,,1,K35.800,
e,,30,,,,,,K35.800,
"""


def test_a_cell_that_cannot_be_is_named_by_line_and_field_its_case_refused_and_the_others_grouped(site, tmp_path, capsys):
    (tmp_path / "cases.csv").write_text(NONSENSE, "utf-8")
    command = [str(tmp_path / "cases.csv"), "--scheme", "demo-1"]
    assert main(["scheme", "group", *command, "--out", str(tmp_path / "out.csv"), "--trace"]) == 0
    seen = "".join(f"|{line} {field} {cell}" for line, field, cell in (
        (2, "age", "-3"), (3, "gender", "3"), (4, "ageDay", "-1"), (4, "age", "200"), (4, "icu_hours", "-2"), (4, "leavingType", "0"), (4, "inHospitalTime", "4.5"), (4, "weight", "99999")))
    listed = list(csv.DictReader((tmp_path / "out.refused.csv").read_text("utf-8-sig").splitlines()))
    assert "".join(f"|{row['line']} {row['field']} {row['seen']}" for row in listed) == seen
    assert listed[0]["expected"] == "0–130 的整数，或留空 / a whole number from 0 to 130, or empty" and "cases.csv:2 age" in capsys.readouterr().err
    rows = {row["encounter_id"]: (row["status_code"], row["reason_code"], row["drg_code"]) for row in csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines())}
    assert rows == {**dict.fromkeys("abc", ("refused", "faulty_cell", "")), "d": ("grouped", "rule", "GZ15"), "e": ("refused", "unknown_sex", "")}
    assert main(["scheme", "explain", *command, "--case", "a"]) == 1 and "cases.csv:2 age" in capsys.readouterr().err
    (tmp_path / "cases.csv").write_text(CASES.replace("forty", "40").replace("f,x", "f,2"), "utf-8")
    assert main(["scheme", "group", *command, "--out", str(tmp_path / "out.csv")]) == 0 and not (tmp_path / "out.refused.csv").exists()


@pytest.mark.parametrize(("text", "said"), [("id,sex\n1,1\n", "lacking encounter_id"), (CASES + "a,1,3,,,K35.800,\n", "one row a case"), ("", "lacking encounter_id")])
def test_a_file_that_is_no_list_of_cases_is_refused_and_nothing_written(site, tmp_path, capsys, text, said):
    (tmp_path / "cases.csv").write_text(text, "utf-8")
    assert main(["scheme", "group", str(tmp_path / "cases.csv"), "--scheme", "demo-1", "--out", str(tmp_path / "out.csv")]) == 1
    assert said in capsys.readouterr().err and not list(tmp_path.glob("out*"))


def test_the_reference_cases_come_out_as_the_reference_program_has_them(site, shared_folder, tmp_path):
    """All 20,000, with the switch for PV1 on; with the rule text's setting only cases that PV1 took differ, and all of those are ungrouped."""
    source = shared_folder / "knowledge/chs-drg-1.1"
    if not source.is_dir():
        pytest.skip("the national tables are not beside this checkout")
    import duckdb
    differing = {}
    for name, switches in (("on", {"pv1_any_principal": True}), ("text", {})):
        import_scheme(source, name, switches=switches)
        group_file(source / "reference_20k.parquet", name, tmp_path / f"{name}.parquet")
        differing[name] = duckdb.sql(
            f"""SELECT r."Index", r.adrg, g.drg_code FROM read_parquet('{source}/reference_20k.parquet') r LEFT JOIN read_parquet('{tmp_path}/{name}.parquet') g
                ON r."Index" = g.encounter_id WHERE r.drg IS DISTINCT FROM g.drg_code OR (r.drg <> '0000' AND (r.mdc IS DISTINCT FROM g.mdc_code OR r.adrg IS DISTINCT FROM g.adrg_code))""").fetchall()
    assert differing["on"] == []
    assert len(differing["text"]) == 52 and {(adrg, drg) for _, adrg, drg in differing["text"]} == {("PV1", "0000")}


def test_compiled_tables_are_made_once(site, tmp_path):
    first = compiled_scheme("demo-1", tmp_path / "kept")
    assert compiled_scheme("demo-1", tmp_path / "kept") == first and len(list((tmp_path / "kept").iterdir())) == 1
    assert json.loads(json.dumps(sorted(path.stem for path in first.folder.iterdir())))[0].startswith("scheme_")


@pytest.fixture
def asked(site, site_folder, tmp_path, monkeypatch):
    """Asks a page of schemes, over invented results."""
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path / "results")), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    import django
    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    def ask(query=""):
        request = RequestFactory().get(f"/schemes/?{query}")
        request.language, request.user = "en", AnonymousUser()
        return request
    return ask


def test_the_pages_of_a_scheme_show_its_groups_and_a_codes_lists(asked):
    from sanyi.web.views.schemes import scheme_code, scheme_list, scheme_of
    assert "demo-1" in scheme_list(asked()).content.decode()
    page = scheme_of(asked("adrg=BR2"), "demo-1").content.decode()
    assert "BR21" in page and "ambiguity_gate" in page and "GD15" not in page
    page = scheme_code(asked("seek=I63.900"), "demo-1").content.decode()
    assert "MDCB" in page and "BR2" in page and "BM1" in page
    assert "does not have this code" in scheme_code(asked("seek=<b>"), "demo-1").content.decode()


def test_a_scheme_that_cannot_be_used_is_listed_with_the_reason(asked):
    from sanyi.web.views.schemes import scheme_list
    folder = import_scheme(DEMO, "broken").folder
    (folder / "cc.parquet").write_bytes(b"")
    page = scheme_list(asked()).content.decode()
    assert "broken" in page and "not those that were imported" in page
