"""What people entered becomes rows of the region's record: all tables or none, again without doubles, the record's own rows untouched."""
from dataclasses import replace
from datetime import date

import pytest
from contract_work import signed, town

from sanyi.engines.small_files import write_rows
from sanyi.tables.record_tables import record_tables

EXPORTED = {"contracts", "teams", "contract_fees", "contract_care", "referrals", "prescriptions", "special_reviews", "appointments", "recognition_decisions", "shared_examinations", "remote_consultations", "same_residents", "audit_decisions"}
SPAN = ["--from", "2026-01-01", "--to", "2026-12-31"]


def prescribed(id, on):
    return {"prescription_id": id, "encounter_id": "E1", "item_code": "D1", "quantity_e3": 1000, "supply_days": 7, "is_long": False, "prescribed_on": on,
            "settled_month": int(f"{on:%Y%m}")}


def contract(id, status="active"):
    return {"contract_id": id, "resident_id": "R9", "team_id": "T9", "package_code": "basic", "signed_on": date(2026, 1, 1), "start_on": date(2026, 1, 1),
            "end_on": date(2026, 12, 31), "status_code": status}


OLD = {"contracts": {None: [contract("record-1"), contract("fd-999")]}, "institutions": {None: []},
       "contract_fees": {None: [{"institution_id": place, "year": 2026, "payer_code": "resident", "due_fen": 1, "received_fen": 500} for place in ("C1", "C9")]},
       "prescriptions": {202601: [prescribed("R1", date(2026, 1, 5)), prescribed("RX9-1", date(2026, 1, 6))], 202602: [prescribed("R2", date(2026, 2, 5))]}}


@pytest.fixture(params=["folder", "manifest"])
def records(request, tmp_path):
    """A record of two months, as a world or as an intake writes it."""
    from sanyi.runs.intake_state import State, commit, entry_of
    folder = tmp_path / "records"
    entries: dict = {}
    for table, months in OLD.items():
        for month, rows in months.items():
            name = f"{table}.parquet" if month is None else f"{table}/{month}.parquet"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            count = write_rows(record_tables()[table], rows, folder / name)
            entries.setdefault(table, {})[month] = entry_of(folder / name, name, count, month)
    if request.param == "manifest":
        commit(folder, State(entries), {})
    return folder


@pytest.fixture
def exporting(undone, monkeypatch):
    """Two contracts of the platform, and prescriptions of it in two months."""
    from sanyi.store import exports
    town(3)
    signed(1, package="elder"), signed(2)
    known = dict(exports.record_exports())
    rows = [prescribed("RX1-1", date(2026, 2, 7)), prescribed("RX1-2", date(2026, 3, 7))]
    known["prescriptions"] = replace(known["prescriptions"], rows=lambda first, last: rows, left_out=lambda first, last: 3)
    monkeypatch.setattr(exports, "record_exports", lambda: known)
    return undone


def held(records, table, month=None):
    from sanyi.runs.added_tables import rows_beside
    return sorted(next(iter(row.values())) for row in rows_beside(records, table, month))


def test_the_areas_export_what_the_record_has_tables_for(site_folder):
    from sanyi.store.exports import record_exports
    assert set(record_exports()) == EXPORTED <= set(record_tables())


def test_rows_come_once_however_often_and_the_records_own_stay(records, exporting, capsys):
    from sanyi.cli.main import main
    from sanyi.runs.added_tables import rows_beside
    from sanyi.store.trail.tables import AuditEvent
    for _ in range(2):
        assert main(["export", "--records", str(records), *SPAN, "--var", str(exporting)]) == 0
        contracts = held(records, "contracts")
        assert len(contracts) == 3 and "record-1" in contracts and "fd-999" not in contracts
        assert [held(records, "prescriptions", month) for month in (202601, 202602, 202603)] == [["R1"], ["R2", "RX1-1"], ["RX1-2"]]
        fees = {(row["institution_id"], row["payer_code"]): (row["due_fen"], row["received_fen"]) for row in rows_beside(records, "contract_fees")}
        assert fees["C9", "resident"] == (1, 500), "nobody's contracts"
        assert fees["C1", "resident"] == (4_000, 500), "what came in only the record knows"
        assert fees["C1", "public_health"] == (4_000, 0) and len(fees) == 4
    assert "left out 3" in capsys.readouterr().out
    assert set(AuditEvent.objects.filter(action="export", subject="record").values_list("step", flat=True)) == EXPORTED


def test_a_table_may_be_the_platforms_alone_and_unknown_ones_are_refused_in_words(records, exporting, capsys):
    from sanyi.cli.main import main
    assert main(["export", "--records", str(records), *SPAN, "--only", "contracts", "--var", str(exporting)]) == 0
    assert all(name.startswith("fd-") for name in held(records, "contracts")) and held(records, "prescriptions", 202601) == ["R1", "RX9-1"]
    assert main(["export", "--records", str(records), *SPAN, "--table", "contrats", "--var", str(exporting)]) == 1
    assert "contracts" in capsys.readouterr().err
