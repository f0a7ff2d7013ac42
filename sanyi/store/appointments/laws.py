"""What the database itself keeps of appointments, on both databases: counts of places, and nobody in two places at one time."""
from sanyi.store.by_hand import ByHand
from sanyi.store.row_security import LAW
from sanyi.store.table_laws import law

LIVE, TAKING = "('booked', 'confirmed', 'checked_in')", "('booked', 'confirmed', 'checked_in', 'served', 'no_show')"


def _counts(slot: str) -> str:
    """Set a slot's counts to what is there: bookings that take a place, and offers that hold one."""
    def count(place: str) -> str:
        return (f"(SELECT COUNT(*) FROM store_appointment a WHERE a.slot_id = {slot} AND a.place = '{place}' AND a.state IN {TAKING})"
                f" + (SELECT COUNT(*) FROM store_waiting w WHERE w.slot_id = {slot} AND w.place = '{place}' AND w.state = 'offered')")
    return f"UPDATE store_slot SET {', '.join(f'{place}_taken_count = {count(place)}' for place in ('common', 'reserved', 'over'))} WHERE id = {slot}"


def places_counted() -> ByHand:
    """An operation of a migration: every booking and offer counts in its slot, whose checks then refuse one too many.

    On PostgreSQL the slot is locked before it is counted: the count is of what is committed, and two at once stand one after the other.
    """
    def run(schema_editor) -> None:
        for table in ("store_appointment", "store_waiting"):
            if schema_editor.connection.vendor == "sqlite":
                schema_editor.execute(f"CREATE TRIGGER {table}_counts_insert AFTER INSERT ON {table} WHEN NEW.slot_id IS NOT NULL BEGIN {_counts('NEW.slot_id')}; END", params=None)
                schema_editor.execute(f"CREATE TRIGGER {table}_counts_update AFTER UPDATE ON {table} BEGIN {_counts('OLD.slot_id')}; {_counts('NEW.slot_id')}; END", params=None)
            else:
                old = (f"IF TG_OP = 'UPDATE' AND OLD.slot_id IS DISTINCT FROM NEW.slot_id AND OLD.slot_id IS NOT NULL THEN"
                       f" PERFORM 1 FROM store_slot WHERE id = OLD.slot_id FOR UPDATE; {_counts('OLD.slot_id')}; END IF;")
                schema_editor.execute(
                    f"CREATE FUNCTION {table}_counts() RETURNS trigger LANGUAGE plpgsql {LAW} AS $$ BEGIN {old} IF NEW.slot_id IS NOT NULL THEN"
                    f" PERFORM 1 FROM store_slot WHERE id = NEW.slot_id FOR UPDATE; {_counts('NEW.slot_id')}; END IF; RETURN NULL; END $$", params=None)
                schema_editor.execute(f"CREATE TRIGGER {table}_counts AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_counts()", params=None)

    return ByHand(run)


def not_at_one_time(table: str, same: str, where: str, watched: str) -> ByHand:
    """An operation of a migration: of rows alike in a column, and all within `where` (in terms of {row}), no two share a moment.

    Looked at when a row is new or its column `watched` changes. Only rows within `where` are waited for: ending one takes no lock.
    """
    other = (f"EXISTS (SELECT 1 FROM {table} o WHERE o.id <> NEW.id AND o.{same} = NEW.{same} AND {where.format(row='o')}"
             f" AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at)")
    return law(table, f"one_time_{same}", where.format(row="NEW"), other, f"{table}: {same} in two places at one time",
                f"PERFORM pg_advisory_xact_lock(hashtext('{table}_{same}'), NEW.{same}::int);", ("INSERT", f"UPDATE OF {watched}"))


def stands_as_made(table: str, *columns: str) -> ByHand:
    """An operation of a migration: some columns of a row never change."""
    change = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return law(table, "stands", change, "", f"{table}: this never changes", "", ("UPDATE",))


def as_its_slot() -> ByHand:
    """An operation of a migration: an appointment's times and institution are its slot's."""
    other = ("NOT EXISTS (SELECT 1 FROM store_slot s WHERE s.id = NEW.slot_id AND s.starts_at = NEW.starts_at AND s.ends_at = NEW.ends_at"
           " AND s.institution = NEW.institution)")
    return law("store_appointment", "as_slot", other, "", "store_appointment: other times than its slot", "", ("INSERT",))
