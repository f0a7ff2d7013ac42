"""Equipment as a kind of work: what is idle everybody who keeps an institution sees, the rest its two sides and the office."""
from datetime import datetime

from django.db.models import Q

from sanyi.store.equipment.tables import Equipment
from sanyi.store.kinds import EVERYTHING, NOTHING, WorkKind
from sanyi.store.log import today_of
from sanyi.store.models import WorkEvent
from sanyi.store.organisation.tables import Membership, on_day
from sanyi.workflows.equipment import EquipmentFacts
from sanyi.workflows.facts import OF_AN_INSTITUTION, SYSTEM, Actor


def visible(actor: Actor) -> Q:
    """What is idle to every institution's staff, what is on its way to both sides, all to the office and the supervisor."""
    if actor.name == SYSTEM or actor.role in ("office", "supervisor"):
        return EVERYTHING
    return Q(state="idle") | Q(institution=actor.unit) | Q(asker=actor.unit) if actor.role in OF_AN_INSTITUTION and actor.unit else NOTHING


def facts(row: Equipment, actor: Actor, now: datetime) -> EquipmentFacts:
    """All that a step may know; whoever looks at what is idle may be the one who asks."""
    other, today = row.asker or actor.unit, today_of(now)
    is_apart = Membership.objects.filter(on_day(today), on_day(today, "consortium__"), institution__code__in=(row.institution, other), is_independent=True).exists()
    return EquipmentFacts(state=row.state, actor=actor, now=now, today=today, units=(row.institution, other), sides={"owner": (row.institution,), "asker": (row.asker,) if row.asker else ()},
                          due=row.due, done_by=row.done_by, owner=row.institution, way=row.way, is_apart=is_apart)


def _both(row: Equipment) -> tuple[str, ...]:
    return tuple(filter(None, (row.institution, row.asker)))


EQUIPMENT = WorkKind("equipment", Equipment, facts, visible, WorkEvent, units=_both, institutions=_both)
