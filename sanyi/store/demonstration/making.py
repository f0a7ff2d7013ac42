"""Filling a database with people at work, once: all in one transaction, the same seed and day the same people."""
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sanyi.store.demonstration.booking import book_appointments
from sanyi.store.demonstration.cast import OWN, POSTED, RESIDENT, make_cast
from sanyi.store.demonstration.examining import examine
from sanyi.store.demonstration.matching import match_persons
from sanyi.store.demonstration.prescribing import prescribe
from sanyi.store.demonstration.publishing import Published, publish_run
from sanyi.store.demonstration.reading import open_records
from sanyi.store.demonstration.referring import refer
from sanyi.store.demonstration.signing import sign_contracts
from sanyi.store.models import Account
from sanyi.store.organisation.loading import load_organisation
from sanyi.store.organisation.tables import Institution, Posting, on_day
from sanyi.store.persons.loading import load_residents, load_roll
from sanyi.workflows.facts import ROLES

Rows = Iterable[Mapping[str, Any]]
MOST = 6_000  # residents who come into the person index; a whole region takes `sanyi persons load`


def is_peopled() -> bool:
    """Whether anybody is at work here already; what people have entered is never touched."""
    return Posting.objects.exists() or Institution.objects.exists()


def demo_password() -> str:
    """The password of every demonstration account: made from the installation's key, so that it can be told at each start and is kept nowhere."""
    return f"demo-{salted_hmac('sanyi.demonstration', settings.SECRET_KEY, algorithm='sha256').hexdigest()[:12]}"


def people(var: Path, plan: Any, record: Mapping[str, Rows], roll: Callable[[Rows], Iterator[Mapping[str, Any]]], names: Iterator[str], seed: int, now: datetime,
           report: Callable[[float], None] = lambda done: None, published: Published = ()) -> None:
    """Load the organisation and some residents of a record, then let everybody work, also on what a run `published`; nothing is written where anything of it fails."""
    day = timezone.localtime(now).date()
    with transaction.atomic():
        load_organisation(record, day - timedelta(days=400), now)
        some = [row for row in record["residents"] if row["died_on"] is None][:MOST]
        load_residents(some, now)
        load_roll(roll(some), now, day)
        report(0.2)
        cast = make_cast(var, plan, record["staff"], names, demo_password(), seed, now)
        scenes: tuple[Callable[[], Any], ...] = (
            lambda: sign_contracts(cast), lambda: book_appointments(cast, refer(cast)), lambda: examine(cast), lambda: prescribe(cast), lambda: open_records(cast), lambda: match_persons(cast), lambda: publish_run(cast, published))
        for nth, scene in enumerate(scenes, 1):
            scene()
            report(0.2 + 0.8 * nth / len(scenes))


def accounts_told() -> list[tuple[str, tuple[str, str], str]]:
    """Each demonstration account that is there: its name, its role's words, its institution's name."""
    today, told = timezone.localdate(), []
    for name in (*POSTED, *OWN, RESIDENT):
        account = Account.objects.filter(name=name, is_active=True).first()
        if account is None:
            continue
        posting = Posting.objects.filter(on_day(today), staff=account.staff_id).select_related("institution").first() if account.staff_id else None
        unit = posting.institution.name if posting else Institution.objects.filter(code=account.unit).values_list("name", flat=True).first() or ""
        told.append((name, ROLES[posting.role if posting else account.role], unit))
    return told
