"""The organisation as plain rows, for lists and pages."""
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from sanyi.store.kept import Rows
from sanyi.store.models import Account, WorkEvent
from sanyi.store.organisation.keeping import kept_of
from sanyi.store.organisation.tables import Institution, Membership, on_day, on_day_sql
from sanyi.workflows.errors import UnknownWork

SHOWN = {
    "institution": ("code", "name", "level", "kind", "ownership", "region"), "consortium": ("code", "name", "kind", "region"),
    "membership": ("consortium__code", "consortium__name", "institution__code", "institution__name", "part", "has_full_finance", "is_independent"),
    "department": ("institution__code", "institution__name", "code", "name"), "staff": ("code", "name", "profession", "title"),
    "posting": ("staff__code", "staff__name", "institution__code", "institution__name", "department__name", "role")}
DATES = ("from_on", "to_on", "origin", "version")


def rows_of(kind: str, today: date, unit: str = "") -> list[dict[str, Any]]:
    """Every row of a kind with `is_current` (true on the day); `unit` leaves those of one institution. Errors: UnknownWork."""
    found = kept_of(kind).table.objects.order_by("pk")
    if unit:
        found = found.filter(**{{"institution": "code", "staff": "postings__institution__code", "consortium": "memberships__institution__code"}.get(kind, "institution__code"): unit}).distinct()
    return [_row(row, today) for row in found.values("id", *SHOWN[kind], *DATES)]


def one_of(kind: str, id: int, today: date) -> dict[str, Any]:
    """One row with its `events`. Errors: UnknownWork."""
    kept = kept_of(kind)
    row = kept.table.objects.filter(pk=id).values("id", *SHOWN[kind], *DATES).first()
    if row is None:
        raise UnknownWork(f"没有编号为 {id} 的{kept.zh}", f"there is no row {id} among the {kept.en.lower()}")
    events = WorkEvent.objects.filter(subject=kind, subject_id=id).order_by("-id").values("at", "by", "step", "version", "given")
    return {**_row(row, today), "events": list(events)}


def _row(row: dict[str, Any], today: date) -> dict[str, Any]:
    plain = {name.replace("__", "_"): value for name, value in row.items()}
    return {**plain, "is_current": plain["from_on"] <= today and (plain["to_on"] is None or plain["to_on"] >= today)}


def institution_names(codes: set[str]) -> dict[str, str]:
    """The names of some institutions by their codes."""
    return dict(Rows(Institution).filter(Q(code__in=codes)).values(("code", "name")))


def account_people(accounts: set[str]) -> dict[str, str]:
    """The names of the members of staff behind some accounts; an account of nobody's is left out."""
    return dict(Account.objects.filter(name__in=accounts, staff__isnull=False).values_list("name", "staff__name"))


def house_choices(today: date, unit: str, levels: Iterable[str] = (), kinds: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Institutions of today to choose from, of some levels or kinds (none named: all but pharmacies): those of the own consortia first, each with its code and name."""
    own = Membership.objects.filter(on_day(today), institution__code=unit).values("consortium")
    near = set(Membership.objects.filter(on_day(today), consortium__in=own).values_list("institution__code", flat=True))
    wanted = Q(level__in=levels) | Q(kind__in=kinds) if levels or kinds else ~Q(kind="pharmacy")
    rows = Institution.objects.filter(wanted, on_day(today)).order_by("level", "code").values_list("code", "name")
    return sorted(rows, key=lambda row: row[0] not in near)


# Every request asks this; having Django write it anew takes ten times what the question takes.
_POSTINGS = (f"SELECT p.id, p.role, i.code, i.name FROM store_posting p JOIN store_staff s ON s.id = p.staff_id JOIN store_institution i ON i.id = p.institution_id"
             f" WHERE p.staff_id = %s AND {on_day_sql('p')} AND {on_day_sql('s')} AND {on_day_sql('i')} ORDER BY p.id")


def postings_of(staff: int, today: date) -> list[dict[str, Any]]:
    """The postings of a member of staff that are true on a day: id, role, institution's code and name."""
    with connection.kept_cursor() as cursor:
        cursor.execute(_POSTINGS, [staff, *[connection.ops.adapt_datefield_value(today)] * 6])
        return [dict(zip(("id", "role", "institution_code", "institution_name"), row)) for row in cursor.fetchall()]
