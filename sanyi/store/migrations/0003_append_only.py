"""What is only ever added to refuses change in the database itself; the first account is the reform office's."""
from django.db import migrations

from sanyi.store.by_hand import ByHand

APPEND_ONLY = ("store_ledgerevent", "store_reading", "store_milestonedate", "store_evidence")


def _refuse_change(schema_editor) -> None:
    """SQLite's triggers; PostgreSQL needs its own, and gets them with its support."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                                  f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")


def _admin_is_office(apps, schema_editor) -> None:
    apps.get_model("store", "Account").objects.filter(name="admin").update(role="office")


class Migration(migrations.Migration):

    dependencies = [("store", "0002_ledger")]

    operations = [migrations.RunPython(_admin_is_office, migrations.RunPython.noop),
                  ByHand(_refuse_change)]
