"""What a migration lets the database itself keep: tables that are only added to, rows that stay, spans of days that do not overlap."""
from collections.abc import Iterator

from sanyi.store.by_hand import ByHand
from sanyi.store.row_security import LAW


def append_only(*tables: str) -> ByHand:
    """An operation of a migration: rows of these tables are never changed and never leave."""
    return _laws(*((table, f"no_{verb.lower()}", verb, "only ever added to") for table in tables for verb in ("UPDATE", "DELETE")))


def nothing_leaves(*tables: str) -> ByHand:
    """An operation of a migration: rows of these tables are ended or closed, never deleted."""
    return _laws(*((table, "no_delete", "DELETE", "ended, never deleted") for table in tables))


def no_overlap(table: str, *same: str, where: str = "", name: str = "no_overlap") -> ByHand:
    """An operation of a migration: of rows alike in some columns (and all within `where`, in terms of {row}), no two share a day.

    The columns from_on and to_on (the last day; empty: open) bound a row. On PostgreSQL the rows alike are locked first, so that two
    sessions at once stand one after the other.
    """
    alike = " AND ".join(f"o.{column} = NEW.{column}" for column in same)
    others, own = (f" AND {where.format(row=row)}" if where else "" for row in ("o", "NEW"))
    law = (f"EXISTS (SELECT 1 FROM {table} o WHERE o.id <> NEW.id AND {alike}{others} AND (o.to_on IS NULL OR o.to_on >= NEW.from_on)"
           f" AND (NEW.to_on IS NULL OR NEW.to_on >= o.from_on)){own}")
    key = " || '|' || ".join(f"NEW.{column}::text" for column in same)

    def run(schema_editor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("INSERT", "UPDATE"):  # after: a new row has its id by then
                schema_editor.execute(f"CREATE TRIGGER {table}_{name}_{verb.lower()} AFTER {verb} ON {table} WHEN {law}"
                                      f" BEGIN SELECT RAISE(ABORT, '{table}: no two at one time'); END", params=None)
            return
        schema_editor.execute(
            f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql {LAW} AS $$ BEGIN"
            f" PERFORM pg_advisory_xact_lock(hashtext('{table}_{name}'), hashtext({key}));"
            f" IF {law} THEN RAISE EXCEPTION '{table}: no two at one time' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            f" RETURN NULL; END $$", params=None)
        schema_editor.execute(f"CREATE TRIGGER {table}_{name} AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()", params=None)

    return ByHand(run)


def of_active_person(table: str, column: str = "person_id") -> ByHand:
    """An operation of a migration: a row begins, or goes over to somebody, only where that row of the person index is in use.

    On PostgreSQL the person's row is locked against a merge until the row is written: of a merge and a signature at once one comes after the other.
    """
    def run(schema_editor) -> None:
        says = f"{table}: this row of the person index is not in use"
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("INSERT", f"UPDATE OF {column}"):
                schema_editor.execute(f"CREATE TRIGGER {table}_{column}_active_{verb[:6].lower()} BEFORE {verb} ON {table} WHEN NEW.{column} IS NOT NULL AND NOT EXISTS"
                                      f" (SELECT 1 FROM store_person p WHERE p.id = NEW.{column} AND p.is_active) BEGIN SELECT RAISE(ABORT, '{says}'); END", params=None)
            return
        schema_editor.execute(
            f"CREATE FUNCTION {table}_{column}_active() RETURNS trigger LANGUAGE plpgsql {LAW} AS $$ BEGIN"
            f" IF NEW.{column} IS NOT NULL THEN PERFORM 1 FROM store_person p WHERE p.id = NEW.{column} AND p.is_active FOR SHARE;"
            f" IF NOT FOUND THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END IF; END IF; RETURN NEW; END $$", params=None)
        schema_editor.execute(f"CREATE TRIGGER {table}_{column}_active BEFORE INSERT OR UPDATE OF {column} ON {table} FOR EACH ROW"
                              f" EXECUTE FUNCTION {table}_{column}_active()", params=None)

    return ByHand(run)


def law(table: str, name: str, first: str, then: str, words: str, lock: str, verbs: tuple[str, ...]) -> ByHand:
    """An operation of a migration: refuse a row for which `first` and, once the lock is held, `then` are true."""
    def run(schema_editor) -> None:
        if schema_editor.connection.vendor == "sqlite":
            refused = " AND ".join(filter(None, (first, then))).replace("IS DISTINCT FROM", "IS NOT")
            for verb in verbs:  # after: a new row has its id by then
                schema_editor.execute(f"CREATE TRIGGER {table}_{name}_{verb.split()[0].lower()} AFTER {verb} ON {table} WHEN {refused}"
                                      f" BEGIN SELECT RAISE(ABORT, '{words}'); END", params=None)
            return
        schema_editor.execute(f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql {LAW} AS $$ BEGIN IF {first} THEN {lock}"
                              f" IF {then or 'TRUE'} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; END IF; RETURN NULL; END $$", params=None)
        schema_editor.execute(f"CREATE TRIGGER {table}_{name} AFTER {' OR '.join(verbs)} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()", params=None)

    return ByHand(run)


def in_byte_order(table: str, *columns: str) -> ByHand:
    """An operation of a migration: texts stand in the order of their bytes, as they do on SQLite, so that an index finds what begins alike."""
    def run(schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for column in columns:
                schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar COLLATE "C"', params=None)

    return ByHand(run)


def _laws(*laws: tuple[str, str, str, str]) -> ByHand:
    def run(schema_editor) -> None:
        for statement in _statements(schema_editor.connection.vendor, laws):
            schema_editor.execute(statement, params=None)

    return ByHand(run)


def _statements(vendor: str, laws: tuple[tuple[str, str, str, str], ...]) -> Iterator[str]:
    for table, name, verb, why in laws:
        yield (f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table}: {why}'); END" if vendor == "sqlite"
               else f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION store_refuse('{why}')")
    if vendor == "postgresql":
        for table in dict.fromkeys(table for table, *_ in laws):
            yield f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION store_refuse('nothing leaves')"
