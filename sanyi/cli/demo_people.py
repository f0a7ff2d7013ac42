"""People at work for `sanyi demo`: filled in once beside the region's year, their accounts told at every start."""
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from unicodedata import east_asian_width

from sanyi.cli.progress import progress
from sanyi.cli.told_once import told
from sanyi.plans import Plan
from sanyi.runs.publishing import findings, open_run
from sanyi.runs.records import open_records
from sanyi.runs.results import read_page
from sanyi.tables.record_tables import record_tables
from sanyi.workflows.published import Finding, Run
from sanyi.worlds.roll import name, roll

PUBLISHED = ("audit", "clearings")
TABLES = ("residents", "institutions", "consortia", "consortium_members", "staff")


def fill_people(plan: Plan, records: Path, results: Path, seed: int, var: Path) -> None:
    """Fill the prepared database unless somebody is at work there, and print who may sign in."""
    from sanyi.store.demonstration.making import accounts_told, demo_password, is_peopled, people
    if not is_peopled():
        with progress("上岗 people") as report:
            people(var, plan, _record(records), lambda rows: roll(rows, seed), _names(seed), seed, datetime.now(timezone.utc), lambda done: report(done, ""), _published(results))
    accounts = accounts_told()
    if not accounts:
        return
    print(f"\n  示范账户，同一密码 demonstration accounts, all with one:  {told(var, 'demo', demo_password())}\n")
    for account, (zh, en), unit in accounts:
        print(f"  {account:16} {_padded(zh, 16)} {en:24} {unit}")


def _record(records: Path) -> dict[str, list[dict]]:
    opened = open_records(records)
    return {table: read_page(record_tables()[table], opened.paths(sorted(opened.files.get(table, {}))), limit=None) for table in TABLES}


def _published(results: Path) -> list[tuple[Run, str, Iterator[Finding]]]:
    """What the bureau publishes of the demonstration's run."""
    run, opened = open_run(results)
    return [(run, part, findings(opened, part)) for part in PUBLISHED]


def _names(seed: int) -> Iterator[str]:
    chance = Random(seed + 1)
    while True:
        yield name(chance)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))
