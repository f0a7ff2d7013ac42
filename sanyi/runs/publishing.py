"""What a run has to publish: its rows as findings, part by part, each with its institution, its clause and what it comes to. Source: B6."""
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sanyi.audit import rules
from sanyi.audit.hits import HITS
from sanyi.runs.errors import OtherOrigin
from sanyi.runs.kept import kept_digest
from sanyi.runs.results import Condition, Order, Results
from sanyi.runs.settling import check_official
from sanyi.runs.steps import all_steps
from sanyi.workflows.published import PARTS, Finding, Run

CHUNK = 5_000
Row = dict[str, Any]


def open_run(folder: Path) -> tuple[Run, Results]:
    """A run that may be published. Raises NoResults, OtherOrigin for a what-if, a closing on a day, or files that are not those the run wrote."""
    check_official(folder)
    results = Results(folder)
    steps = results.card["steps"]
    changed = [part.table for part in PARTS.values() if part.table in steps and kept_digest(folder, steps[part.table]["file"]) != steps[part.table]["digest"]]
    if changed:
        raise OtherOrigin(f"{folder}：{'、'.join(changed)} 与运行记录不符，不能发布 / these files are not those that the run wrote: {', '.join(changed)}")
    return Run(results.card["plan"], results.year, results.card["digest"], datetime.fromisoformat(results.card["finished_at"])), results


def findings(results: Results, part: str) -> Iterator[Finding]:
    """The findings of a part in the order of their keys; none where the run did not make its table."""
    if PARTS[part].table in results.card["steps"]:
        yield from FINDERS[part](results)


def count(results: Results, part: str) -> int:
    """How many rows the part's table has."""
    return int(results.card["steps"].get(PARTS[part].table, {}).get("rows", 0))


def _audit(results: Results) -> Iterator[Finding]:
    """One a rule and case; its lines together, or the case where that is more. What was decided about it is none of its content: a decision makes no new case."""
    known = {rule.code: rule for rule in rules()}
    for (code, encounter), hits in groupby(_rows(results, "audit_hits", "rule_code", "encounter_id", "line_number"), key=itemgetter("rule_code", "encounter_id")):
        rows = tuple({name: hit[name] for name in HITS.names} for hit in hits)
        of_case, of_lines = (sum(row["amount_fen"] for row in rows if (row["line_number"] == 0) is is_case) for is_case in (True, False))
        yield Finding(f"{code}|{encounter}", rows[0]["institution_id"], str(known[code].source) if code in known else "", rows, max(of_case, of_lines), encounter, code)


def _of_institutions(table: str, amount: str = "", only: Callable[[Row], bool] = lambda row: True) -> Callable[[Results], Iterator[Finding]]:
    """One a row that names its institution."""
    key = all_steps()[table].makes.key

    def found(results: Results) -> Iterator[Finding]:
        for row in filter(only, _rows(results, table, *key)):
            yield Finding(_key(row, key), row["institution_id"], _clause(table), (row,), row[amount] if amount else None)
    return found


def _of_consortia(table: str, amount: str) -> Callable[[Results], Iterator[Finding]]:
    """One a consortium and fund, to its lead hospital."""
    key = all_steps()[table].makes.key

    def found(results: Results) -> Iterator[Finding]:
        leads = {row["consortium_id"]: row["lead_institution_id"] for row in results.page("consortia", limit=None)}
        for row in _rows(results, table, *key):
            yield Finding(_key(row, key), leads[row["consortium_id"]], _clause(table), (row,), row[amount])
    return found


def _rows(results: Results, table: str, *order: str) -> Iterator[Row]:
    """All rows in the order of their key, some at a time."""
    for start in range(0, results.count(table), CHUNK):
        yield from results.page(table, (), [Order(name) for name in order], start, CHUNK)


def _key(row: Row, key: tuple[str, ...]) -> str:
    return "|".join(str(row[name]) for name in key)


def _clause(table: str) -> str:
    return str(all_steps()[table].source)


FINDERS: dict[str, Callable[[Results], Iterator[Finding]]] = {
    "audit": _audit,
    "deductions": _of_institutions("audit_deductions", "deducted_fen", lambda row: row["deducted_fen"] > 0),
    "clearings": _of_institutions("inpatient_clearings", "clearing_fen", lambda row: not row["is_blocked"]),
    "budgets": _of_consortia("consortium_budgets", "budget_fen"),
    "consortia": _of_consortia("consortium_settlements", "net_liability_fen"),
    "appraisals": _of_institutions("appraisals")}
