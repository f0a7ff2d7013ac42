"""A record cut at a day, by hand: who stands in it, what budgets are cut to, and what stays the very same file."""
from datetime import date
from pathlib import Path

import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.runs.cut_records import cut_records
from sanyi.runs.records import open_records
from sanyi.tables.record_tables import record_tables
from sanyi.tables.rows import filled

JUNE = {"settled_month": 202006}
GIVEN = {
    ("encounters", "202005"): [{"encounter_id": "may", "settled_month": 202005}],
    ("encounters", "202006"): [{"encounter_id": "early", **JUNE}, {"encounter_id": "late", "discharged_on": date(2020, 6, 2), **JUNE},
                               {"encounter_id": "unbilled", "discharged_on": date(2020, 6, 9), **JUNE},
                               {"encounter_id": "still in", "discharged_on": date(2020, 6, 20), **JUNE}],
    ("encounters", "202007"): [{"encounter_id": "july", "settled_month": 202007}],
    ("settlements", "202006"): [{"settlement_id": name, "encounter_id": name, "settled_on": date(2020, 6, day), **JUNE} for name, day in (("early", 10), ("late", 11))],
    ("charge_lines", "202006"): [{"encounter_id": name, "line_number": 1, **JUNE} for name in ("early", "late", "unbilled", "still in")],
    ("fund_pools", ""): [{"insurance_code": "resident", "year": year, "pool_code": "dip_inpatient", "budget_fen": 3_660_001} for year in (2019, 2020)],
    ("budget_versions", ""): [{"insurance_code": "resident", "year": year, "version_number": number, "from_month": month, "settled_last_year_fen": 3_660_001,
                               "benefit_change_fen": -366} for year, number, month in ((2019, 1, 201901), (2020, 1, 202001), (2020, 2, 202007))],
    ("insured_months", ""): [{"resident_id": name, "year": year, "from_month": first, "to_month": last}
                             for name, year, first, last in (("a", 2020, 1, 12), ("b", 2020, 7, 12), ("c", 2020, 2, 3), ("d", 2019, 1, 12))],
    ("monthly_finance", ""): [{"institution_id": "h", "month": month} for month in (201912, 202006, 202007)],
}


@pytest.fixture
def source(tmp_path) -> Path:
    for (name, month), rows in GIVEN.items():
        path = tmp_path / "source" / name / f"{month}.parquet" if month else tmp_path / "source" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_rows(record_tables()[name], filled(record_tables()[name], rows), path)
    write_rows(record_tables()["institutions"], [], tmp_path / "source" / "institutions.parquet")
    return tmp_path / "source"


def cut(source: Path, day: date, is_pro_rata: bool = True) -> dict:
    out = source.parent / "cut"
    with DuckEngine(memory="500MB", threads=1) as engine:
        opened = open_records(cut_records(source, day, out, engine, is_pro_rata))
        found = {}
        for table in opened.files:
            engine.show_files("seen", opened.paths(sorted(opened.files[table])), record_tables()[table])
            found[table] = engine.rows_of("seen", record_tables()[table])
    return found


def ids(rows: list, name: str = "encounter_id") -> list:
    return [row[name] for row in rows]


def test_who_was_settled_by_the_day_stands_and_all_that_is_theirs(source):
    found = cut(source, date(2020, 6, 10))
    assert ids(found["encounters"]) == ["early", "may", "unbilled"] and ids(found["settlements"]) == ["early"]
    assert ids(found["charge_lines"]) == ["early", "unbilled"]
    assert ids(cut(source, date(2020, 6, 11))["settlements"]) == ["early", "late"]
    assert ids(cut(source, date(2020, 6, 1))["encounters"]) == ["may"]


def test_budgets_are_cut_to_the_days_gone_and_contributions_to_the_months_begun(source):
    found = cut(source, date(2020, 6, 10))
    assert found["counted_days"] == [{"year": 2020, "gone_days": 162, "year_days": 366}]
    assert [row["budget_fen"] for row in found["fund_pools"]] == [3_660_001] * 2, "what is approved stands; how much of it counts is worked out from the whole"
    assert [(row["year"], row["version_number"], row["settled_last_year_fen"]) for row in found["budget_versions"]] == [(2019, 1, 3_660_001), (2020, 1, 3_660_001)]
    assert [(row["resident_id"], row["from_month"], row["to_month"]) for row in found["insured_months"]] == [("a", 1, 6), ("c", 2, 3), ("d", 1, 12)]
    assert ids(found["monthly_finance"], "month") == [201912, 202006]
    whole = cut(source, date(2020, 6, 10), is_pro_rata=False)
    assert "counted_days" not in whole and len(whole["insured_months"]) == 4


def test_whole_months_and_the_whole_year_are_the_very_same_files(source):
    opened = open_records(source)
    cut(source, date(2020, 6, 30))
    june = open_records(source.parent / "cut").files
    assert june["charge_lines"] == opened.files["charge_lines"] and list(june["counted_days"]) == ["counted_days.parquet"]
    assert (source.parent / "cut" / "encounters/202006.parquet").stat().st_ino == (source / "encounters/202006.parquet").stat().st_ino
    cut(source, date(2020, 6, 10))
    assert ids(cut(source, date(2020, 12, 31))["encounters"]) == ["early", "july", "late", "may", "still in", "unbilled"]
    assert open_records(source.parent / "cut").files == opened.files == open_records(source).files, "and the source is as it was"
