"""An installation whose database fails with patients' data in its words; run as `python quiet_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. Source: R47."""
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])
NAME, IDENTITY, PHONE, ADDRESS, PASSWORD, WRONG = "欧阳忘川", "11010519491231002X", "13912345678", "望海路忘川里七号", "a long enough password", "wrong-canary-password"
CANARIES = (NAME, IDENTITY, PHONE, ADDRESS, PASSWORD, WRONG, "望海路")
BROKEN = (("store_auditevent", "NEW.action = 'read' AND NEW.subject = 'person'", "INSERT"), ("store_auditseal", "true", "INSERT"), ("store_allergy", "true", "INSERT"))


def prepare() -> int:
    """A desk's account, and the patient whom nothing may name."""
    prepare_database(VAR)
    from sanyi.store.accounts import make_account
    from sanyi.store.persons.registering import register
    from sanyi.store.tenancy import from_now_on
    from_now_on("tests")
    make_account(VAR, "desk", PASSWORD, "office")
    row, _ = register({"name": NAME, "sex": "female", "identity_kind": "resident_id", "identity": IDENTITY, "phone": PHONE, "address": ADDRESS}, "desk", datetime.now(timezone.utc))
    return row.pk


def break_() -> str:
    """From now on some writes fail, and the database says with whose data; on PostgreSQL a check besides, which tells the whole row."""
    configure(VAR)
    from django.db import connections
    from sanyi.store.owning import as_owner
    words = f"planted {NAME} {IDENTITY} {PHONE} {ADDRESS}"
    with as_owner(), connections["default"].cursor() as cursor:
        if connections["default"].vendor == "sqlite":
            for table, when, verb in BROKEN:
                cursor.execute(f"CREATE TRIGGER planted_{table} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END")
            cursor.execute(f"CREATE TRIGGER planted_person BEFORE INSERT ON store_person BEGIN SELECT RAISE(ABORT, '{words}'); END")
        else:
            cursor.execute(f"CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted' USING DETAIL = '{words}'; END $$")
            for table, when, verb in BROKEN:
                cursor.execute(f"CREATE TRIGGER planted_{table} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION planted()")
            cursor.execute("ALTER TABLE store_person ADD CONSTRAINT planted CHECK (origin = 'none') NOT VALID")
    return "broken"


def told() -> list:
    """What background work says of itself."""
    configure(VAR)
    from sanyi.store.jobs.tables import BackgroundJob
    from sanyi.store.tenancy import from_now_on
    from_now_on("tests")
    return list(BackgroundJob.objects.values_list("name", "state", "text", "reason"))


FUNCTIONS = {each.__name__: each for each in (prepare, break_, told)}

if __name__ == "__main__":
    print(json.dumps(FUNCTIONS[sys.argv[1]](*sys.argv[3:])))
