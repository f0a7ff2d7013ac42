"""Contracts that hold a day, their teams and what is due for them and the services given: rows of the record tables `contracts`, `teams`, `contract_fees` and `contract_care`."""
from collections.abc import Iterator
from datetime import date
from typing import Any

from sanyi.store.contracts.fees import fee_rows
from sanyi.store.contracts.heads import contract_rows, is_own, team_rows
from sanyi.store.contracts.tables import Contract, DoctorTeam
from sanyi.store.contracts.workload import is_own_service, service_rows
from sanyi.store.exports import RecordExport, Row


def _holds(row: Row, first: date, last: date) -> bool:
    return is_own(row) and row["start_on"] <= last and (row["end_on"] is None or row["end_on"] >= first)


def _teams(first: date, last: date) -> Iterator[dict[str, Any]]:
    return team_rows()


def _is_team(row: Row, first: date, last: date) -> bool:
    return DoctorTeam.objects.filter(code=row["team_id"]).exists()


def _fees(first: date, last: date) -> Iterator[dict[str, Any]]:
    for year in range(first.year, last.year + 1):
        yield from fee_rows(year)


def _is_fee(row: Row, first: date, last: date) -> bool:
    return first.year <= row["year"] <= last.year and Contract.objects.filter(institution=row["institution_id"]).exists()


CONTRACTS = RecordExport("contracts", contract_rows, _holds)
TEAMS = RecordExport("teams", _teams, _is_team)
FEES = RecordExport("contract_fees", _fees, _is_fee, carried=("received_fen",))
SERVICES = RecordExport("contract_care", service_rows, is_own_service)
