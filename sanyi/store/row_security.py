"""What a migration lets PostgreSQL itself refuse: rows of other tenants, whatever a query asks. SQLite knows nothing of it. Source: R38.

The tenant is what `sanyi.store.tenancy` says; the connection (`sanyi.store.postgresql`) tells it. The owner of the tables keeps them and
its laws (triggers) look at all rows; the application signs in as another role, to which the policies apply.
"""
from collections.abc import Mapping, Sequence

from sanyi.store.by_hand import ByHand
from sanyi.store.tenancy import CARE

OWN_UNITS, OWN_PERSONS = "ANY ((SELECT sanyi_units())::text[])", "ANY ((SELECT sanyi_persons())::bigint[])"  # asked once a statement
LAW = "SECURITY DEFINER SET search_path = public, pg_temp"  # a law counts all rows, and calls nothing but what the owner put there
ASKED = {"sanyi_units() RETURNS text[]": "string_to_array(current_setting('sanyi.units', true), E'\\n')",
         "sanyi_persons() RETURNS bigint[]": "string_to_array(current_setting('sanyi.persons', true), ',')::bigint[]",
         "sanyi_reaches(wanted text) RETURNS boolean": "COALESCE(wanted = ANY (string_to_array(current_setting('sanyi.reach', true), ',')), false)"}


def tenants() -> ByHand:
    """An operation of a migration: how policies ask who the tenant is; and every law that is there already looks at all rows."""
    return _on_postgresql(
        *(f"CREATE FUNCTION {head} LANGUAGE sql STABLE AS $$ SELECT {body} $$" for head, body in ASKED.items()),
        f"""DO $$ DECLARE law regprocedure; BEGIN FOR law IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'public' AND p.prorettype = 'trigger'::regtype LOOP EXECUTE 'ALTER FUNCTION ' || law || ' {LAW}'; END LOOP; END $$""")


def row_security(table: str, *units: str, person: str = "", of: Sequence[tuple[str, str]] = (), also: Sequence[str] = (), reach: str = CARE) -> ByHand:
    """An operation of a migration: of a table, a tenant sees and writes its own rows alone.

    A row is one's own by any of the columns `units` (institutions), by `person`, through a row of another table (`of`: column, table), by
    one of the conditions `also`; or where the tenant reaches all of `reach`. With no tenant there is no row.
    """
    own = [f"(SELECT sanyi_reaches('{reach}'))", *(f"{table}.{column} = {OWN_UNITS}" for column in units), *([f"{table}.{person} = {OWN_PERSONS}"] if person else ()),
           *(f"EXISTS (SELECT 1 FROM {other} o WHERE o.id = {table}.{column})" for column, other in of), *also]
    return _on_postgresql(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_owner ON {table} TO CURRENT_USER USING (true)", f"CREATE POLICY {table}_tenant ON {table} USING ({' OR '.join(own)})")


def functions(made: Mapping[str, str]) -> ByHand:
    """An operation of a migration: what a condition asks of tables whose own rows it must not be refused: head and query each."""
    return _on_postgresql(*(f"CREATE FUNCTION {head} LANGUAGE sql STABLE {LAW} AS $$ {query} $$" for head, query in made.items()))


def _on_postgresql(*statements: str) -> ByHand:
    def run(schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement, params=None)

    return ByHand(run)
