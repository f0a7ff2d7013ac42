"""Who looked at a person's data, as the person sees it: institution, role, purpose, and whether it was refused; never a colleague's work on the trail."""
from django.db.models import Q, QuerySet

from sanyi.store.persons.finding import with_merged
from sanyi.store.persons.tables import Person
from sanyi.store.trail.looking import listed
from sanyi.store.trail.tables import AuditEvent

SHOWN = ("read", "unmask", "break_glass", "export", "refuse", "change")
MOST = 200


def looked_at(person: Person) -> list[AuditEvent]:
    """The newest events about a person (under each row that was merged into theirs), lists that named them included; what the person did is left out."""
    names = [name for row in with_merged(person) for name in (str(row.pk), row.resident_id) if name]
    asked = [Q(resident__in=names), *(Q(pk__in=listed(name).values("pk")) for name in names)]
    found = {row.pk: row for each in asked for row in _newest(each)}
    return sorted(found.values(), key=lambda row: -row.pk)[:MOST]


def _newest(about: Q) -> QuerySet:
    return AuditEvent.objects.filter(about, action__in=SHOWN).exclude(role="resident").order_by("-id")[:MOST]
