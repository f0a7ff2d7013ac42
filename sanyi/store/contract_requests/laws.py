"""What the database itself keeps of requests, on both databases: none waits about a contract that is over, none of a first contract where one is in force."""
from sanyi.store.by_hand import ByHand
from sanyi.store.table_laws import law

OPEN, STANDING = "('submitted', 'confirmed')", "('active', 'suspended')"
LOCK = "PERFORM pg_advisory_xact_lock(hashtext('contract_requests'), {person}::int);"  # of a request and a signature at once one comes after the other
SAYS = "no request outlives what it is about"


def no_stale_request() -> tuple[ByHand, ...]:
    """Operations of a migration: a contract does not leave its place, nor begin, over an open request."""
    of_it = f"NEW.state NOT IN {STANDING} AND EXISTS (SELECT 1 FROM store_contractrequest r WHERE r.contract_id = NEW.id AND r.state IN {OPEN})"
    first = f"NEW.state = 'active' AND EXISTS (SELECT 1 FROM store_contractrequest r WHERE r.person_id = NEW.person_id AND r.contract_id IS NULL AND r.state IN {OPEN})"
    gone = f"NEW.contract_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM store_contract c WHERE c.id = NEW.contract_id AND c.state IN {STANDING})"
    has_one = "NEW.contract_id IS NULL AND EXISTS (SELECT 1 FROM store_contract c WHERE c.person_id = NEW.person_id AND c.state = 'active')"
    lock = LOCK.format(person="NEW.person_id")
    return (law("store_contract", "no_stale_request", "NEW.state NOT IN ('drafted', 'offered', 'withdrawn')", f"(({of_it}) OR ({first}))", f"store_contract: {SAYS}", lock,
                ("INSERT", "UPDATE OF state")),
            law("store_contractrequest", "of_what_stands", f"NEW.state IN {OPEN}", f"(({gone}) OR ({has_one}))", f"store_contractrequest: {SAYS}", lock, ("INSERT", "UPDATE OF state")))
