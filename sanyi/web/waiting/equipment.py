"""Idle equipment: what is asked for, to be received, or late to come back."""
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from sanyi.store.kinds import kind_of
from sanyi.web.waiting.queue import Queue
from sanyi.workflows.equipment import KEEPERS
from sanyi.workflows.facts import Actor


def _rows(**wanted: object):
    return lambda actor, now: kind_of("equipment").seen_by(actor).filter(**{name: actor.unit if value == "own" else value for name, value in wanted.items()}).order_by("pk")


def _late(actor: Actor, now: datetime) -> QuerySet:
    return kind_of("equipment").seen_by(actor).filter(institution=actor.unit, state="held", due__lt=now.date()).order_by("due")


def _name(request: HttpRequest, row) -> str:
    return row.name


def _queue(zh: str, en: str, roles, rows, place: str) -> Queue:
    return Queue(zh, en, roles, rows, "equipment_list", "equipment", _name, whose="", place=place, due="")


QUEUES = (_queue("申请使用的闲置设备", "Equipment asked for", ("director",), _rows(institution="own", state="asked"), "asker"),
          _queue("待批复的设备划转", "Equipment to be passed on", ("office",), _rows(state="agreed", way="transfer"), "institution"),
          _queue("待验收的设备", "Equipment to receive", KEEPERS, _rows(asker="own", state="handed"), "institution"),
          _queue("逾期未归还的设备", "Equipment not back in time", KEEPERS, _late, "asker"))
