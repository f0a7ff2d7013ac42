"""A small results folder with invented rows of every promised table, for the pages' own tests."""
import hashlib
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sanyi.audit import rules
from sanyi.engines.small_files import write_rows
from sanyi.runs.card import CARD
from sanyi.runs.steps import all_steps
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Column, Table

YEAR = 2020
NAMES = ("第一人民医院", "中医医院", "妇幼保健院", "城东社区卫生服务中心", "河口镇卫生院", "山前镇卫生院", "省立医院", "=1+1 测试医院")
COUNTS = {"institutions": len(NAMES), "consortia": 2}
MANY = 60
GROUPED = {"indicator_values": [{"indicator_code": "IND-32", "scope_code": "city_hospital", "scope_id": "all", "period": period, "numerator": 3, "denominator": 20,
                                 "value_e6": value} for period, value in (("2019", 14_000_000), ("2020", 15_000_000))],
           "indicator_status": [{"indicator_code": "IND-32", "scope_code": "city_hospital", "scope_id": "all", "target_id": "share", "period": "2020",
                                 "direction_code": "up", "value_e6": 15_000_000, "previous_e6": 14_000_000, "trend_code": "up", "status_code": "met",
                                 "is_hard": True, "comparator": "≥", "target_e6": 15_000_000, "gap_e6": 0, "due_period": "2020", "clause": "目标1",
                                 "alert_code": None}]}


def invent(folder: Path, seed: int = 1, only: tuple[str, ...] = ()) -> Path:
    """Write records and results (of all steps, or some) into a folder; returns the results folder."""
    chance = random.Random(seed)
    records, results = folder / "records", folder / "results"
    (results / "store").mkdir(parents=True)
    records.mkdir()
    files = {name: [_write(table, records, f"{YEAR}-03" if table.partition else "", chance)] for name, table in record_tables().items()}
    (records / "manifest.json").write_text(json.dumps({"tables": files}), "utf-8")
    steps = {}
    for name, step in sorted((name, step) for name, step in all_steps().items() if not only or name in only):
        rows = [*_rows(step.makes, chance), *GROUPED.get(name, [])]
        path = results / "store" / f"{name}.parquet"
        write_rows(step.makes, rows, path)
        steps[name] = {"file": f"store/{name}.parquet", "key": name, "digest": name, "rows": len(rows), "needs": [],
                       "values": {"consortium.budget_share_ppm": 850000}}
    card = {"plan": "haikou-2018", "plan_digest": "p", "year": YEAR, "plan_on": f"{YEAR}-12-31", "records_snapshot": "s", "code_version": "c", "sanyi_version": "0",
            "engine": "duckdb 2.0.0", "steps": steps, "digest": "d" * 64, "finished_at": "2021-01-01T00:00:00+00:00",
            "records": "../records", "seconds": dict.fromkeys(steps, 0.1), "kept": []}
    (results / CARD).write_text(json.dumps(card), "utf-8")
    return results


def _write(table: Table, folder: Path, month: str, chance: random.Random) -> dict[str, str]:
    path = folder / table.name / f"{month}.parquet" if month else folder / f"{table.name}.parquet"
    path.parent.mkdir(exist_ok=True)
    write_rows(table, _rows(table, chance), path)
    return {"file": path.relative_to(folder).as_posix(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _rows(table: Table, chance: random.Random) -> list[dict[str, Any]]:
    seen: dict[tuple, dict[str, Any]] = {}
    for number in range(COUNTS.get(table.name, MANY)):
        row = {column.name: _value(table, column, number, chance) for column in table.columns}
        if table.name in ("institutions", "consortia"):
            row["name"] = NAMES[number]
        if table.name.startswith("audit_hits"):
            rule = next((each for each in rules() if each.step.name == table.name), rules()[number % len(rules())])
            row |= {"rule_code": rule.code, "finding_code": next(iter(rule.evidence)), "seen_value": None, "allowed_value": None}
        seen.setdefault(tuple(row[name] for name in table.key), row)
    return list(seen.values())


def _value(table: Table, column: Column, number: int, chance: random.Random) -> Any:
    if column.allowed:
        return chance.choice(list(column.allowed))
    if column.type == "flag":
        return chance.random() < 0.5
    if column.type == "date":
        return date(YEAR, 3, 1) + timedelta(days=chance.randrange(30))
    if column.type == "whole":
        return _number(column, chance)
    if column.nullable and chance.random() < 0.2:
        return None
    for ending, prefix, many in (("institution_id", "I", len(NAMES)), ("consortium_id", "C", 2), ("encounter_id", "E", MANY)):
        if column.name.endswith(ending):
            place = number if table.key == (column.name,) else chance.randrange(many)
            return f"{prefix}{place % many:03d}"
    return f"{column.name[:6]}{number:03d}"


def _number(column: Column, chance: random.Random) -> int:
    if column.unit == "yyyymm":
        return YEAR * 100 + 3
    if column.name.endswith("year"):
        return YEAR
    if column.unit == "fen":
        return chance.randrange(0 if column.minimum is not None else -10**9, 10**10)
    return max(column.minimum or 0, chance.randrange({"ppm": 1_000_000, "e4": 1_000_000}.get(column.unit, 400)))
