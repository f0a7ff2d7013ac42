"""What is asked of PostgreSQL's row security; run as `python row_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON."""
import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread

import script_paths  # noqa: F401  (first: the others are found by it)
from sanyi.store import configure, prepare_database
from sanyi.store.tenancy import acting_for, from_now_on, in_hand, whole_region

VAR = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def prepare() -> str:
    """The world of canaries."""
    prepare_database(VAR)
    from_now_on("tests")
    from canary_world import World
    from django.db import transaction
    with transaction.atomic():
        world = World()
    (VAR / "persons.json").write_text(json.dumps({tenant: row.pk for (tenant, name), row in world.rows.items() if name == "person"}), "utf-8")
    return "ready"


def laws() -> dict:
    """What the database says of its roles, policies and laws; the last table was made without one, as somebody might."""
    from canary_world import tenant_tables
    from django.db import connection, connections
    with connections["owner"].cursor() as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS store_forgotten (id bigint, institution varchar(100))")
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity"
                       " AND EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = c.relname || '_tenant')")
        kept = {name for name, in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                       " WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname IN ('institution', 'institution_id', 'person_id', 'party')")
        named = {name for name, in cursor.fetchall()}
        cursor.execute("SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND prorettype = 'trigger'::regtype"
                       " AND NOT (prosecdef AND 'search_path=public, pg_temp' = ANY (proconfig))")
        loose = [name for name, in cursor.fetchall()]
        cursor.execute("SELECT rolsuper OR rolbypassrls OR pg_has_role(current_user, 'sanyi_owner', 'MEMBER') FROM pg_roles WHERE rolname = current_user")
        is_mighty = cursor.fetchone()[0]
    return {"kept": sorted(kept), "open": sorted({model._meta.db_table for model in tenant_tables()} - kept), "named": sorted(named - kept), "loose": loose, "is_mighty": is_mighty}


def _counts() -> dict[str, list]:
    """The institutions or canaries of every row that the database shows now, by table; straight SQL, no condition."""
    from canary_world import tenant_tables
    from django.db import connection
    found = {}
    with connection.cursor() as cursor:
        for model in tenant_tables():
            cursor.execute(f"SELECT id FROM {model._meta.db_table}")
            found[model._meta.model_name] = [id for id, in cursor.fetchall()]
    return found


def seen() -> dict:
    """By who asks (nobody, a stranger to all, each tenant, each resident): rows of others that are shown, and own rows that are not."""
    from canary_world import FOREIGN, OWN, TENANTS
    from sanyi.workflows.facts import Actor
    with whole_region("look"):
        every = _counts()
    persons = json.loads((VAR / "persons.json").read_text("utf-8"))
    order = {name: dict(zip(TENANTS, sorted(ids))) for name, ids in every.items() if len(ids) == len(TENANTS)}  # one row a tenant, made in this order
    told = {}
    for who, actor in {"nobody": None, "stranger": Actor("x", "doctor", "Z9"), **{tenant: Actor("x", "doctor", tenant) for tenant in TENANTS},
                       **{f"resident {tenant}": Actor("x", "resident", resident=str(persons[tenant])) for tenant in TENANTS}}.items():
        with acting_for(actor):
            shown = _counts()
        mine = who.split()[-1] if who.split()[-1] in TENANTS else ""
        own = {name: ids[mine] for name, ids in order.items()} if mine else {}
        told[who] = {"foreign": sorted(name for name, ids in shown.items() if set(ids) - {own.get(name)}), "hidden": sorted(name for name, id in own.items() if id not in shown[name]),
                     "rows": sum(map(len, shown.values()))}
    assert OWN and FOREIGN
    return {"tables": len(every), "filled": len(order), "told": told}


def unfiltered() -> dict:
    """The application's own filter switched off: what every kind of work then shows and lets act upon, to every role of the own institution."""
    from canary_world import OWN, World
    from sanyi.store import kinds as kept
    from sanyi.store.models import Account
    from sanyi.store.who import Acting, actor_of
    from sanyi.workflows.errors import Refused
    from sanyi.store.act import act
    assert World and OWN
    everything = {name: replace(kind, visible=lambda actor: kept.EVERYTHING) for name, kind in kept.kinds().items()}
    kept.kinds.cache_clear()
    kept.kinds = lambda: everything
    with whole_region("look"):
        ids = {name: {row.pk: getattr(row, "institution", getattr(row, "unit", "")) for row in kind.table.objects.all()} for name, kind in everything.items() if hasattr(kind.table, "institution")}
        accounts = list(Account.objects.filter(name__startswith="own-").exclude(name="own-supervisor"))
    foreign, acted, tried = [], [], 0
    for account in accounts:
        posting = account.staff and account.staff.postings.first().pk
        by = Acting(account.name, posting, True)
        actor = actor_of(by)
        for name, rows in ids.items():
            if name in ("person_match", "health_card"):
                continue
            for id, owner in rows.items():
                if owner in ("", OWN):
                    continue
                tried += 1
                with acting_for(actor):
                    if everything[name].seen_by(actor).filter(pk=id).exists():
                        foreign.append([account.name, name, id])
                    try:
                        kept.find_work(name, id, actor)
                        foreign.append([account.name, name, id])
                    except Refused:
                        pass
                    try:
                        act(name, id, 1, next(iter(kept.workflow_of(name).steps)).name, {}, by, _now())
                        acted.append([account.name, name, id])
                    except Refused as refused:
                        if refused.code != "unknown_work":
                            acted.append([account.name, name, id, refused.code])
    return {"tried": tried, "foreign": foreign, "acted": acted}


def _now():
    from canary_world import NOW
    return NOW


def interleaved(requests: str, threads: str) -> dict:
    """Requests of all tenants after one another over few connections, in every shape a request has; counts rows of others."""
    from canary_world import TENANTS
    from sanyi.workflows.facts import Actor
    with whole_region("look"):
        every = _institutions()
    found: list = []
    size = int(requests) // int(threads)

    def work(seed: int) -> None:
        from django.db import connection
        chance = random.Random(seed)
        for _ in range(size):
            who = chance.choice((*TENANTS, "nobody"))
            shape = chance.choice(SHAPES)
            with acting_for(Actor("x", "doctor", who) if who != "nobody" else None):
                rows = shape(chance)
            wrong = [owner for owner in rows if owner != who]
            missing = who != "nobody" and len(rows) != sum(owner == who for owner in every)
            found.append((len(wrong), missing, shape.__name__))
        connection.close()

    running = [Thread(target=work, args=(seed,)) for seed in range(int(threads))]
    started = time.monotonic()
    [each.start() for each in running]
    [each.join() for each in running]
    return {"requests": len(found), "foreign": sum(wrong for wrong, *_ in found), "hidden": sum(missing for _, missing, _ in found),
            "shapes": sorted({shape for *_, shape in found}), "seconds": round(time.monotonic() - started, 1)}


def _institutions() -> list:
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution FROM store_referral UNION ALL SELECT institution FROM store_contract UNION ALL SELECT institution FROM store_visit")
        return [owner for owner, in cursor.fetchall()]


def plain(chance) -> list:
    return _institutions()


def in_a_transaction(chance) -> list:
    from django.db import transaction
    with transaction.atomic():
        return _institutions()


def after_a_rollback(chance) -> list:
    """A transaction that fails after it asked for another tenant."""
    from canary_world import TENANTS
    from django.db import IntegrityError, connection, transaction
    try:
        with transaction.atomic(), in_hand(units=(chance.choice(TENANTS),)):
            _institutions()
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO store_institution (id) VALUES (NULL)")
    except IntegrityError:
        pass
    return _institutions()


def after_a_savepoint(chance) -> list:
    """A savepoint that was given up after it asked for another tenant, in a transaction that goes on."""
    from canary_world import TENANTS
    from django.db import IntegrityError, connection, transaction
    with transaction.atomic():
        _institutions()
        try:
            with transaction.atomic():
                with whole_region("inside"), connection.cursor() as cursor:
                    assert len(_institutions()) >= len(TENANTS)
                    cursor.execute("INSERT INTO store_institution (id) VALUES (NULL)")
        except IntegrityError:
            pass
        return _institutions()


def after_a_wider_look(chance) -> list:
    from canary_world import TENANTS
    with in_hand(units=TENANTS):
        _institutions()
    return _institutions()


def on_a_new_connection(chance) -> list:
    from django.db import connection
    connection.close()
    return _institutions()


def through_a_cursor_of_the_server(chance) -> list:
    from sanyi.store.referrals.tables import Referral
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.health.tables import Visit
    return [row.institution for table in (Referral, Contract, Visit) for row in table.objects.all().iterator(chunk_size=1)]


SHAPES = (plain, plain, in_a_transaction, after_a_rollback, after_a_savepoint, after_a_wider_look, on_a_new_connection, through_a_cursor_of_the_server)


def books() -> dict:
    """A posted month of three institutions, and what of it each who asks is shown: whose lines, how many entries, batches and balances."""
    import clearing_work
    from sanyi.store.models import BatchLine, BookBalance, EntryGroup, EntryLine, SettlementBatch
    from sanyi.workflows.facts import Actor
    with whole_region("prepare"):
        clearing_work.opened()
        clearing_work.posted("2020-01")
    told = {}
    for who, actor in {"nobody": None, "doctor": Actor("x", "doctor", "Z9"), "H1": Actor("x", "hospital", "H1"), "H2": Actor("x", "hospital", "H2"), "bureau": Actor("x", "bureau")}.items():
        with acting_for(actor):
            told[who] = {"lines": sorted({*EntryLine.objects.values_list("party", flat=True), *BatchLine.objects.values_list("party", flat=True), *BookBalance.objects.values_list("party", flat=True)}),
                         "entries": EntryGroup.objects.count(), "batches": SettlementBatch.objects.count(),
                         "foreign": EntryGroup.objects.exclude(pk__in=EntryLine.objects.values("group")).count()}
    return told


def locks() -> dict:
    """What a registrar's merge locks before the persons: the slots of both, at whichever institution."""
    from canary_world import FOREIGN, NOW, OWN
    from sanyi.store.appointments.tables import Appointment
    from sanyi.store.persons.kind import MATCH
    from sanyi.store.persons.tables import PersonMatch
    from sanyi.workflows.facts import Actor
    persons = json.loads((VAR / "persons.json").read_text("utf-8"))
    one, other = sorted((persons[OWN], persons[FOREIGN[0]]))
    with whole_region("prepare"):
        match = PersonMatch.objects.create(state="proposed", one_id=one, other_id=other, reason="x", opened_by="x", opened_at=NOW)
        slots = sorted(Appointment.objects.filter(person__in=(one, other)).values_list("slot", flat=True))
    with acting_for(Actor("x", "registrar", OWN)):
        locked = [sorted(rows.values_list("pk", flat=True)) for rows in MATCH.locks(match)]
    return {"slots": slots, "locked": locked, "persons": [one, other]}


def trial(one_role: str) -> str:
    """Start as the tables' owner."""
    prepare_database(VAR)
    return "started"


FUNCTIONS = {each.__name__: each for each in (prepare, laws, seen, unfiltered, interleaved, books, locks, trial)}

if __name__ == "__main__":
    if sys.argv[1] not in ("prepare", "trial"):
        configure(VAR)
    print(json.dumps(FUNCTIONS[sys.argv[1]](*sys.argv[3:])))
