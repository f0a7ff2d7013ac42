"""The organisation as plain rows, for lists and pages."""
from datetime import date
from typing import Any

from sanyi.store.models import WorkEvent
from sanyi.store.organisation.keeping import kept_of
from sanyi.store.organisation.tables import Institution, Posting, on_day
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
    return dict(Institution.objects.filter(code__in=codes).values_list("code", "name"))


def postings_of(staff: int, today: date) -> list[dict[str, Any]]:
    """The postings of a member of staff that are true on a day: id, institution code and name, department, role."""
    rows = Posting.objects.filter(on_day(today), on_day(today, "staff__"), on_day(today, "institution__"), staff=staff).order_by("pk")
    return [_row(row, today) for row in rows.values("id", *SHOWN["posting"], *DATES)]
