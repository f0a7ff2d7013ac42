"""The ledger's own laws, kept by the database: groups balance, what is posted stays, balances are the sums of their lines."""
from django.db import migrations

from sanyi.store.by_hand import ByHand

NOTHING_CHANGES = ("store_bookaccount", "store_periodclosing", "store_bookevent", "store_moneycommand", "store_batchline", "store_batchsheet",
                   "store_entrygroup", "store_entryline")
EARLIER = ("store_ledgerevent", "store_reading", "store_milestonedate", "store_evidence")  # PostgreSQL got no guards in 0003
NOTHING_LEAVES = ("store_book", "store_settlementperiod", "store_settlementbatch", "store_voucher", "store_dispute", "store_bookbalance")
SAID = ("book_id", "kind", "period_id", "number", "supersedes_id", "run_digest", "run_card", "run_finished_at", "lines_digest",
        "differences_digest", "difference_count", "last_voucher", "final_fen", "reason", "cause", "made_by", "made_at")
VOUCHED = ("book_id", "number", "period_id", "kind", "fund_code", "institution_id", "amount_fen", "reason", "made_by", "made_at")
FIXED = {"store_settlementbatch": SAID, "store_voucher": VOUCHED, "store_book": ("plan", "year"), "store_settlementperiod": ("book_id", "code")}

LINES = "(SELECT COUNT(*) AS c, COALESCE(SUM(debit_fen), 0) AS d, COALESCE(SUM(credit_fen), 0) AS k FROM store_entryline WHERE group_id = NEW.id) AS s"
GROUP_LAWS = (
    ("its lines do not balance or are not those it says",
     f"NOT EXISTS (SELECT 1 FROM {LINES} WHERE s.c >= 2 AND s.d = s.k AND s.d = NEW.total_fen AND s.c = NEW.line_count)"),
    ("its period is closed", "NOT EXISTS (SELECT 1 FROM store_settlementperiod p WHERE p.id = NEW.period_id AND p.book_id = NEW.book_id"
                             " AND p.state IN ('open', 'reopened'))"),
    ("numbers go up by one", "NEW.number <> (SELECT COALESCE(MAX(g.number), 0) + 1 FROM store_entrygroup g WHERE g.book_id = NEW.book_id)"),
    ("an account is of other books or a party is out of place",
     "EXISTS (SELECT 1 FROM store_entryline l JOIN store_bookaccount a ON a.id = l.account_id WHERE l.group_id = NEW.id"
     " AND (a.book_id <> NEW.book_id OR (a.party_kind = 'none') <> (l.party = '-')))"),
)


def _counted(party: str) -> str:
    """Add a new group's lines to the balances, of accounts as a whole or of their parties; a balance begins at nothing.

    Two statements, for an INSERT that turns into an UPDATE is held to the bounds with the group's sums alone.
    """
    whole = party == "'-'"
    bound = "CASE WHEN a.party_kind = 'none' THEN a.bound ELSE 'none' END" if whole else "a.bound"
    lines = "store_entryline l JOIN store_bookaccount a ON a.id = l.account_id WHERE l.group_id = NEW.id" + ("" if whole else " AND l.party <> '-'")
    return f"""
        INSERT INTO store_bookbalance (book_id, fund_code, account_id, party, bound, debit_fen, credit_fen, last_number)
        SELECT DISTINCT NEW.book_id, NEW.fund_code, l.account_id, {party}, {bound}, 0, 0, 0 FROM {lines}
        ON CONFLICT (book_id, fund_code, account_id, party) DO NOTHING;
        UPDATE store_bookbalance SET debit_fen = store_bookbalance.debit_fen + s.debit, credit_fen = store_bookbalance.credit_fen + s.credit,
            last_number = NEW.number
        FROM (SELECT l.account_id AS account, {party} AS party, SUM(l.debit_fen) AS debit, SUM(l.credit_fen) AS credit FROM {lines}
              GROUP BY l.account_id{'' if whole else ', l.party'}) AS s
        WHERE store_bookbalance.book_id = NEW.book_id AND store_bookbalance.fund_code = NEW.fund_code
            AND store_bookbalance.account_id = s.account AND store_bookbalance.party = s.party"""


def _moved(side: str) -> str:
    """What the group that a balance was last counted for adds to it."""
    group = ("(SELECT g.id FROM store_entrygroup g WHERE g.book_id = NEW.book_id AND g.number = NEW.last_number AND g.fund_code = NEW.fund_code)")
    return (f"(SELECT COALESCE(SUM(l.{side}), 0) FROM store_entryline l WHERE l.group_id = {group} AND l.account_id = NEW.account_id"
            " AND (NEW.party = '-' OR l.party = NEW.party))")


NAMED = "EXISTS (SELECT 1 FROM store_entrygroup g WHERE g.book_id = NEW.book_id AND g.number = NEW.last_number)"
NEW_BALANCE = (
    "NEW.debit_fen <> 0 OR NEW.credit_fen <> 0 OR NEW.last_number <> 0 OR NOT EXISTS (SELECT 1 FROM store_bookaccount a WHERE a.id = NEW.account_id"
    " AND a.book_id = NEW.book_id AND NEW.bound = CASE WHEN NEW.party = '-' AND a.party_kind <> 'none' THEN 'none' ELSE a.bound END)")
CHANGED_BALANCE = (
    "NOT (NEW.id = OLD.id AND NEW.book_id = OLD.book_id AND NEW.fund_code = OLD.fund_code AND NEW.account_id = OLD.account_id"
    f" AND NEW.party = OLD.party AND NEW.bound = OLD.bound AND NEW.last_number > OLD.last_number AND {NAMED}"
    f" AND NEW.debit_fen - OLD.debit_fen = {_moved('debit_fen')} AND NEW.credit_fen - OLD.credit_fen = {_moved('credit_fen')})")
BY_INDEX = "SET enable_seqscan = off"  # a plan made while the tables were empty would scan them whole for as long as the session lasts
SEALED = "EXISTS (SELECT 1 FROM store_entrygroup g WHERE g.id = NEW.group_id)"


def _sqlite() -> list[str]:
    def trigger(name: str, when: str, table: str, body: str) -> str:
        return f"CREATE TRIGGER {table}_{name} {when} ON {table} {body}"

    def refused(table: str, why: str) -> str:
        return f"SELECT RAISE(ABORT, '{table}: {why}')"

    said = [trigger(f"no_{verb.lower()}", f"BEFORE {verb}", table, f"BEGIN {refused(table, 'only ever added to')}; END")
            for tables, verbs in ((NOTHING_CHANGES, ("UPDATE", "DELETE")), (NOTHING_LEAVES, ("DELETE",))) for table in tables for verb in verbs]
    said += [trigger("fixed", f"BEFORE UPDATE OF {', '.join(columns)}", table, "WHEN " + " OR ".join(
        f"OLD.{column} IS NOT NEW.{column}" for column in columns) + f" BEGIN {refused(table, 'what it says is fixed')}; END") for table, columns in FIXED.items()]
    laws = " ".join(f"{refused('store_entrygroup', why)} WHERE {law};" for why, law in GROUP_LAWS)
    said.append(trigger("laws", "BEFORE INSERT", "store_entrygroup", f"BEGIN {laws} END"))
    said.append(trigger("sealed", "BEFORE INSERT", "store_entryline", f"WHEN {SEALED} BEGIN {refused('store_entryline', 'the group is sealed')}; END"))
    counted = "; ".join(_counted(party) for party in ("'-'", "l.party"))
    said.append(trigger("counted", "AFTER INSERT", "store_entrygroup", f"BEGIN {counted}; END"))
    for name, when, law in (("new", "BEFORE INSERT", NEW_BALANCE), ("changed", "BEFORE UPDATE", CHANGED_BALANCE)):
        said.append(trigger(name, when, "store_bookbalance", f"WHEN {law} BEGIN {refused('store_bookbalance', 'it is the sum of its lines')}; END"))
    return said


def _postgres() -> list[str]:
    said = ["CREATE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"]

    def refuse(name: str, when: str, table: str, why: str, each: str = "ROW", law: str = "") -> str:
        condition = f" WHEN ({law})" if law else ""
        return f"CREATE TRIGGER {table}_{name} {when} ON {table} FOR EACH {each}{condition} EXECUTE FUNCTION store_refuse('{why}')"

    for table in (*NOTHING_CHANGES, *EARLIER):
        said += [refuse(f"no_{verb.lower()}", f"BEFORE {verb}", table, "only ever added to") for verb in ("UPDATE", "DELETE")]
    said += [refuse("no_delete", "BEFORE DELETE", table, "only ever added to") for table in NOTHING_LEAVES]
    said += [refuse("no_truncate", "BEFORE TRUNCATE", table, "only ever added to", "STATEMENT") for table in (*NOTHING_CHANGES, *EARLIER, *NOTHING_LEAVES)]
    said += [refuse("fixed", f"BEFORE UPDATE OF {', '.join(columns)}", table, "what it says is fixed", law=" OR ".join(
        f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)) for table, columns in FIXED.items()]
    for name, table, when, laws in (
            ("laws", "store_entrygroup", "BEFORE INSERT", GROUP_LAWS), ("sealed", "store_entryline", "BEFORE INSERT", (("the group is sealed", SEALED),)),
            ("new", "store_bookbalance", "BEFORE INSERT", (("it is the sum of its lines", NEW_BALANCE),)),
            ("changed", "store_bookbalance", "BEFORE UPDATE", (("it is the sum of its lines", CHANGED_BALANCE),))):
        checks = " ".join(f"IF {law} THEN RAISE EXCEPTION '{table}: {why}' USING ERRCODE = 'integrity_constraint_violation'; END IF;" for why, law in laws)
        said += [f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$ BEGIN {checks} RETURN NEW; END $$",
                 f"CREATE TRIGGER {table}_{name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()"]
    counted = "; ".join(_counted(party) for party in ("'-'", "l.party"))
    said += [f"CREATE FUNCTION store_entrygroup_counted() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$ BEGIN {counted}; RETURN NULL; END $$",
             "CREATE TRIGGER store_entrygroup_counted AFTER INSERT ON store_entrygroup FOR EACH ROW EXECUTE FUNCTION store_entrygroup_counted()"]
    # Two sessions: one seals a group that the other, not seeing it yet, adds a line to. The foreign key makes the second wait, and this looks again.
    said += [f"""CREATE FUNCTION store_entryline_whole() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$ BEGIN
             IF NOT EXISTS (SELECT 1 FROM store_entrygroup g, LATERAL (SELECT COUNT(*) AS c, SUM(debit_fen) AS d, SUM(credit_fen) AS k
                 FROM store_entryline WHERE group_id = NEW.group_id) AS s WHERE g.id = NEW.group_id AND s.c = g.line_count AND s.d = s.k AND s.d = g.total_fen)
             THEN RAISE EXCEPTION 'store_entryline: the group is not whole' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$""",
             "CREATE CONSTRAINT TRIGGER store_entryline_whole AFTER INSERT ON store_entryline DEFERRABLE INITIALLY DEFERRED"
             " FOR EACH ROW EXECUTE FUNCTION store_entryline_whole()"]
    return said


def _guard(schema_editor) -> None:
    for statement in {"sqlite": _sqlite, "postgresql": _postgres}[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [("store", "0004_clearing_ledger")]

    operations = [ByHand(_guard)]
