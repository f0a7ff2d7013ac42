"""What the region's record holds of one person, across institutions and years, as entries of a timeline."""
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanyi.runs.by_resident import MOST, TABLES, rows_of_resident
from sanyi.runs.results import Condition, Results, read_all, read_page
from sanyi.tables.levels import NARROWEST, column_level, is_narrowest
from sanyi.tables.timeline import TimelineEntry, TimelineFact, fact_of

NAMES = {"diagnosis_code": "diagnosis_codes", "principal_diagnosis_code": "diagnosis_codes", "disease_code": "diagnosis_codes", "operation_code": "operation_codes",
         "item_code": "charge_items"}


@dataclass(frozen=True)
class _Source:
    """A record table of one kind of entry: its day, its columns as facts, the columns of its key and institution."""

    kind: str
    table: str
    day: str
    facts: tuple[str, ...]
    key: tuple[str, ...]
    institution: str = "institution_id"


ENCOUNTERS = _Source("encounter", "encounters", "admitted_on", ("type_code", "insurance_code", "discharged_on", "principal_diagnosis_code", "stay_days", "discharge_way_code"), ("encounter_id",))
OF_A_PERSON = (ENCOUNTERS, _Source("referral", "referrals", "referred_on", ("direction_code", "to_institution_id", "status_code", "diagnosis_code"), ("referral_id",), "from_institution_id"),
               _Source("contract", "contracts", "signed_on", ("team_id", "package_code", "start_on", "end_on", "status_code"), ("contract_id",), ""),
               _Source("bill", "settlements", "settled_on", ("total_fen", "in_scope_fen", "fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen"), ("settlement_id",)))
OF_AN_ENCOUNTER = (_Source("diagnosis", "diagnoses", "", ("diagnosis_code", "is_principal", "is_present_on_admission"), ("encounter_id", "sequence_number")),
                   _Source("procedure", "operations", "operated_on", ("operation_code", "level_number", "is_elective"), ("encounter_id", "sequence_number")),
                   _Source("prescription", "prescriptions", "prescribed_on", ("item_code", "quantity_e3", "supply_days", "is_long"), ("prescription_id",)))


def record_entries(results: Results, resident_id: str, kinds: Collection[str], narrowest: tuple[str, ...]) -> list[TimelineEntry]:
    """Every entry of the record about one person, of some kinds (none named: all), in no order.

    `narrowest` are the beginnings of diagnoses of level 5: an encounter with one of them, and all that belongs to it, is of level 5.
    """
    wanted = set(kinds)
    stays = _stays(results, resident_id)
    diagnoses = _of_encounters(results, "diagnoses", resident_id, stays)
    narrow = _narrow(stays, diagnoses, narrowest)
    found: list[TimelineEntry] = []
    for source in OF_A_PERSON:
        if not wanted or source.kind in wanted:
            rows = list(stays.values()) if source is ENCOUNTERS else _of_resident(results, source.table, resident_id)
            found += [_entry(results, source, row, row, _is_narrow(row, narrow, narrowest)) for row in rows]
    for source in OF_AN_ENCOUNTER:
        if not wanted or source.kind in wanted:
            rows = diagnoses if source.kind == "diagnosis" else _of_encounters(results, source.table, resident_id, stays)
            found += [_entry(results, source, row, stays[row["encounter_id"]], row["encounter_id"] in narrow) for row in rows]
    return found


def narrow_encounters(results: Results, resident_id: str, narrowest: tuple[str, ...]) -> set[str]:
    """The encounters of one person that are of level 5, with all that belongs to them."""
    stays = _stays(results, resident_id)
    return _narrow(stays, _of_encounters(results, "diagnoses", resident_id, stays), narrowest)


def _stays(results: Results, resident_id: str) -> dict[str, dict[str, Any]]:
    return {row["encounter_id"]: row for row in _of_resident(results, "encounters", resident_id)}


def _narrow(stays: dict[str, dict[str, Any]], diagnoses: Sequence[dict[str, Any]], narrowest: tuple[str, ...]) -> set[str]:
    return {row["encounter_id"] for row in diagnoses if is_narrowest(row["diagnosis_code"], narrowest)} | {
        id for id, row in stays.items() if is_narrowest(row["principal_diagnosis_code"] or "", narrowest)}


def _is_narrow(row: dict[str, Any], narrow: set[str], narrowest: tuple[str, ...]) -> bool:
    """Whether a row belongs to such an encounter, or itself names such a diagnosis."""
    return row.get("encounter_id") in narrow or is_narrowest(row.get("diagnosis_code") or "", narrowest)


def _entry(results: Results, source: _Source, row: dict[str, Any], stay: dict[str, Any], is_narrow: bool) -> TimelineEntry:
    table = results.promise(source.table)
    facts = tuple(_fact(results, table[name], row[name], is_narrow) for name in source.facts)
    day = row.get(source.day) or stay.get("admitted_on") or row.get("start_on")
    level = NARROWEST if is_narrow else column_level(source.day or "diagnosis_code")
    return TimelineEntry(source.kind, day or date.min, (stay.get(source.institution) or "") if source.institution else _team_houses(results).get(row["team_id"], ""),
                         "|".join(str(row[name]) for name in source.key), level, facts)


def _fact(results: Results, column: Any, value: Any, is_narrow: bool) -> TimelineFact:
    name = _names(results, NAMES[column.name]).get(value, "") if column.name in NAMES and value else ""
    words = (f"{value} {name}",) * 2 if name else None
    return fact_of(column, value, NARROWEST if is_narrow else column_level(column.name), words)


def _of_resident(results: Results, table: str, resident_id: str) -> list[dict[str, Any]]:
    """Rows of a table that names residents, about one: those that lie together, and from the files where they do not yet."""
    own = [Condition("resident_id", "eq", resident_id)]
    if table not in TABLES:
        return _rows(results, table, own)
    rows, others = rows_of_resident(results.records, table, resident_id)
    return [*rows, *_read(results, table, others, own)]


def _of_encounters(results: Results, table: str, resident_id: str, stays: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table that belong to a resident's encounters; where they do not lie together, from the months those were settled in alone."""
    rows, others = rows_of_resident(results.records, table, resident_id)
    months = {str(row["settled_month"]) for row in stays.values()}
    return [*rows, *_read(results, table, [file for file in others if _month(file) in months], [Condition("encounter_id", "in", sorted(stays))])]


def _rows(results: Results, table: str, where: Sequence[Condition]) -> list[dict[str, Any]]:
    return _read(results, table, sorted(results.records.files.get(table, {})), where)


def _read(results: Results, table: str, files: Sequence[str], where: Sequence[Condition]) -> list[dict[str, Any]]:
    return read_page(results.promise(table), results.records.paths(files), where, limit=MOST) if files else []


def _month(file: str) -> str:
    return Path(file).stem.replace("-", "")


@lru_cache(maxsize=16)
def _names(results: Results, table: str) -> dict[str, str]:
    """What a catalogue's codes are called: read once, for a timeline names dozens."""
    column = {"diagnosis_codes": "diagnosis_code", "operation_codes": "operation_code", "charge_items": "item_code"}[table]
    return {row[column]: str(row["name"] or "") for row in _all(results, table)}


@lru_cache(maxsize=4)
def _team_houses(results: Results) -> dict[str, str]:
    return {row["team_id"]: str(row["institution_id"]) for row in _all(results, "teams")}


def _all(results: Results, table: str) -> Iterator[dict[str, Any]]:
    files = sorted(results.records.files.get(table, {}))
    return read_all(results.promise(table), results.records.paths(files)) if files else iter(())

