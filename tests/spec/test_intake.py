"""What a cell, a mapping and a table's checks mean, by worked examples."""
from datetime import date
from pathlib import Path

import pytest

from sanyi.intake import cells
from sanyi.intake.checks import LAWS, references, row_checks
from sanyi.intake.control import Declared, differences
from sanyi.intake.errors import MappingError
from sanyi.intake.mapping import read_mapping
from sanyi.intake.reasons import REASONS, expected
from sanyi.tables.record_tables import record_tables


@pytest.mark.parametrize(("cell", "value", "reason"), [
    ("12", 12, ""), ("-3", -3, ""), ("+7", 7, ""), ("007", 7, ""), (" 5 ", 5, ""), ("", None, ""), ("9223372036854775807", 2**63 - 1, ""),
    ("9223372036854775808", None, "too_large"), ("9" * 40, None, "too_large"), ("1.5", None, "has_fraction"), ("1,234", None, "thousands_separator"),
    ("１２", None, "full_width_digits"), ("1.2E+05", None, "scientific_notation"), ("12,3x4", None, "not_whole"), ("0x1F", None, "not_whole"),
    ("1_000", None, "not_whole"), ("٣", None, "not_whole"), ("1\0", None, "control_character")])
def test_whole_numbers(cell: str, value: int | None, reason: str) -> None:
    assert cells.read_whole(cell) == (value, reason)


@pytest.mark.parametrize(("cell", "value", "reason"), [
    ("12", 1200, ""), ("12.3", 1230, ""), ("12.34", 1234, ""), ("-0.01", -1, ""), ("90071992547409.93", 9007199254740993, ""),
    ("1.005", None, "not_money"), ("1,234.50", None, "thousands_separator"), ("1e3", None, "scientific_notation"), (".5", None, "not_money"),
    ("99999999999999999.99", None, "too_large"), ("¥3", None, "not_money")])
def test_yuan_become_fen_exactly(cell: str, value: int | None, reason: str) -> None:
    assert cells.read_yuan(cell) == (value, reason)


@pytest.mark.parametrize(("cell", "formats", "value", "reason"), [
    ("2020-02-29", ["%Y-%m-%d"], date(2020, 2, 29), ""), ("2021-02-29", ["%Y-%m-%d"], None, "not_a_date"),
    ("2020-03-01 08:00:00", ["%Y-%m-%d %H:%M:%S"], date(2020, 3, 1), ""), ("43831", ["%Y-%m-%d"], None, "date_serial"),
    ("20200301", ["%Y%m%d"], date(2020, 3, 1), ""), ("2020-1-5", ["%Y-%m-%d"], None, "not_a_date"), ("0001-01-01", ["%Y-%m-%d"], None, "date_out_of_range")])
def test_dates(cell: str, formats: list[str], value: date | None, reason: str) -> None:
    assert cells.read_date(cell, formats) == (value, reason)


def test_flags_and_text() -> None:
    assert [cells.read_flag(each)[0] for each in ("true", "0", "是", "")] == [True, False, True, None]
    assert cells.read_flag("maybe") == (None, "not_a_flag")
    assert cells.read_text(" a ") == ("a", "")
    assert cells.read_text("4.6E+17") == ("4.6E+17", "")
    assert cells.read_text("4.6E+17", is_identifier=True) == (None, "scientific_notation")


def test_the_shipped_mappings_can_be_followed() -> None:
    own = read_mapping()
    assert {each.table.name for each in own} == set(record_tables())
    assert all(each.is_plain for each in own)
    listed = {each.table.name: each for each in read_mapping("settlement-list-4101")}
    stays = {each.column.name: each for each in listed["encounters"].fields}
    assert stays["discharge_way_code"].read("5") == ("died", "")
    assert stays["settled_month"].read("2020-07-31") == (202007, "")
    assert stays["admitted_on"].read("2020-07-01 23:59:59") == (date(2020, 7, 1), "")
    sums = {each.column.name: each for each in listed["settlements"].fields}
    assert sums["total_fen"].read("1234.5") == (123450, "")
    assert not listed["encounters"].is_plain


@pytest.mark.parametrize(("text", "said"), [
    ("[tables.region]\nfiles=['a.csv']", "no such table"), ("[tables.regions]\nfiles='a.csv'", "a list of file patterns"),
    ("[tables.regions]\nfiles=['a.csv']\ncolums={}", "unknown word"), ("[tables.regions]\nfiles=['a.csv']\n[tables.regions.columns]\nregion_id='a'", "name, level_code"),
    ("[tables.teams]\nfiles=['a.csv']\n[tables.teams.columns]\nteam_id='a'\ninstitution_id={from='b',constant='c'}", "exactly one of"),
    ("[tables.teams]\nfiles=['a.csv']\n[tables.teams.columns]\nteam_id='a'\ninstitution_id='b'\nleader='c'", "leader_staff_id"),
    ("[tables.teams]\nfiles=['a.csv']\n[tables.teams.columns]\nteam_id='a'\ninstitution_id={from='b',unit='yuan'}", "money column"),
    ("[tables.staff]\nfiles=['a.csv']\n[tables.staff.columns]\nstaff_id='a'\ninstitution_id='b'\nrole_code={from='c',codes={1='doc'}}\ntitle_code='d'\nis_active='e'", "doctor"),
    ("x", "cannot be read"), ("", "no [tables")])
def test_a_bad_mapping_names_file_key_and_what_there_is(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(MappingError, match="mine.toml") as refused:
        read_mapping(path)
    assert said in str(refused.value)


def test_an_unknown_mapping_names_those_there_are() -> None:
    with pytest.raises(MappingError, match="settlement-list-4101"):
        read_mapping("no-such")


def test_every_reason_is_told_in_both_languages() -> None:
    used = {check.reason for table in record_tables().values() for check in row_checks(table)}
    used |= {reason for laws in LAWS.values() for _, reason, _ in laws}
    assert used <= set(REASONS)
    for reason in REASONS:
        zh, en = REASONS[reason]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh) and en.isascii() | ("≤" in en) | ("是" in en)
        assert expected(reason, "more").endswith(": more")


def test_references_point_to_keys_that_are() -> None:
    for table in record_tables().values():
        for each in references(table):
            assert record_tables()[each.table].key == (each.key,)


def test_totals_differ_by_how_much() -> None:
    declared = Declared(10, {"amount_fen": 500})
    assert differences(declared, 10, {"amount_fen": 500}, {}) == []
    assert differences(declared, 9, {"amount_fen": 450}, {}) == [
        ("rows_differ", "declared 10, counted 9, difference -1"), ("fen_differ", "amount_fen: declared 500 fen, counted 450, difference -50")]
    assert differences(declared, 10, {"amount_fen": 450}, {"amount_fen": 1}) == []
