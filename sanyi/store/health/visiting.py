"""Registering that a person is here to be treated, which is what lets the institution's staff read their record; and that they left."""
from datetime import datetime

from django.db import transaction

from sanyi.store.crossing import tried_again
from sanyi.store.health.rules import AccessRules
from sanyi.store.health.tables import Visit
from sanyi.store.log import write_change, write_line
from sanyi.store.persons.tables import Person
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor

SUBJECT = "visit"
WAYS = {"document": ("核对身份证件", "document seen"), "card": ("核验健康卡", "health card proved")}
DESK = ("registrar", "nurse")  # who treats does not register alone: a doctor cannot open anybody's record by a click


@tried_again
def open_visit(person: int, way: str, rules: AccessRules, by: By, now: datetime) -> Visit:
    """Register a visit at the actor's institution. Errors: NotAllowed, UnknownWork, BadField, GuardRefused (it is registered)."""
    with refusals_recorded(by, subject=SUBJECT, step="open", residents=(person,)), transaction.atomic():
        actor = _at_desk(by)
        if way not in WAYS:
            raise BadField("请选择核对方式", f"the way is one of {', '.join(WAYS)}", "way")
        row = Person.objects.select_for_update().filter(pk=person, is_active=True).first()  # two desks at once stand one after the other
        if row is None:
            raise UnknownWork(f"没有编号为 {person} 的在册人员", f"there is no person number {person}")
        if Visit.objects.filter(person=person, institution=actor.unit, closes_at__gt=now).exists():
            raise GuardRefused("此人已登记到诊", "this person's visit is registered", "once")
        visit = Visit.objects.create(person=row, institution=actor.unit, way=way, created_by=actor.name, created_at=now, closes_at=now + rules.visit)
        write_line(visit, SUBJECT, "open", actor.name, now, "", {"way": way}, actor.persons, actor=actor, residents=(person,), open_names={"way"}, purpose="treatment")
    return visit


def close_visit(person: int, by: By, now: datetime) -> None:
    """Say that the person left; the basis ends at once. Errors: NotAllowed, UnknownWork."""
    with refusals_recorded(by, subject=SUBJECT, step="close", residents=(person,)), transaction.atomic():
        actor = _at_desk(by)
        visit = Visit.objects.select_for_update().filter(person=person, institution=actor.unit, closes_at__gt=now).order_by("-id").first()
        if visit is None:
            raise UnknownWork("此人没有在本机构登记到诊", "no visit of this person is registered here")
        write_change(visit, SUBJECT, "close", actor.name, now, {"closes_at": max(now, visit.created_at)}, {}, actor.persons, actor=actor, residents=(person,))


def _at_desk(by: By) -> Actor:
    actor = check_roles(by, DESK)
    if not actor.unit:
        raise NotAllowed("须以本机构任职办理", "this takes a posting at an institution")
    return actor
