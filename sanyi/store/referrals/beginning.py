"""Beginning a referral, writing its benefit effect, and recording an emergency afterwards."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from sanyi.store.act import act
from sanyi.store.crossing import tried_again
from sanyi.store.kinds import find_work
from sanyi.store.log import stale, today_of, write_change, write_line
from sanyi.store.persons.tables import Person
from sanyi.store.referrals.directory import direction_between, find_institution, offers_of
from sanyi.store.referrals.drafting import insert_draft
from sanyi.store.referrals.packet import renew, write_part
from sanyi.store.referrals.rules import ReferralRules, kept
from sanyi.store.referrals.tables import Referral
from sanyi.store.who import By, actor_of
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, NotAllowed, UndeclaredStep, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.referral import RECEIVERS, SENDERS
from sanyi.workflows.referral_facts import PARTS, URGENCIES
from sanyi.workflows.take import LONGEST_TEXT, clean


@dataclass(frozen=True)
class Wanted:
    """A referral as somebody asks for it: the person, where to, the diagnosis it is for, how urgent, the plan's criterion, the packet's first parts.

    `sender` is the own institution unless an emergency is recorded by the receiver; `returns` the request whose patient it brings back.
    """

    person: int
    to: str
    reason: str
    urgency: str = "routine"
    department: str = ""
    criterion: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    returns: int | None = None


@tried_again
def begin_referral(wanted: Wanted, rules: ReferralRules, by: By, now: datetime) -> Referral:
    """Begin a draft at the actor's own institution, under the plan's rules as they stand.

    Errors (nothing written): NotAllowed, BadField, UnknownWork (no such person, no such path to bring back), GuardRefused (one is open already).
    """
    with refusals_recorded(by, subject="referral", step="begin"), transaction.atomic():
        actor = actor_of(by)
        if actor.role not in SENDERS or not actor.unit:
            raise NotAllowed("转诊由医师、家庭医生或窗口在本机构发起", "a doctor, family doctor or registrar begins a referral at their own institution")
        return _begun(wanted, rules, actor, actor.unit, wanted.to, now)


@tried_again
def record_emergency(wanted: Wanted, sender: str, moved_at: datetime, rules: ReferralRules, by: By, now: datetime) -> Referral:
    """Write down an emergency that has happened, at either side; the other side then confirms it. Errors: as `begin_referral`, and those of the step."""
    with refusals_recorded(by, subject="referral", step="record_emergency"), transaction.atomic():
        actor = actor_of(by)
        if actor.role not in RECEIVERS or not actor.unit or actor.unit not in (sender, wanted.to):
            raise NotAllowed("急诊转诊由转出或转入机构补录", "an emergency is recorded by one of its two institutions")
        row = _begun(wanted, rules, actor, sender, wanted.to, now, submitted_at=now)  # a receiver does not see a draft; its own is sent at once, beside the sender's
        return act("referral", row.pk, row.version, "record_emergency", {"moved_at": moved_at}, by, now)


def _begun(wanted: Wanted, rules: ReferralRules, actor: Actor, sender: str, receiver: str, now: datetime, submitted_at: datetime | None = None) -> Referral:
    _check_words(wanted)
    here, there = find_institution(sender, now), find_institution(receiver, now)
    if here.code == there.code:
        raise BadField("转出与转入机构不能相同", "it goes to another institution", "to")
    person = Person.objects.filter(pk=wanted.person, is_active=True).first()
    if person is None:
        raise UnknownWork(f"没有编号为 {wanted.person} 的在册人员", f"there is no person number {wanted.person}")
    direction = direction_between(here, there)
    row = Referral(person=person, institution=here.code, receiver=there.code, origin=here.code, direction=direction, urgency=wanted.urgency, department=clean(wanted.department),
                   is_green=_is_green(there.code, direction, wanted, now), reason=clean(wanted.reason).upper(), criterion=clean(wanted.criterion), rules=kept(rules),
                   submitted_at=submitted_at, state=workflow_of("referral").start, digest="", returns=_path(wanted, person.pk, here.code), created_by=actor.name, created_at=now)
    if row.returns_id:
        row.origin = row.returns.origin
    insert_draft(row, now)
    for kind, text in sorted(wanted.parts.items()):
        write_part(row, kind, clean(text), actor.unit, actor.name, now)
    renew(row)
    write_line(row, "referral", "begin", actor.name, now, "", {"to": row.receiver, "direction": direction, "urgency": row.urgency}, actor.persons, actor=actor,
               open_names={"to", "direction", "urgency"})
    return row


def _check_words(wanted: Wanted) -> None:
    if wanted.urgency not in URGENCIES:
        raise BadField("缓急应为急诊、加急或普通", f"the urgency is one of {', '.join(URGENCIES)}", "urgency")
    if not clean(wanted.reason) or len(clean(wanted.reason)) > 30:
        raise BadField("请填写诊断编码（至多 30 字）", "name the diagnosis it is for, at most 30 characters", "reason")
    for kind, text in wanted.parts.items():
        if kind not in PARTS or not clean(text) or len(text) > LONGEST_TEXT:
            raise BadField(f"资料类别 {kind[:40]} 未知、为空或过长", f"the part {kind[:40]!r} is unknown, empty or too long", "parts")


def _is_green(receiver: str, direction: str, wanted: Wanted, now: datetime) -> bool:
    """Emergencies, and who comes up to a department that keeps a green channel. Source: HK-17."""
    offers = offers_of([receiver], today_of(now)).filter(department=clean(wanted.department), is_green=True)
    return wanted.urgency == "emergency" or direction == "up" and offers.exists()


def _path(wanted: Wanted, person: int, sender: str) -> Referral | None:
    if wanted.returns is None:
        return None
    found = Referral.objects.select_for_update().filter(pk=wanted.returns, person=person, receiver=sender, state__in=("arrived", "treated", "down_offered")).first()
    if found is None:
        raise UnknownWork("没有可转回的在办转诊", "there is no open path of this patient to bring back")
    return found


def weigh(id: int, version: int, effect: Mapping[str, object], by: By, now: datetime) -> Referral:
    """Keep what the referral changes for the patient's bill (as the benefit definition says it), before the consent.

    Errors: UnknownWork, StaleVersion, NotAllowed (another institution), UndeclaredStep (it is consented to or sent). Source: BEN-4.
    """
    with refusals_recorded(by, subject="referral", subject_id=id, step="weigh"), transaction.atomic():
        actor = actor_of(by)
        row = find_work("referral", id, actor, is_locked=True)
        if actor.role not in SENDERS or actor.unit != row.institution:
            raise NotAllowed("待遇影响由转出机构测算告知", "the sender says what it changes for the bill")
        if row.version != version:
            raise stale()
        if row.state != "draft":
            raise UndeclaredStep("仅草拟时测算", "only while it is drafted")
        write_change(row, "referral", "weigh", actor.name, now, {"effect": dict(effect)}, {"effect": str(effect.get("zh", ""))}, actor.persons, actor=actor)
        renew(row)
    return row
