"""What one contract does to the one before it: gives way at signing, closes when the next begins, comes back when that is undone."""
from datetime import date, datetime, timedelta

from sanyi.store.contracts.tables import Contract
from sanyi.store.log import today_of, write_change
from sanyi.workflows.facts import SYSTEM, Actor, Given

CLOSING = {"transfer": "transfer", "package": "transfer", "succession": "transfer", "renewal": "renew"}


def make_way(row: Contract, actor: Actor, now: datetime, given: Given) -> None:
    """Before a transfer is signed, the contract in force gives up its days from the new one's first; no gap, no double."""
    if row.earlier_id is None or row.earlier.to_on < (first := max(row.from_on, today_of(now))):
        return
    shorten(row.earlier, first, actor, now)


def shorten(earlier: Contract, first: date, actor: Actor, now: datetime) -> None:
    """Give a contract the day before another's first as its last day; its state stays."""
    write_change(earlier, "contract", "make_way", actor.name, now, {"to_on": first - timedelta(days=1)}, {"to_on": first - timedelta(days=1)}, actor.persons, actor=actor)


def begin(row: Contract, actor: Actor, now: datetime, given: Given) -> None:
    """A contract whose first day is today is in force at once."""
    if row.from_on <= today_of(now):
        _act(row, "start", now)
        row.refresh_from_db()


def close_earlier(row: Contract, actor: Actor, now: datetime, given: Given) -> None:
    """Before it is in force, the one it takes over from closes."""
    if row.earlier_id and row.earlier.state == "active":
        _act(row.earlier, CLOSING[row.entry], now)


def give_back(row: Contract, actor: Actor, now: datetime, given: Given) -> None:
    """What gave way for a contract that is undone takes its days back, as far as they were agreed; while it was suspended another may have begun, whose days stay."""
    earlier = row.earlier
    is_anothers = earlier and Contract.objects.filter(person=row.person_id, state="active").exclude(pk=earlier.pk).exists()
    if earlier and not is_anothers and earlier.state in ("active", "transferred", "renewed"):
        _act(earlier, "restore", now)


def _act(row: Contract, step: str, now: datetime) -> None:
    from sanyi.store.act import act
    act("contract", row.pk, row.version, step, {}, SYSTEM, now)
