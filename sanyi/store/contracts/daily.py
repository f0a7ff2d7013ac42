"""The daily work of contracts: what has been signed begins, what is over expires, what nobody signed lapses. Safe to repeat."""
from datetime import datetime

from django.db.models import F

from sanyi.store.act import act
from sanyi.store.contracts.tables import Contract
from sanyi.store.log import today_of
from sanyi.workflows.errors import GuardRefused, StaleVersion, UndeclaredStep
from sanyi.workflows.facts import SYSTEM


def daily_work(now: datetime) -> dict[str, int]:
    """Take every step whose day has come; counts by step. What somebody else did meanwhile is left to them."""
    today = today_of(now)
    due = (("lapse", Contract.objects.filter(state="offered", due__lt=today)), ("start", Contract.objects.filter(state="signed", from_on__lte=today)),
           ("expire", Contract.objects.filter(state="active", to_on__lt=today).exclude(later__state="signed", later__earlier=F("pk"))))
    return {step: sum(_taken(id, version, step, now) for id, version in rows.order_by("pk").values_list("pk", "version")) for step, rows in due}


def _taken(id: int, version: int, step: str, now: datetime) -> bool:
    try:
        act("contract", id, version, step, {}, SYSTEM, now)
    except (GuardRefused, StaleVersion, UndeclaredStep):
        return False
    return True
