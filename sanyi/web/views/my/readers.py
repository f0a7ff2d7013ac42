"""Who looked at the own data."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanyi.store.health.history import looked_at
from sanyi.store.persons.tables import Person
from sanyi.store.trail.tables import ACTIONS, AuditEvent
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, MyPart, own_page
from sanyi.web.timeline import institution_names
from sanyi.web.trail_words import subjects
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.access_matrix import PURPOSES
from sanyi.workflows.facts import ROLES

SYSTEM = ("系统", "the system")


@allowed(*OWN)
@require_safe
@reads("access_history", purpose="view_own")
def my_readers(request: HttpRequest) -> HttpResponse:
    """Every reading by others, the newest first; what somebody did on one day for one purpose is one entry with its count."""
    def show(person: Person) -> dict[str, Any]:
        events = looked_at(person)
        names = institution_names({row.institution for row in events if row.institution})
        return {"subject": "access_history", "rows": [_entry(request, rows, names) for rows in _together(events)]}

    return own_page(request, "my_readers.html", show)


def _together(events: list[AuditEvent]) -> list[list[AuditEvent]]:
    """The events of one person, day, kind and purpose together, the newest first."""
    found: dict[tuple, list[AuditEvent]] = {}
    for row in sorted(events, key=lambda row: row.at, reverse=True):
        found.setdefault((clock.today_of(row.at), row.account, row.institution, row.role, row.action, row.purpose), []).append(row)
    return list(found.values())


def _entry(request: HttpRequest, rows: list[AuditEvent], names: dict[str, str]) -> dict[str, Any]:
    """An entry names institution and role, not the colleague."""
    row, moments = rows[0], [clock.local(each.at).replace(second=0, microsecond=0) for each in rows]
    what = dict.fromkeys(say(request, *subjects().get(each.subject, ("", ""))) for each in rows)
    role = say(request, *ROLES.get(row.role, SYSTEM))
    return {"at": max(moments), "first": min(moments), "count": len(rows), "what": say(request, "、", ", ").join(filter(None, what)), "who": names.get(row.institution) or role, "role": role, "purpose": say(request, *PURPOSES[row.purpose]) if row.purpose in PURPOSES else "",
            "action": say(request, *ACTIONS[row.action]), "is_bad": row.action in ("break_glass", "refuse")}


READERS = MyPart(100, ("谁看过我的档案", "Who looked"), ("调阅记录", "every reading"), (("readers/", "my_readers", my_readers),))
