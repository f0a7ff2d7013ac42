"""Delegating one's own work to another account for some days; both persons then have had a hand in it. Source: R11."""
from datetime import date, datetime

from django.db import transaction

from sanyi.store.models import Account, Delegation
from sanyi.store.who import actor_of
from sanyi.workflows.errors import BadField, NotAllowed
from sanyi.workflows.take import LONGEST_TEXT, clean

LONGEST_DAYS = 92


def delegate(taker: str, from_on: date, to_on: date, reason: str, by: str, now: datetime) -> Delegation:
    """Let another account of one's own role and unit act for one; nobody delegates what was delegated to him. Errors: NotAllowed, BadField."""
    with transaction.atomic():
        giver, other = actor_of(by), actor_of(taker)
        if other.role != giver.role or other.unit != giver.unit or set(other.persons) & set(giver.persons):
            raise NotAllowed("只能委托同一角色、同一单位的他人", "work is delegated to another person of one's own role and unit")
        if not 0 <= (to_on - from_on).days < LONGEST_DAYS:
            raise BadField(f"委托期应为 1 至 {LONGEST_DAYS} 天", f"a delegation lasts 1 to {LONGEST_DAYS} days", "to_on")
        if not clean(reason) or len(reason) > LONGEST_TEXT:
            raise BadField("请填写理由", "say why", "reason")
        accounts = {account.name: account for account in Account.objects.filter(name__in=(by, taker))}
        return Delegation.objects.create(giver=accounts[by], taker=accounts[taker], from_on=from_on, to_on=to_on, reason=clean(reason), by=by, at=now)
