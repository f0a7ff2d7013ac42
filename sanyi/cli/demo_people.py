"""People at work for `sanyi demo`: filled in once, by a process beside the one that runs the year; their accounts told at every start."""
from collections.abc import Iterator
from datetime import datetime, timezone
import gc
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from unicodedata import east_asian_width

from sanyi.cli.beside import Beside, say
from sanyi.cli.progress import progress
from sanyi.cli.told_once import told
from sanyi.workflows.published import Finding, Run

PUBLISHED = ("audit", "clearings")
TABLES = ("residents", "institutions", "consortia", "consortium_members", "staff")
MANY_OBJECTS = (100_000, 20, 50)  # how often to look for rubbish: migrations and doors make much that is soon gone by itself


def begin_people(plan: str, region: str, seed: int, var: Path) -> Beside:
    """Begin to make the database and its people; they go to work when told the folder of the region's tables, and on what the run says when told that of its results."""
    return Beside(_go_to_work, plan, region, seed, var)


def people_are_there(beside: Beside) -> None:
    """Wait until all are at work, showing how far they are. Errors: RunError with what was refused."""
    with progress("上岗 people") as report:
        while (share := beside.hear()) is not None:
            report(share, "")


def tell_accounts(var: Path) -> None:
    """Print who of them may sign in."""
    from sanyi.store.demonstration.making import accounts_told, demo_password
    accounts = accounts_told()
    if not accounts:
        return
    print(f"\n  示范账户，同一密码 demonstration accounts, all with one:  {told(var, 'demo', demo_password())}\n")
    for account, (zh, en), unit in accounts:
        print(f"  {account:16} {_padded(zh, 16)} {en:24} {unit}")


def _go_to_work(end: Connection, plan: str, region: str, seed: int, var: Path) -> None:
    """Prepare the database, say so, and fill it with the people of the folder that is named, unless somebody is at work there."""
    gc.set_threshold(*MANY_OBJECTS)
    from sanyi.store import prepare_database
    prepare_database(var)
    say(end, 0.0)
    from sanyi.runs.packs import open_plan
    from sanyi.store.demonstration.making import is_peopled, people
    from sanyi.worlds.roll import roll
    folder = end.recv()
    if not is_peopled():
        people(var, open_plan(plan, region), record(folder), lambda rows: roll(rows, seed), names(seed), seed, datetime.now(timezone.utc), lambda done: say(end, done), _published(end))


def _published(end: Connection) -> Iterator[tuple[Run, str, Iterator[Finding]]]:
    """What the bureau publishes of the demonstration's run, once that is made."""
    from sanyi.runs.publishing import findings, open_run
    run, opened = open_run(end.recv())
    for part in PUBLISHED:
        yield run, part, findings(opened, part)


def record(folder: Path) -> dict[str, list[dict]]:
    """The tables that people are made of."""
    from sanyi.runs.records import open_records
    from sanyi.runs.results import read_page
    from sanyi.tables.record_tables import record_tables
    opened = open_records(folder)
    return {table: read_page(record_tables()[table], opened.paths(sorted(opened.files.get(table, {}))), limit=None) for table in TABLES}


def names(seed: int) -> Iterator[str]:
    """Names without end, the same for a seed."""
    from sanyi.worlds.roll import name
    chance = Random(seed + 1)
    while True:
        yield name(chance)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))
