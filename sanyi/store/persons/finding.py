"""Finding persons: each way of asking has its own index; no question is one OR over many."""
from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q, QuerySet

from sanyi.matching.errors import BadIdentity
from sanyi.matching.identity import NUMBERED, read_identity
from sanyi.matching.names import name_key
from sanyi.store.ciphers import keyed_digest
from sanyi.store.persons.describing import phone_key
from sanyi.store.persons.numbers import id_of
from sanyi.store.persons.tables import Person
from sanyi.store.personal import MIDDLE, level_of

SHOWN = ("id", "name", "sex", "born_on", "died_on", "identity_kind", "identity_masked", "phone_masked", "region", "institution", "is_active", "merged_into_id")
PAGE = 20
SHORTEST = 2  # signs of a name
LAST = "\U0010ffff"


def found(text: str, after: str = "", size: int = PAGE) -> tuple[list[dict], str]:
    """Persons in use by own number, by how a name begins, or by how it is said; gives a page, and where the next one begins (empty: no more).

    A name in Chinese goes by its key (variants are one); Latin letters by pinyin, then by initials. Sorted by that key.
    """
    key = name_key(text)
    if not key:
        return [], ""
    if key.isdigit():
        return list(_numbered(key).values(*SHOWN)), ""
    if after.startswith("initials|"):
        return _page("initials", _latin(key), after, size)
    column, key = _said(key)
    return _page(column, key, after, size)


def matching(text: str) -> QuerySet:
    """The persons in use whom a text finds as `found` does, as a query in its order. A text of less than two signs finds nobody: who is looked for must be known."""
    key = name_key(text)
    if key.isdigit():
        return _numbered(key)
    if len(key) < SHORTEST:
        return active().none()
    column, key = _said(key)
    return _beginning(column, key).order_by(column, "id")


def _numbered(number: str) -> QuerySet:
    return active().filter(pk=id_of(number) or 0)


def _said(key: str) -> tuple[str, str]:
    """Which column a name is looked for in, and as what: a name in characters, how it is said, or, where nobody is said so, initials."""
    if not key.isascii() and "ü" not in key:
        return "name_key", key
    return ("pinyin" if _beginning("pinyin", _latin(key)).exists() else "initials"), _latin(key)


def _latin(key: str) -> str:
    return key.replace("ü", "v")


def holders_of(kind: str, text: str, today: date, country: str = "") -> list[Person]:
    """Who has an identity number; of a passport's, where no country is asked for, the holders of every country that is known here, and whose country nobody noted."""
    countries = [country] if country else ["", *Person.objects.exclude(identity_country="").order_by("identity_country").values_list("identity_country", flat=True).distinct()] if kind == "passport" else [""]
    try:
        keys = [read_identity(kind, text, today, country).key for country in countries]
    except BadIdentity:
        return []
    return list(active().filter(identity_digest__in=[keyed_digest(key) for key in keys if key]).order_by("id")) if any(keys) else []


def by_any_number(text: str, today: date) -> list[Person]:
    """Persons in use with an identity number of any kind, or with a phone number, exactly."""
    for kind in NUMBERED:
        if rows := holders_of(kind, text, today):
            return rows
    phone = phone_key(text)
    return list(active().filter(phone_digest=keyed_digest(f"phone:{phone}")).order_by("id")[:PAGE]) if len(phone) >= 5 else []


def active() -> QuerySet:
    """The rows in use."""
    return Person.objects.filter(is_active=True)


def standing(id: int) -> Person | None:
    """The row that a person is now under: it, or the one it was merged into."""
    row, seen = Person.objects.filter(pk=id).first(), set()
    while row is not None and row.merged_into_id and row.pk not in seen:
        seen.add(row.pk)
        row = row.merged_into
    return row


def rows_of(person: Person | int, column: str = "person") -> Q:
    """The condition of rows that are a person's, or of a row of the index that was merged into it."""
    return Q(**{column: person}) | Q(**{f"{column}__merged_into": person})


def with_merged(person: Person) -> list[Person]:
    """A person's row and those that were merged into it (a merge leads what was merged before along, so there is one step)."""
    return [person, *person.merged_from.order_by("pk")]


def is_masked(column: str) -> bool:
    """Whether a list shows a column masked."""
    return (level_of(Person, column) or 0) >= MIDDLE


def _beginning(column: str, key: str) -> QuerySet:
    """Those whose column begins with a key."""
    return active().filter(**{f"{column}__gte": key, f"{column}__lt": key + LAST})


def _page(column: str, key: str, after: str, size: int) -> tuple[list[dict], str]:
    """A page of them in the column's order; `after` is column|key|id of the last one seen."""
    rows = _beginning(column, key)
    if after:
        _, last, id = after.split("|")
        rows = rows.filter(**{f"{column}__gte": last}).exclude(**{column: last, "id__lte": int(id)})
    got: Sequence[dict] = list(rows.order_by(column, "id").annotate(place=F(column)).values(*SHOWN, "place")[:size + 1])
    page = got[:size]
    return list(page), f"{column}|{page[-1]['place']}|{page[-1]['id']}" if len(got) > size else ""
