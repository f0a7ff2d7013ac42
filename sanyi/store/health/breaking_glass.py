"""Break-glass: an emergency opens a record without any other basis, for one account and a short time, and somebody else reviews it. Source: R41."""
from datetime import datetime

from django.db import transaction

from sanyi.store.health.rules import AccessRules
from sanyi.store.health.tables import BreakGlass
from sanyi.store.log import today_of, write_line
from sanyi.store.persons.tables import Person
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows import workflow_of
from sanyi.workflows.access_matrix import MATRIX
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.take import LONGEST_TEXT, clean

SUBJECT, SHORTEST = "access_review", 6


def break_glass(person: int, reason: str, rules: AccessRules, by: By, now: datetime) -> BreakGlass:
    """Open a record in an emergency; the event stands in the trail before anything is read. Errors: NotAllowed, UnknownWork, BadField (no real reason)."""
    with refusals_recorded(by, subject=SUBJECT, step="break_glass", residents=(person,), purpose="emergency"), transaction.atomic():
        actor, said = check_roles(by, tuple(MATRIX["break_glass", "emergency"])), clean(reason)
        if not actor.unit:
            raise NotAllowed("紧急调阅须以本机构任职办理", "this takes a posting at an institution")
        if not SHORTEST <= len(said) <= LONGEST_TEXT:
            raise BadField(f"请写明紧急调阅的理由（至少 {SHORTEST} 字）", f"say why, in at least {SHORTEST} characters", "reason")
        if not Person.objects.filter(pk=person, is_active=True).exists():
            raise UnknownWork(f"没有编号为 {person} 的在册人员", f"there is no person number {person}")
        row = BreakGlass.objects.create(person_id=person, institution=actor.unit, reason=said, state=workflow_of(SUBJECT).start, due=today_of(now + rules.review),
                                        closes_at=now + rules.break_glass, created_by=actor.name, created_at=now)
        write_line(row, SUBJECT, "break_glass", actor.name, now, "", {"reason": said}, actor.persons, actor=actor, purpose="emergency")
        record("break_glass", actor, step="break_glass", subject="health_record", subject_id=person, residents=(person,), purpose="emergency", given={"reason": said}, now=now)
    return row
