"""Keep a small database as a release makes it, so that later ones are held to bring it up to date: `python tests/released/make.py` in the release's own checkout.

Every table gets rows, through the doors where there are doors for it. `make.py VAR FILE` does so for one database: that of the folder VAR, or the one that SANYI_DATABASE names.
"""
import gzip
import os
import re
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

sys.path[:0] = [os.getcwd(), *(str(Path.cwd() / name) for name in ("tests", "tests/integration"))]
NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
SECRET, FIELD_KEY = "released-database-" * 5, "1 aes256 " + "A" * 43 + "=\n"  # every copy has the same keys: the texts are no secrets
DJANGOS_OWN = ("auth_permission", "django_content_type")  # nothing asks for them
DUMP = """
import sqlite3, sys
for statement in sqlite3.connect(sys.argv[1]).iterdump():
    if not any(statement.startswith(f'INSERT INTO "{table}"') for table in sys.argv[2:]):
        print(statement)
"""  # in a process of its own: the SQLite that the store brings has no dump
BY_THEMSELVES = ("store_bookbalance", "store_auditseal", "store_auditlink")  # written by triggers and by sealing


def fill(var: Path) -> None:
    """Rows in every table."""
    var.mkdir(parents=True, exist_ok=True)
    (var / "secret-key").write_text(SECRET)
    from sanyi.store.prepare import prepare
    prepare(var)
    (var / "field-keys").write_text(FIELD_KEY)
    _as_a_command()
    for scene in (_ledger, _books, _people, _all_others, _seal):
        scene()


def _as_a_command() -> None:
    try:
        from sanyi.store.tenancy import from_now_on
    except ImportError:
        return
    from_now_on("tests")


def _ledger() -> None:
    """A plan's ledger with a problem, evidence and readings."""
    try:
        import ledger_work
    except ImportError:
        return
    ledger_work.opened()
    from sanyi.store.posting import list_problem
    list_problem("small-2023", "问题", "office-1", ledger_work.NOW)


def _books() -> None:
    """A month paid and closed, a voucher, the next month drafted and disputed."""
    try:
        import clearing_work
    except ImportError:
        return
    book, (first, second) = clearing_work.opened(), clearing_work.MONTHS[:2]
    clearing_work.settled(first)
    models = _models()
    clearing_work.step("settlement_period", models["settlementperiod"].objects.get(code=first), "close", "reviewer")
    clearing_work.voucher(period=second)
    batch = clearing_work.draft(second)
    said = {"book": book, "unit": "H1", "text": "理由", "opened_by": "hospital-1", "opened_at": NOW}
    models["dispute"].objects.create(state="raised", batch=batch, fund_code="employee", **said)
    models["specialreview"].objects.create(state="applied", encounter="E1", method="dip", reason="high_cost", cost_fen=1, **said)


def _people() -> None:
    """Three institutions with a row in every table that has tenants."""
    if "referral" not in _models():
        return
    from canary_world import World
    from django.db import transaction
    with transaction.atomic():
        World()


def _all_others() -> None:
    """One row in each table that has none yet."""
    from django.db import transaction
    for model in _models().values():
        if model._meta.db_table not in BY_THEMSELVES and not model.objects.exists():
            values = {field.name: _value(field, number) for number, field in enumerate(model._meta.concrete_fields) if not field.primary_key or field.is_relation}
            with transaction.atomic():
                model.objects.create(**{**values, **({"other": model._meta.get_field("other").related_model.objects.last()} if "other" in values else {})})


def _value(field, number: int):
    if field.is_relation:
        return None if field.null else field.related_model.objects.first()
    if field.name in SAID:
        return SAID[field.name]
    kind = field.get_internal_type()
    if kind in ("CharField", "TextField"):
        return f"{field.name} {number}"[:field.max_length or 100]
    return {"DateField": date(2026, 11, 30), "DateTimeField": NOW, "TimeField": time(8), "BooleanField": False, "JSONField": {}}.get(kind, 1)


SAID = {"ends_at": NOW + timedelta(days=1), "to_on": date(2027, 11, 30), "scopes": "read"}


def _seal() -> None:
    """The trail in its chain."""
    try:
        from sanyi.store.trail.sealing import seal
    except ImportError:
        return
    seal(datetime.now(timezone.utc))


def _models() -> dict:
    from django.apps import apps
    return {model._meta.model_name: model for model in apps.get_app_config("store").get_models()}


def dumped(var: Path) -> str:
    """The database as SQL text, without what a release does not mean."""
    if address := os.environ.get("SANYI_DATABASE"):
        return _from_postgres(address)
    done = subprocess.run([sys.executable, "-c", DUMP, str(var / "sanyi.sqlite3"), *DJANGOS_OWN], capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, check=True)
    return done.stdout


def _from_postgres(address: str) -> str:
    from postgres_server import APPLICATION, OWNER, binaries
    done = subprocess.run([str(binaries() / "pg_dump"), "--no-privileges", "--enable-row-security", "--rows-per-insert=500", *(f"--exclude-table-data={table}" for table in DJANGOS_OWN),
                           "-d", address.replace(APPLICATION, OWNER)], capture_output=True, text=True, check=True)
    return re.sub(r"(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\.*|)\n", "", done.stdout)


def keep_both() -> None:
    """Keep what this checkout makes, on both databases, under the name of its last migration."""
    from postgres_server import OWNER, Server
    folder = Path(__file__).parent / sorted(path.stem for path in Path("sanyi/store/migrations").glob("0*.py"))[-1]
    folder.mkdir(exist_ok=True)
    server = Server().start()
    try:
        for kind, told in (("sqlite", {}), ("postgresql", {"SANYI_DATABASE": server.database("kept", is_empty=True), "SANYI_DATABASE_OWNER": OWNER})):
            with tempfile.TemporaryDirectory() as var:
                subprocess.run([sys.executable, __file__, var, str(folder / f"{kind}.sql.gz")], env={**os.environ, **told}, check=True)
    finally:
        server.remove()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        keep_both()
    else:
        fill(Path(sys.argv[1]))
        with gzip.GzipFile(sys.argv[2], "wb", mtime=0) as packed:
            packed.write(dumped(Path(sys.argv[1])).encode())
