"""Two rows of one person in each area of care; a picture of the whole database before and after."""
from datetime import datetime, timezone

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
LOGS = {"workevent", "auditevent", "auditlink", "auditnamed", "mergemove", "personmatch"}
COUNTERS = {"version", "rights"}


def hands() -> None:
    """The office's two hands."""
    from sanyi.store.models import Account
    for name in ("first", "second"):
        Account.objects.create(name=name, role="office", person=name)


def row(name: str = "王一", **more):
    """One more row of the index."""
    from sanyi.store.persons.tables import Person
    return Person.objects.create(**{"name": name, "name_key": name, "created_by": "system", "created_at": NOW, **more})


def merged(one: int, other: int, now: datetime = NOW):
    """Two rows called one person by two hands; gives the pair."""
    from sanyi.store.act import act
    from sanyi.store.persons.proposing import propose
    from sanyi.store.persons.tables import Person, PersonMatch
    first, second = sorted((one, other))
    propose(Person.objects.get(pk=first), Person.objects.get(pk=second), "likely", "first", now)
    match = PersonMatch.objects.filter(one=first, other=second, state__in=("proposed", "seconded")).first() or _again(first, second, now)
    if match.state == "proposed":  # a merge that was refused left it seconded
        act("person_match", match.pk, 1, "call_same", {"why": "document_seen"}, "first", now)
    return act("person_match", match.pk, 2, "confirm_same", {"why": "document_seen"}, "second", now)


def _again(first: int, second: int, now: datetime):
    """What people have parted is not proposed again by itself; a hand may."""
    from sanyi.store.persons.tables import PersonMatch
    return PersonMatch.objects.create(one_id=first, other_id=second, reason="likely", state="proposed", opened_by="first", opened_at=now)


def parted(match, now: datetime = NOW):
    """A pair parted again; gives it."""
    from sanyi.store.act import act
    match.refresh_from_db()
    return act("person_match", match.pk, match.version, "part", {"reason": "弄错"}, "first", now)


def stayed(match) -> list:
    """What parting said had been changed since, in English."""
    return [en for move in match.moves.order_by("pk") for _, en in move.stayed]


def picture() -> dict:
    """Every row of every table but logs; without the counters of changes."""
    from django.apps import apps
    seen = {}
    for table in apps.get_models():
        name = table._meta.model_name
        if name not in LOGS and not name.startswith("audit") and table._meta.app_label == "store":
            columns = [field.attname for field in table._meta.concrete_fields if field.name not in COUNTERS]
            seen[name] = {values[0]: values for values in table._default_manager.order_by("pk").values_list("pk", *columns)}
    return seen


def differences(before: dict, after: dict) -> list:
    """What of two pictures is not the same."""
    return [(name, was, after[name].get(key)) for name, rows in before.items() for key, was in rows.items() if after[name].get(key) != was] + [
        (name, "new", row) for name, rows in after.items() for key, row in rows.items() if key not in before[name]]
