"""Delegations that can be taken back, the institutions that the books know, and the laws that were still the program's alone."""
import django.db.models.deletion
from django.db import migrations, models

from sanyi.store.by_hand import ByHand

ONLY_ADDED = ("store_delegation", "store_revocation", "store_bookparty")
LOCKED = "('approved', 'posted', 'paid')"
DISPUTE = "store_dispute"
SAID = ("book_id", "batch_id", "unit", "fund_code", "text", "opened_by", "opened_at")
OF_A_LOCKED = ("NOT EXISTS (SELECT 1 FROM store_settlementbatch b WHERE b.id = NEW.batch_id AND b.book_id = NEW.book_id"
               " AND b.state IN ('drafted', 'reviewed'))")
STOPPED = f"NEW.state IN {LOCKED} AND EXISTS (SELECT 1 FROM {DISPUTE} d WHERE d.batch_id = NEW.id AND d.state IN ('raised', 'upheld'))"
UNKNOWN = "NEW.institution_id <> '' AND NOT EXISTS (SELECT 1 FROM store_bookparty p WHERE p.book_id = NEW.book_id AND p.code = NEW.institution_id)"
LAWS = (  # name, when, table, law, why; a law that looks at other tables needs a function on PostgreSQL
    ("locked", "BEFORE INSERT", DISPUTE, OF_A_LOCKED, "the sheets are locked"),
    ("stopped", "BEFORE UPDATE", "store_settlementbatch", STOPPED, "a dispute is open or upheld"),
    ("known", "BEFORE INSERT", "store_voucher", UNKNOWN, "the books know no such institution"),
)


def _known_parties(schema_editor) -> None:
    """The institutions that sheets and vouchers have named so far."""
    schema_editor.execute(
        "INSERT INTO store_bookparty (book_id, code) SELECT b.book_id, s.institution_id FROM store_batchsheet s JOIN store_settlementbatch b ON b.id = s.batch_id"
        " UNION SELECT book_id, institution_id FROM store_voucher WHERE institution_id <> ''", params=None)


def _guard(schema_editor) -> None:
    for statement in {"sqlite": _sqlite, "postgresql": _postgres}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


def _fixed(differs: str) -> str:
    return " OR ".join([*(f"OLD.{column} {differs} NEW.{column}" for column in SAID), "OLD.state <> 'raised'"])


def _sqlite() -> list[str]:
    def trigger(name: str, when: str, table: str, law: str, why: str) -> str:
        return f"CREATE TRIGGER {table}_{name} {when} ON {table}{f' WHEN {law}' if law else ''} BEGIN SELECT RAISE(ABORT, '{table}: {why}'); END"

    return [*(trigger(f"no_{verb.lower()}", f"BEFORE {verb}", table, "", "only ever added to") for table in ONLY_ADDED for verb in ("UPDATE", "DELETE")),
            trigger("fixed", "BEFORE UPDATE", DISPUTE, _fixed("IS NOT"), "what it says is fixed"), *(trigger(*law) for law in LAWS)]


def _postgres() -> list[str]:
    def refuse(name: str, when: str, table: str, why: str, each: str = "ROW", law: str = "") -> str:
        return f"CREATE TRIGGER {table}_{name} {when} ON {table} FOR EACH {each}{f' WHEN ({law})' if law else ''} EXECUTE FUNCTION store_refuse('{why}')"

    said = [refuse(f"no_{verb.lower()}", f"BEFORE {verb}", table, "only ever added to") for table in ONLY_ADDED for verb in ("UPDATE", "DELETE")]
    said += [refuse("no_truncate", "BEFORE TRUNCATE", table, "only ever added to", "STATEMENT") for table in (*ONLY_ADDED, "store_specialreview")]
    said.append(refuse("fixed", "BEFORE UPDATE", DISPUTE, "what it says is fixed", law=_fixed("IS DISTINCT FROM")))
    for name, when, table, law, why in LAWS:
        said += [f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {law} THEN RAISE EXCEPTION '{table}: {why}'"
                 " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
                 f"CREATE TRIGGER {table}_{name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()"]
    return said


class Migration(migrations.Migration):

    dependencies = [("store", "0008_trail")]

    operations = [
        migrations.CreateModel(
            name="BookParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="store.book")),
            ],
        ),
        migrations.AddConstraint(model_name="bookparty", constraint=models.UniqueConstraint(fields=("book", "code"), name="book_party_once")),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("delegation", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="revocation", to="store.delegation")),
            ],
        ),
        ByHand(_known_parties),
        ByHand(_guard),
    ]
