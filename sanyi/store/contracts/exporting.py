"""Contracts that hold a day, and their teams, as rows of the record tables `contracts` and `teams`."""
from collections.abc import Iterator
from datetime import date
from typing import Any

from sanyi.store.contracts.heads import contract_rows, is_own, team_rows
from sanyi.store.contracts.tables import DoctorTeam
from sanyi.store.exports import RecordExport, Row


def _holds(row: Row, first: date, last: date) -> bool:
    return is_own(row) and row["start_on"] <= last and (row["end_on"] is None or row["end_on"] >= first)


def _teams(first: date, last: date) -> Iterator[dict[str, Any]]:
    return team_rows()


def _is_team(row: Row, first: date, last: date) -> bool:
    return DoctorTeam.objects.filter(code=row["team_id"]).exists()


CONTRACTS = RecordExport("contracts", contract_rows, _holds)
TEAMS = RecordExport("teams", _teams, _is_team)
