"""Showing a person's name and identity in clear on their record: an act of its own, with a purpose and a second factor; it closes by itself. Source: R48."""
from datetime import datetime

from django.db import transaction

from sanyi.store.health.basis import check_basis
from sanyi.store.health.rules import AccessRules
from sanyi.store.health.tables import Unmasking
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of, check_factor
from sanyi.workflows.errors import NotAllowed
from sanyi.workflows.facts import Actor

LEAST = 3  # a basis that opens less gives no right to see who it is in clear


def unmask_record(person: int, purpose: str, rules: AccessRules, by: By, now: datetime) -> Unmasking:
    """Unmask for a time. Errors: FactorNeeded, BadField, NotAllowed (no live basis, or one that does not reach so far)."""
    with refusals_recorded(by, subject="health_record", subject_id=person, step="unmask", residents=(person,), purpose=purpose), transaction.atomic():
        actor = check_factor(actor_of(by))
        _, basis = check_basis(person, purpose, actor, now)
        if basis.level < LEAST:
            raise NotAllowed("此依据不能解除脱敏", "this basis does not reach that far")
        row = Unmasking.objects.create(person_id=person, institution=actor.unit, purpose=purpose, closes_at=now + rules.unmask, created_by=actor.name, created_at=now)
        record("unmask", actor, step="unmask", subject="health_record", subject_id=person, residents=(person,), purpose=purpose, now=now)
    return row


def unmasked_until(person: int, purpose: str, actor: Actor, now: datetime) -> datetime | None:
    """Until when this account, in this posting, sees the fields in clear for this purpose; None: masked."""
    if not actor.has_factor:
        return None
    row = Unmasking.objects.filter(person=person, created_by=actor.name, institution=actor.unit, purpose=purpose, created_at__lte=now, closes_at__gt=now).order_by("-closes_at").first()
    return row.closes_at if row else None
