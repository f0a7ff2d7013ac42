"""What becomes of a released database; run as `python released_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON. On SQLite and on PostgreSQL. Source: R18."""
import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)

VAR = Path(sys.argv[2])
LATER = datetime(2026, 11, 30, 3, tzinfo=timezone.utc)
KILLED = 9


def brought(has_pages: str) -> dict:
    """Bring the database up to date and look at everything in it: chain, books, enciphered texts, pages."""
    from sanyi.store import configure, prepare_database
    configure(VAR, "sanyi.web.settings")
    prepare_database(VAR)
    from sanyi.store.tenancy import from_now_on
    from_now_on("tests")
    from sanyi.store.book_check import check_book
    from sanyi.store.models import Book
    from sanyi.store.trail.anchoring import verify_database
    events = verify_database([], LATER).events
    return {"events": events, "faults": [str(fault) for book in Book.objects.all() for fault in check_book(book)], "pages": _undone(_pages) if has_pages == "pages" else {}}


def _undone(look) -> dict:
    """Look in a transaction that is given up: the rows are compared with those of before."""
    from django.db import transaction
    with transaction.atomic():
        told = look()
        transaction.set_rollback(True)
    return told


def _pages() -> dict:
    """Every page that names no row, as each account that is there: how often each status, and what failed."""
    from django.urls import get_resolver
    from signed_in import signed_in
    from sanyi.store.models import Account
    _rules()
    told, failed = {}, []
    for name in ACCOUNTS:
        if not Account.objects.filter(name=name).exists():
            continue
        browser = signed_in(name, raise_request_exception=False)
        for pattern in get_resolver().url_patterns:
            if not pattern.pattern.converters and pattern.name != "sign_out":
                status = browser.get(f"/{pattern.pattern}").status_code
                told[status] = told.get(status, 0) + 1
                if status >= 500:
                    failed.append(f"{name} {pattern.name}")
    return {"statuses": told, "failed": failed}


def _rules() -> None:
    """Take the demonstration plan's rules over, as an office would; rows that were invented column by column get words that pages know."""
    from sanyi.runs.packs import open_plan
    from sanyi.store.contracts.tables import TeamMember
    from sanyi.store.contracts.terms import take_terms, terms_of
    from sanyi.store.exams.rules import keep_rules
    from sanyi.store.exams.tables import Consultation
    from sanyi.store.models import SupervisionOrder
    from sanyi.store.prescriptions.formulary import load_formulary
    from sanyi.store.referrals.tables import ReferralOffer
    from sanyi.workflows import workflow_of
    plan = open_plan("haikou-2018")
    take_terms("haikou-2018", terms_of(plan, LATER.date()), "admin", LATER)
    keep_rules(plan, "system", LATER)
    load_formulary(plan.on(LATER.date()), "system", LATER)
    SupervisionOrder.objects.update(state=workflow_of("supervision_order").start)
    ReferralOffer.objects.update(directions="")
    TeamMember.objects.update(part="gp")
    Consultation.objects.update(kind="clinical")


ACCOUNTS = ("admin", "own-registrar", "own-doctor")


def killed_at(point: str) -> int:
    """Bring the database up to date in a process that dies at its n-th statement or commit; gives how many there were."""
    from sanyi.store import configure
    configure(VAR)
    from django.db import connections
    from sanyi.store.owning import bring_up_to_date
    said, last = 0, int(point)

    def counted(go, *given):
        nonlocal said
        said += 1
        if said == last:
            os._exit(KILLED)
        return go(*given)

    for name in connections.settings:
        connection = connections[name]
        connection.execute_wrappers.append(counted)
        connection._commit = lambda go=connection._commit: counted(go)
    bring_up_to_date()
    return said


FUNCTIONS = {each.__name__: each for each in (brought, killed_at)}

if __name__ == "__main__":
    print(json.dumps(FUNCTIONS[sys.argv[1]](*sys.argv[3:])))
