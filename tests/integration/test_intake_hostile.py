"""Hostile and merely odd files (R28): each ends in accepted rows, refused rows or a refused file, and nothing else."""
import io
import os
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from sanyi.intake.errors import BatchUnusable
from sanyi.runs.intake import import_source

HEAD = "resident_id,identity_hash,sex_code,born_on,region_id,died_on\n"
GOOD = "P1,,male,1990-01-01,R1,\nP2,,female,1991-02-03,R1,\n"
NAMES = HEAD.strip().split(",")


def row(**cells: str) -> str:
    """A resident's line with some cells changed."""
    given = {"resident_id": "P9", "sex_code": "male", "born_on": "1990-01-01", "region_id": "R1"} | cells
    return ",".join(given.get(name, "") for name in NAMES) + "\n"


def sheet(rows: list[list[object]], work: Callable[..., None] = lambda book, page: None) -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("residents")
    for number, cells in enumerate([NAMES, *rows]):
        page.write_row(number, 0, cells)
    work(book, page)
    book.close()
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], tuple[str, bytes]], more: dict[str, bytes] | None = None) -> bytes:
    """A package with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(*change(info.filename, old.read(info.filename)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def arrow(**columns: pa.Array) -> bytes:
    """A Parquet file of two residents with some columns changed."""
    import datetime
    plain = {"resident_id": pa.array(["P1", "P2"]), "identity_hash": pa.array([None, None], pa.string()),
             "sex_code": pa.array(["male", "female"]), "born_on": pa.array([datetime.date(1990, 1, 1)] * 2),
             "region_id": pa.array(["R1", "R1"]), "died_on": pa.array([None, None], pa.date32())}
    out = io.BytesIO()
    parquet.write_table(pa.table({name: value for name, value in (plain | columns).items() if value is not None}), out)
    return out.getvalue()


def entity(name: str, data: bytes) -> tuple[str, bytes]:
    """Put an external entity before the sheet's markup."""
    return name, (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + data if name.endswith("sheet1.xml") else data)


def far_cell(name: str, data: bytes) -> tuple[str, bytes]:
    """A cell at the sheet's last corner."""
    return name, (data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
                  if name.endswith("sheet1.xml") else data)


PERSON = ["P1", "", "male", "1990-01-01", "R1", ""]
OTHER = ["P2", "", "female", "1991-02-03", "R1", ""]
WORKBOOK = sheet([PERSON, OTHER])
TABLE = arrow()

# name: (file name, content, what must be seen: rows accepted, or the reasons of refused rows, or "!" and a file's reason)
CASES: dict[str, tuple[str, bytes, int | str]] = {
    # encodings
    "utf8": ("residents.csv", (HEAD + GOOD).encode(), 2),
    "utf8_bom": ("residents.csv", (HEAD + GOOD).encode("utf-8-sig"), 2),
    "gb18030": ("residents.csv", (HEAD + GOOD + row(resident_id="居民3")).encode("gb18030"), 3),
    "gbk": ("residents.csv", (HEAD + row(identity_hash="证件摘要")).encode("gbk"), 1),
    "utf16_le_bom": ("residents.csv", b"\xff\xfe" + (HEAD + GOOD).encode("utf-16-le"), 2),
    "utf16_be_bom": ("residents.csv", b"\xfe\xff" + (HEAD + GOOD).encode("utf-16-be"), 2),
    "utf16_bare": ("residents.csv", (HEAD + GOOD).encode("utf-16-le"), "!file_encoding"),
    "utf8_one_broken_byte": ("residents.csv", (HEAD + row(identity_hash="中文摘要") * 1).encode() + b"P3,\xff\xff,male,1990-01-01,R1,\n"
                             + "".join(row(resident_id=f"Q{i}", identity_hash="证件号摘要") for i in range(20)).encode(), "bad_encoding"),
    "random_bytes": ("residents.csv", bytes(range(256)) * 40, "!columns_missing|!file_encoding|!columns_repeated"),
    # shape
    "empty": ("residents.csv", b"", "!file_empty"),
    "only_newlines": ("residents.csv", b"\n\n\n", "!file_empty"),
    "header_only": ("residents.csv", HEAD.encode(), 0),
    "no_last_newline": ("residents.csv", (HEAD + GOOD).rstrip().encode(), 2),
    "crlf": ("residents.csv", (HEAD + GOOD).replace("\n", "\r\n").encode(), 2),
    "old_mac_cr": ("residents.csv", (HEAD + GOOD).replace("\n", "\r").encode(), 2),
    "mixed_line_ends": ("residents.csv", (HEAD + GOOD.replace("\n", "\r\n", 1)).encode(), 2),
    "blank_lines": ("residents.csv", (HEAD + "\n" + GOOD + "\n\n").encode(), 2),
    "short_line": ("residents.csv", (HEAD + GOOD + "P3,,male\n").encode(), "column_count"),
    "long_line": ("residents.csv", (HEAD + GOOD + row().strip().encode().decode() + ",1,2,3\n").encode(), "column_count"),
    "missing_column": ("residents.csv", b"resident_id,sex_code\nP1,male\n", "!columns_missing"),
    "nullable_column_left_out": ("residents.csv", b"resident_id,sex_code,born_on,region_id\nP1,male,1990-01-01,R1\n", 1),
    "extra_column": ("residents.csv", (HEAD.strip() + ",more\n" + GOOD.replace("\n", "x\n").replace(",x", ",,x")).encode(), 2),
    "reordered_columns": ("residents.csv", b"died_on,region_id,born_on,sex_code,identity_hash,resident_id\n,R1,1990-01-01,male,,P1\n", 1),
    "repeated_column": ("residents.csv", (HEAD.strip() + ",sex_code\n").encode(), "!columns_repeated"),
    "quoted": ("residents.csv", (HEAD + '"P1","","male","1990-01-01","R1",""\n').encode(), 1),
    "quoted_newline": ("residents.csv", (HEAD + '"P1","a\nb",male,1990-01-01,R1,\n' + row(sex_code="x")).encode(), "control_character"),
    "quote_not_closed": ("residents.csv", (HEAD + GOOD + '"P3,,male,1990-01-01,R1,\n' + row(resident_id="P4")).encode(), "quote_not_closed"),
    "stray_quote": ("residents.csv", (HEAD + row(identity_hash='5" pipe')).encode(), 1),
    "semicolons": ("residents.csv", (HEAD + GOOD).replace(",", ";").encode(), "!columns_missing"),
    "nul_in_cell": ("residents.csv", (HEAD + GOOD + row(identity_hash="a\0b")).encode(), "control_character"),
    "nul_flood": ("residents.csv", (HEAD + GOOD).encode() + b"\0" * 100_000, "column_count|control_character|!file_encoding"),
    "huge_cell": ("residents.csv", (HEAD + GOOD + row(identity_hash="x" * 50_000)).encode(), "too_long"),
    "huge_line": ("residents.csv", (HEAD + GOOD + row(identity_hash="x" * 2_000_000)).encode(), "too_long|line_too_long"),
    "no_newline_at_all": ("residents.csv", b"x" * (70 << 20), "!line_too_long|!file_empty|!columns_missing"),
    # cells
    "full_width_id": ("residents.csv", (HEAD + row(resident_id="Ｐ１２３")).encode(), "full_width_digits"),
    "full_width_date": ("residents.csv", (HEAD + row(born_on="１９９０-０１-０１")).encode(), "full_width_digits"),
    "scientific_id": ("residents.csv", (HEAD + row(resident_id="4.60101E+17")).encode(), "scientific_notation"),
    "date_serial": ("residents.csv", (HEAD + row(born_on="32874")).encode(), "date_serial"),
    "no_such_day": ("residents.csv", (HEAD + row(born_on="1990-02-30")).encode(), "not_a_date"),
    "slashed_date": ("residents.csv", (HEAD + row(born_on="1990/1/1")).encode(), "not_a_date"),
    "year_9999": ("residents.csv", (HEAD + row(born_on="9999-01-01")).encode(), "date_out_of_range"),
    "infinity_date": ("residents.csv", (HEAD + row(born_on="infinity")).encode(), "not_a_date"),
    "outer_spaces": ("residents.csv", (HEAD + "P1 ,, male ,1990-01-01, R1,\n").encode(), 1),
    "empty_key": ("residents.csv", (HEAD + row(resident_id="")).encode(), "required"),
    "unknown_code": ("residents.csv", (HEAD + row(sex_code="M")).encode(), "code_not_allowed"),
    "sql_in_cell": ("residents.csv", (HEAD + row(resident_id="'; DROP TABLE _raw; --")).encode(), 1),
    "formula_injection_text": ("residents.csv", (HEAD + row(resident_id="=cmd|' /C calc'!A0")).encode(), 1),
    "repeated_tail": ("residents.csv", (HEAD + GOOD + GOOD).encode(), "key_repeated"),
    "cut_in_line": ("residents.csv", (HEAD + GOOD)[:-9].encode(), "reference_missing|column_count|not_a_date|required"),
    # not what the name says
    "parquet_named_csv": ("residents.csv", TABLE, "!file_type"),
    "xlsx_named_csv": ("residents.csv", WORKBOOK, "!file_type"),
    "csv_named_parquet": ("residents.parquet", (HEAD + GOOD).encode(), "!file_type"),
    "csv_named_xlsx": ("residents.xlsx", (HEAD + GOOD).encode(), "!file_type"),
    "old_xls": ("residents.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 2000, "!file_type"),
    "gzip_named_csv": ("residents.csv", b"\x1f\x8b\x08\0" + b"\0" * 50, "!file_type"),
    "unmapped_name": ("resident.csv", (HEAD + GOOD).encode(), "!file_unmapped"),
    "archive": ("residents.zip", WORKBOOK, "!file_unmapped"),
    # Parquet
    "parquet": ("residents.parquet", TABLE, 2),
    "parquet_cut": ("residents.parquet", TABLE[:len(TABLE) // 2], "!file_broken"),
    "parquet_mark_only": ("residents.parquet", b"PAR1", "!file_broken"),
    "parquet_broken_middle": ("residents.parquet", TABLE[:40] + b"\xff" * 200 + TABLE[240:], "!file_broken|*"),
    "parquet_missing_column": ("residents.parquet", arrow(sex_code=None), "!columns_missing"),
    "parquet_nested": ("residents.parquet", arrow(sex_code=pa.array([["male"], ["female"]])), "!column_type"),
    "parquet_text_dates": ("residents.parquet", arrow(born_on=pa.array(["1990-01-01", "1990-13-01"])), "not_a_date"),
    "parquet_timestamps": ("residents.parquet", arrow(born_on=pa.array([0, 86_400_000_000], pa.timestamp("us"))), 2),
    "parquet_number_codes": ("residents.parquet", arrow(sex_code=pa.array([1, 2])), "code_not_allowed"),
    "parquet_dictionary": ("residents.parquet", arrow(sex_code=pa.array(["male", "male"]).dictionary_encode()), 2),
    "parquet_outer_spaces": ("residents.parquet", arrow(resident_id=pa.array([" P1", "P2"])), "outer_spaces"),
    "parquet_control_character": ("residents.parquet", arrow(resident_id=pa.array(["P\x001", "P2"])), "control_character"),
    # XLSX
    "xlsx": ("residents.xlsx", WORKBOOK, 2),
    "xlsx_formula": ("residents.xlsx", sheet([PERSON, OTHER], lambda book, page: page.write_formula("A2", '="P"&1', None, "P1")), "formula"),
    "xlsx_merged": ("residents.xlsx", sheet([PERSON, OTHER], lambda book, page: page.merge_range("A3:B3", "P2")), "merged_cells"),
    "xlsx_date_cell": ("residents.xlsx", sheet([PERSON], lambda book, page: page.write_datetime(
        "D2", __import__("datetime").datetime(1990, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))), 1),
    "xlsx_serial": ("residents.xlsx", sheet([[*PERSON[:3], 32874, "R1", ""]]), "date_serial"),
    "xlsx_long_number_id": ("residents.xlsx", sheet([[460101199001011234.0, *PERSON[1:]]]), "scientific_notation"),
    "xlsx_entity": ("residents.xlsx", repacked(WORKBOOK, entity), "!sheet_hostile"),
    "xlsx_zip_slip": ("residents.xlsx", repacked(WORKBOOK, lambda name, data: (name, data), {"../../escaped.txt": b"x"}), "!sheet_hostile"),
    "xlsx_macro": ("residents.xlsx", repacked(WORKBOOK, lambda name, data: (name, data), {"xl/vbaProject.bin": b"x"}), "!sheet_hostile"),
    "xlsx_bomb": ("residents.xlsx", repacked(WORKBOOK, lambda name, data: (name, data), {"xl/worksheets/sheet9.xml": b"\0" * (300 << 20)}),
                  "!sheet_hostile"),
    "xlsx_far_cell": ("residents.xlsx", repacked(WORKBOOK, far_cell), "!sheet_hostile"),
    "xlsx_cut": ("residents.xlsx", WORKBOOK[:len(WORKBOOK) // 2], "!file_broken"),
    "xlsx_not_a_book": ("residents.xlsx", repacked(WORKBOOK, lambda name, data: (name, b"<a/>")), "!file_broken"),
    "xlsx_deep_nesting": ("residents.xlsx", repacked(WORKBOOK, lambda name, data: (
        name, data.replace(b"<sheetData>", b"<x>" * 50_000 + b"<sheetData>") if name.endswith("sheet1.xml") else data)), "!file_broken|*"),
    "xlsx_empty_sheet": ("residents.xlsx", repacked(WORKBOOK, lambda name, data: (
        name, b'<?xml version="1.0"?><worksheet><sheetData/></worksheet>' if name.endswith("sheet1.xml") else data)), "!file_empty|!file_broken"),
}


def test_there_are_at_least_sixty_files() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", sorted(CASES))
def test_every_file_ends_in_rows_or_in_a_refusal(case: str, tmp_path: Path) -> None:
    name, content, wanted = CASES[case]
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "regions.csv").write_text("region_id,name,level_code,parent_region_id\nR1,市,city,\n", "utf-8")
    (source / name).write_bytes(content)
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        report = import_source(source, out)
        refusals = {each["reason_code"] for each in parquet.read_table(out / "refused_rows.parquet").to_pylist()}
        seen = [*refusals, "*"]
    except BatchUnusable as unusable:
        report = unusable.report
        seen = ["!" + each.reason for each in report.problems]
        assert not (out / "manifest.json").exists()
    assert time.perf_counter() - started < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024  # KB
    assert report.count("rows") == sum(report.count(what) for what in ("accepted", "superseding", "known", "refused")) or not report.is_usable
    if isinstance(wanted, int):
        residents = [each for each in report.files if each.table == "residents"]
        assert report.is_usable, str(report)
        assert sum(each.accepted for each in residents) == wanted, seen
    else:
        assert set(wanted.split("|")) & set(seen), (seen, str(report))
    assert {path.name for path in tmp_path.iterdir()} == {"source", "out"}
    assert {path.name for path in source.iterdir()} == {"regions.csv", name}
    assert not list(out.glob(".staging*"))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "residents.csv").write_text(HEAD + GOOD)
    os.symlink(tmp_path / "residents.csv", source / "residents.csv")
    with pytest.raises(BatchUnusable, match="file_link"):
        import_source(source, tmp_path / "out")


@pytest.mark.parametrize("name", ["a*b.parquet", "a[0-9].parquet", "a'b.parquet", "sex_code=female.parquet"])
def test_a_file_name_is_taken_literally(name: str, tmp_path: Path) -> None:
    """No pattern, no quoting and no column made of a folder's name changes what is read."""
    source = tmp_path / "source"
    (source / "residents").mkdir(parents=True)
    (source / "regions.csv").write_text("region_id,name,level_code,parent_region_id\nR1,市,city,\n", "utf-8")
    (source / "residents" / name).write_bytes(TABLE)
    assert import_source(source, tmp_path / "out").count("accepted") == 3
    sexes = parquet.read_table(tmp_path / "out" / "residents.parquet")["sex_code"].to_pylist()
    assert sexes == ["male", "female"]
