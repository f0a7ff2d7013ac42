"""A database of every released version comes up to date on both databases: every row is there, the laws are those of a fresh one, the chain and the books hold, pages open. Source: R18.

`tests/released/` keeps them (docs/install.md says when one is added). `SANYI_MIGRATION_KILLS=400` kills at so many places instead of a few.
"""
import gzip
import os
import re
import sqlite3
import subprocess
from itertools import count
from pathlib import Path

import pytest
from postgres_server import APPLICATION, OWNER, USER, binaries
from ready_database import CHECKOUT, copy_ready
from released_scripts import KILLED
from test_clearing_database import Place

RELEASED = CHECKOUT / "tests" / "released"
DATABASES = count()
POINTS = int(os.environ.get("SANYI_MIGRATION_KILLS", "5"))
CASES = [pytest.param(path.parent.name, path.name.split(".")[0], id=f"{path.parent.name}-{path.name.split('.')[0]}", marks=[pytest.mark.postgres] if path.name.startswith("p") else [])
         for path in sorted(RELEASED.glob("*/*.sql.gz"))]
MEANT = {"store_account": {"role", "person_key", "last_login"}}  # what a migration is there to change, and who looks at pages afterwards
NEVER = ("sqlite_sequence", "django_migrations", "auth_permission", "django_content_type", "django_session")


class Released(Place):
    """A folder with a released database in it, or beside it in PostgreSQL."""

    scripts = Path(__file__).parent / "released_scripts.py"

    def __init__(self, var: Path, release: str, kind: str, server=None) -> None:
        name = f"released{next(DATABASES)}"
        super().__init__(var, server.database(name, is_empty=True) if server else "sqlite")
        if not server:
            del self.environment["SANYI_DATABASE"]
        var.mkdir(parents=True, exist_ok=True)
        (var / "secret-key").write_text("released-database-" * 5)
        (var / "field-keys").write_text("1 aes256 " + "A" * 43 + "=\n")
        text = gzip.decompress((RELEASED / release / f"{kind}.sql.gz").read_bytes()).decode()
        self.server, self.release = server, release
        if server:
            done = subprocess.run([str(binaries() / "psql"), "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-d", self.address.replace(APPLICATION, OWNER)], input=f"SET check_function_bodies = false; {text}",
                                  text=True, capture_output=True)
            assert done.returncode == 0, done.stderr[-1500:]
        else:
            with sqlite3.connect(var / "sanyi.sqlite3") as database:
                database.executescript(text)

    def asked(self, query: str) -> list[tuple]:
        """Rows, whatever policies say."""
        if not self.server:
            with sqlite3.connect(self.var / "sanyi.sqlite3") as database:
                return database.execute(query).fetchall()
        import psycopg
        with psycopg.connect(self.address.replace(APPLICATION, USER)) as connection:
            return connection.execute(query).fetchall()

    def rows(self) -> dict[str, list[dict[str, str]]]:
        """Every row of every table, as texts."""
        if self.server:
            tables = [name for name, in self.asked("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            return {table: [row for row, in self.asked(f"SELECT to_jsonb(t) FROM {table} t")] for table in tables if table not in NEVER}
        tables = [name for name, in self.asked("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: [dict(zip([name for _, name, *_ in self.asked(f"PRAGMA table_info({table})")], row)) for row in self.asked(f"SELECT * FROM {table}")]
                for table in tables if table not in NEVER}

    def schema(self) -> set[tuple]:
        """Tables, constraints, indexes, laws, policies and rights, in the database's own words."""
        return in_own_words({row for query in (ON_POSTGRESQL if self.server else ON_SQLITE) for row in self.asked(query)})


def in_own_words(rows: set[tuple]) -> set[tuple]:
    """PostgreSQL writes what it was told from a dump with other casts and brackets than what it was told first."""
    return {tuple(re.sub(r"::(character varying|text)(\[\])?|[()]", "", word) if isinstance(word, str) else word for word in row) for row in rows}


ON_SQLITE = ("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",)
ON_POSTGRESQL = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies",
    "SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner), (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a)::text FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')")


@pytest.fixture(scope="module")
def fresh(postgres_server_if_any, tmp_path_factory):
    """What a database made today looks like, by its kind."""
    var = tmp_path_factory.mktemp("fresh")
    copy_ready(var)
    with sqlite3.connect(var / "sanyi.sqlite3") as database:
        made = {"sqlite": in_own_words(set(database.execute(ON_SQLITE[0])))}
    if postgres_server_if_any:
        place = Place(var, postgres_server_if_any.database("released_fresh"))
        place.server = postgres_server_if_any
        made["postgresql"] = in_own_words({row for query in ON_POSTGRESQL for row in Released.asked(place, query)})
    return made


@pytest.fixture(scope="module")
def postgres_server_if_any(request):
    return request.getfixturevalue("postgres_server") if binaries() else None


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    from web_results import invent
    return invent(tmp_path_factory.mktemp("results"))


@pytest.fixture
def released(postgres_server_if_any, tmp_path):
    """Puts a released database down."""
    return lambda release, kind: Released(tmp_path / f"{release}-{kind}-{next(DATABASES)}", release, kind, postgres_server_if_any if kind == "postgresql" else None)


@pytest.mark.parametrize("release, kind", CASES)
def test_a_released_database_comes_up_to_date_with_every_row(released, fresh, results, release, kind):
    place = released(release, kind)
    place.environment.update({"SANYI_RESULTS": str(results), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"})
    before = place.rows()
    assert [table for table, rows in before.items() if not rows and table.startswith("store_")] == [], "each table of the time has a row"
    told = place.run("brought", "pages" if (release, kind) in PAGED else "")
    after = place.rows()
    assert told["faults"] == [] and told["events"] >= len(before.get("store_auditlink", ()))
    lost = [(table, old, new) for table, rows in before.items() for old, new in _pairs(table, rows, after[table]) if new is None or _changed(table, old, new)]
    assert lost == [], lost[:3]
    assert place.schema() == fresh[kind], sorted(map(str, place.schema() ^ fresh[kind]))[:6]
    if told["pages"]:
        assert told["pages"]["failed"] == [] and told["pages"]["statuses"]["200"] > 20, told["pages"]
        print(told["pages"]["statuses"])


PAGED = {("0006_special_reviews", "sqlite"), ("0018_health", "postgresql")}


def _pairs(table: str, before: list[dict], after: list[dict]):
    """Each row of before with its row now, by its key."""
    key = next((name for name in ("id", "event_id", "position", "session_key") if before and name in before[0]), None)
    by_key = {row[key]: row for row in after} if key else {}
    return ((row, by_key.get(row[key])) for row in before) if key else ()


def _changed(table: str, old: dict, new: dict) -> bool:
    return any(new[name] != value for name, value in old.items() if name in new and name not in MEANT.get(table, ()))


def test_the_present_schema_is_kept_as_released_or_is_not_released_yet():
    """What is kept as the newest release is of this very line of migrations."""
    names = {path.stem for path in (CHECKOUT / "sanyi" / "store" / "migrations").glob("0*.py")}
    assert {path.name for path in RELEASED.iterdir() if path.is_dir()} - {"__pycache__"} <= names


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_migrations_that_are_killed_leave_a_step_done_or_not_begun_and_go_on(released, fresh, kind):
    """Killed at statements all along the way, each time going on from where the last left it: every state in between is one that whole migrations make."""
    place = released("0006_special_reviews", kind)
    rows, kills, states = place.rows(), 0, []
    point = 3 if POINTS > 5 else 40
    while True:
        running = place.start("killed_at", point)
        out, error = running.communicate(timeout=600)
        states.append(len(place.asked("SELECT name FROM django_migrations")))
        if running.returncode != KILLED:
            break
        kills, point = kills + 1, point + (7 if POINTS > 5 else 211)
    assert running.returncode == 0, error[-2000:]
    print(f"{kind}: killed {kills} times, {states}")
    assert kills and states == sorted(states) and place.schema() >= fresh[kind] - {row for row in fresh[kind] if "sanyi_app" in str(row)}
    after = place.rows()
    assert [table for table, old in rows.items() for one, new in _pairs(table, old, after[table]) if new is None or _changed(table, one, new)] == []
