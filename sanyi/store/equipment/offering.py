"""Offering a piece of idle equipment. Source: HK-29."""
from datetime import datetime

from django.db import transaction

from sanyi.store.equipment.tables import Equipment
from sanyi.store.log import write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows import workflow_of
from sanyi.workflows.equipment import WAYS
from sanyi.workflows.errors import BadField, NotAllowed
from sanyi.workflows.take import LONGEST_TEXT, clean


def offer_equipment(tag: str, name: str, way: str, by: By, now: datetime, note: str = "") -> Equipment:
    """Offer a piece of the own institution's, by its inventory number. Errors: NotAllowed, BadField, GuardRefused (it is on offer already)."""
    with refusals_recorded(by, subject="equipment", step="propose", now=now), transaction.atomic():
        actor = actor_of(by)
        if actor.role != "director" or not actor.unit:
            raise NotAllowed("闲置设备由本机构负责人登记", "an institution's director offers its equipment")
        if not clean(tag) or not clean(name) or way not in WAYS or max(len(tag), len(name)) > 100 or len(note) > LONGEST_TEXT:
            raise BadField("请填写资产编号、名称；方式为借用或划转", f"give the inventory number and the name; the way is one of {', '.join(WAYS)}", "tag")
        with or_refused("该资产编号已登记", "this inventory number is on offer already", "once"):
            row = Equipment.objects.create(state=workflow_of("equipment").start, institution=actor.unit, tag=clean(tag), name=clean(name), way=way, note=clean(note), created_by=actor.name, created_at=now)
        write_line(row, "equipment", "propose", actor.name, now, "", {"tag": row.tag, "way": way}, actor.persons, actor=actor, open_names={"tag", "way"})
    return row
