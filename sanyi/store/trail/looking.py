"""Looking into the trail: who may, a resident's access history, and where the chain stands. Looking leaves an event too."""
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Q, QuerySet

from sanyi.store.errors import BadAnchors
from sanyi.store.trail.anchoring import OVERDUE
from sanyi.store.trail.anchors import Anchor, anchors_in
from sanyi.store.trail.reading import reads_person
from sanyi.store.trail.sealing import Head, head_now, newly_unsealed, unsealed
from sanyi.store.trail.tables import AuditEvent, AuditSeal
from sanyi.workflows.errors import NotAllowed
from sanyi.workflows.facts import Actor

LOOKERS = ("audit_admin", "office")


@dataclass(frozen=True)
class ChainState:
    """Where the chain stands: its head, what waits for a seal, the last anchor, and whether that is overdue or at odds with the chain."""

    head: Head
    waiting: int
    anchor: Anchor | None
    is_overdue: bool
    is_at_odds: bool
    problem: str = ""


def events_for(actor: Actor, resident: str = "") -> QuerySet:
    """The events that an actor may see, or those about one resident, the lists that named them included. Errors: NotAllowed."""
    if actor.role not in LOOKERS:
        raise NotAllowed("审计轨迹只由安全审计员（及医改办）查阅", "the audit trail is read by the audit administrator and the reform office")
    if not resident:
        reads_person("audit_trail")
        return AuditEvent.objects.all()
    reads_person("access_history", resident, residents=(resident,))
    return AuditEvent.objects.filter(Q(resident=resident) | Q(pk__in=listed(resident).values("pk")))


def listed(resident: str) -> QuerySet:
    """The events that named a resident in a list: those that are sealed by their notes, the few that wait for their seal by their own text."""
    waiting = newly_unsealed().filter(resident="", given__residents__icontains=f'"{resident}"')
    return AuditEvent.objects.filter(Q(named__resident=resident) | Q(pk__in=waiting.order_by().values("pk")))


def searched(text: str) -> Q:
    """What a free search looks for: an account by how its name begins; a resident, a subject or a request by its whole number."""
    return Q(account__startswith=text) | Q(resident=text) | Q(subject_id=text) | Q(request=text)


def chain_state(folder: Path, now: datetime) -> ChainState:
    """How sealing and anchoring stand now."""
    head, waiting = head_now(), unsealed()[:100_000].count()
    try:
        anchors = anchors_in(folder)
    except BadAnchors as missing:
        return ChainState(head, waiting, None, _waits_long(None, now), False, str(missing))
    last = anchors[-1] if anchors else None
    seal = AuditSeal.objects.filter(number=last.block).first() if last else None
    return ChainState(head, waiting, last, _waits_long(last, now), last is not None and (seal is None or seal.hash != last.hash))


def _waits_long(last: Anchor | None, now: datetime) -> bool:
    """Whether the last anchor is old, or there is none though something was recorded long enough ago."""
    if last:
        return datetime.fromisoformat(last.at) < now - OVERDUE
    first = AuditEvent.objects.order_by("id").first()
    return first is not None and first.at < now - OVERDUE
