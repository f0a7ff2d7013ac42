"""Who looked at the own data."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sanyi.store.health.history import looked_at
from sanyi.store.persons.tables import Person
from sanyi.store.trail.tables import ACTIONS
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, MyPart, own_page
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.access_matrix import PURPOSES
from sanyi.workflows.facts import ROLES

SYSTEM = ("系统", "the system")


@allowed(*OWN)
@require_safe
@reads("access_history", purpose="view_own")
def my_readers(request: HttpRequest) -> HttpResponse:
    """Every reading by others, the newest first."""
    def show(person: Person) -> dict[str, Any]:
        events = looked_at(person)
        names = institution_names({row.institution for row in events if row.institution})
        return {"subject": "access_history", "rows": [_row(request, row, names) for row in events]}

    return own_page(request, "my_readers.html", show)


def _row(request: HttpRequest, row: Any, names: dict[str, str]) -> dict[str, Any]:
    role = say(request, *ROLES.get(row.role, SYSTEM))
    return {"at": clock.local(row.at), "who": names.get(row.institution) or role, "role": role, "purpose": say(request, *PURPOSES[row.purpose]) if row.purpose in PURPOSES else "",
            "action": say(request, *ACTIONS[row.action]), "is_bad": row.action in ("break_glass", "refuse")}


READERS = MyPart(100, ("谁看过我的档案", "Who looked"), ("调阅记录", "every reading"), (("readers/", "my_readers", my_readers),))
