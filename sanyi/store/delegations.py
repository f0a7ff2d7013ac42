"""Delegating one's own work to another account for some days, and taking that back; both persons then have had a hand in it. Source: R11."""
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from sanyi.store.models import Account, Delegation, Revocation
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.take import LONGEST_TEXT, clean

LONGEST_DAYS = 92
ALL_SEEN_BY = "office"


def delegate(taker: str, from_on: date, to_on: date, reason: str, by: By, now: datetime) -> Delegation:
    """Let another account of one's own role and unit act for one; nobody delegates what was delegated to him. Errors: NotAllowed, BadField."""
    with refusals_recorded(by, subject="delegation", step="delegate", now=now), transaction.atomic():
        giver, other = actor_of(by), actor_of(taker)
        if other.role != giver.role or other.unit != giver.unit or set(other.persons) & set(giver.persons):
            raise NotAllowed("只能委托同一角色、同一单位的他人", "work is delegated to another person of one's own role and unit")
        if not 0 <= (to_on - from_on).days < LONGEST_DAYS:
            raise BadField(f"委托期应为 1 至 {LONGEST_DAYS} 天", f"a delegation lasts 1 to {LONGEST_DAYS} days", "to_on")
        accounts = {account.name: account for account in Account.objects.filter(name__in=(giver.name, taker))}
        given = Delegation.objects.create(giver=accounts[giver.name], taker=accounts[taker], from_on=from_on, to_on=to_on, reason=_reason(reason), by=giver.name, at=now)
        record("change", giver, step="delegate", subject="delegation", subject_id=given.pk, given={"taker": taker, "from_on": from_on, "to_on": to_on},
               open_names=("taker",), now=now)
    return given


def revoke(id: int, reason: str, by: By, now: datetime) -> Revocation:
    """Take a delegation back, at once: who gave it, or the reform office. What was done under it stays. Errors: UnknownWork, NotAllowed, BadField, GuardRefused (once)."""
    with refusals_recorded(by, subject="delegation", subject_id=id, step="revoke", now=now), transaction.atomic():
        actor = actor_of(by)
        given = Delegation.objects.select_for_update().filter(pk=id).first()
        if given is None or actor.role != ALL_SEEN_BY and actor.name not in (given.giver.name, given.taker.name):
            raise UnknownWork(f"没有编号为 {id} 的委托", f"there is no delegation number {id}")
        if actor.role != ALL_SEEN_BY and actor.name != given.giver.name:
            raise NotAllowed("委托由委托人或医改办撤回", "a delegation is taken back by who gave it, or by the reform office")
        if Revocation.objects.filter(delegation=given).exists():
            raise GuardRefused("该委托已撤回", "this delegation has been taken back already", "once")
        taken = Revocation.objects.create(delegation=given, reason=_reason(reason), by=actor.name, at=now)
        record("change", actor, step="revoke", subject="delegation", subject_id=given.pk, now=now)
    return taken


def delegations(by: By) -> list[dict[str, Any]]:
    """The delegations that an account gave or got, newest first; to the reform office all of them. Errors: NotAllowed."""
    actor = actor_of(by)
    rows = Delegation.objects.all() if actor.role == ALL_SEEN_BY else Delegation.objects.filter(Q(giver__name=actor.name) | Q(taker__name=actor.name))
    return [{"id": row.pk, "giver": row.giver.name, "taker": row.taker.name, "from_on": row.from_on, "to_on": row.to_on, "reason": row.reason, "at": row.at,
             "revoked_by": taken.by if taken else "", "revoked_at": taken.at if taken else None, "revoked_reason": taken.reason if taken else "",
             "may_revoke": taken is None and (actor.role == ALL_SEEN_BY or actor.name == row.giver.name)}
            for row in rows.select_related("giver", "taker", "revocation").order_by("-pk") for taken in (getattr(row, "revocation", None),)]


def takers_for(by: By) -> list[str]:
    """The accounts that one may delegate to: other persons of one's own role and unit. Errors: NotAllowed."""
    actor = actor_of(by)
    there = Account.objects.filter(role=actor.role, unit=actor.unit, is_active=True).order_by("name").values_list("name", flat=True)
    return [name for name in there if not set(actor_of(name).persons) & set(actor.persons)]


def givers_for(by: By, today: date) -> list[str]:
    """The accounts that one may act for today."""
    return list(Delegation.objects.filter(taker__name=str(by), from_on__lte=today, to_on__gte=today, revocation=None, giver__is_active=True).order_by(
        "giver__name").values_list("giver__name", flat=True).distinct())


def _reason(reason: str) -> str:
    if not clean(reason) or len(reason) > LONGEST_TEXT:
        raise BadField("请填写理由", "say why", "reason")
    return clean(reason)
