"""Booking a place: by the patient, for them by a clinic, inside a referral; or a turn in the waiting list where nothing is free."""
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from sanyi.store.appointments.queues import OTHERS, REFERRED, fill, free_places, has_room, locked_slot, offer_room, release, stand_in_line
from sanyi.store.appointments.rules import AppointmentRules
from sanyi.store.appointments.tables import Appointment, Slot, Waiting
from sanyi.store.contracts.combination import may_choose
from sanyi.store.crossing import tried_again
from sanyi.store.log import today_of, write_line
from sanyi.store.organisation.tables import Membership, on_day
from sanyi.store.persons.tables import Person
from sanyi.store.referrals.tables import OPEN_STATES, Referral
from sanyi.store.tenancy import in_hand
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, actor_of
from sanyi.workflows import workflow_of
from sanyi.workflows.appointment import BOOKERS, LIVE
from sanyi.workflows.errors import BadField, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import Actor
from sanyi.workflows.take import REGION, clean

MAY_OVERBOOK = ("doctor", "director")
LONGEST_REASON = 500


@tried_again
def book(slot: int, person: int, by: By, now: datetime, rules: AppointmentRules, referral: int | None = None) -> Appointment:
    """Book a place of a slot for a patient; inside a referral to its institution (`referral` its number) also one that is held for members.

    Errors: UnknownWork (no such slot or patient), NotAllowed, GuardRefused: not on offer, full, the patient is elsewhere at that time, has
    missed too many, is booked inside this referral already. Source: NG-12, BJ-03, JH-18.
    """
    with refusals_recorded(by, subject="slot", subject_id=slot, step="book", now=now):
        return _booked(slot, person, by, now, rules, referral)


def _booked(slot: int, person: int, by: By, now: datetime, rules: AppointmentRules, referral: int | None) -> Appointment:
    with transaction.atomic(), _at(slot, person):
        actor, row, who = _ready(slot, person, by, now)
        inside = _referral(referral, actor, row, who)
        _check_horizon(row, now)
        if actor.role == "resident":
            check_missed(who, now, rules)
        may_reserve = may_use_reserved(actor, row, who, now, inside)
        place = _free_place(row, may_reserve)
        return _taken(row, who, actor, now, place, _channel(actor, row, may_reserve, inside), referral=inside)


@tried_again
def overbook(slot: int, person: int, reason: str, by: By, now: datetime) -> Appointment:
    """Add a patient beyond the places of a slot, within its limit and with a reason: a doctor or the director of the institution.

    Errors: UnknownWork, NotAllowed, BadField (no reason), GuardRefused: the limit is reached, places are free, the patient is elsewhere.
    """
    with refusals_recorded(by, subject="slot", subject_id=slot, step="overbook", now=now), transaction.atomic(), _at(slot, person):
        actor, row, who = _ready(slot, person, by, now)
        if actor.role not in MAY_OVERBOOK or actor.unit != row.institution:
            raise NotAllowed("加号须由本机构医师或负责人批准", "only a doctor or the director of the institution may overbook")
        words = clean(reason)
        if not words or len(words) > LONGEST_REASON:
            raise BadField(f"请填写加号理由（至多 {LONGEST_REASON} 字）", f"say why, in at most {LONGEST_REASON} characters", "reason")
        free = free_places(row)
        if free["common"] > 0:
            raise GuardRefused("尚有空余号源，无需加号", "places are free: book one of them", "is_full")
        if free["over"] <= 0:
            raise GuardRefused(f"加号已达上限 {row.over_count} 个", f"the limit of {row.over_count} is reached", "over_limit")
        return _taken(row, who, actor, now, "over", "over", over_reason=words)


def wait(slot: int, person: int, by: By, now: datetime, rules: AppointmentRules, referral: int | None = None, any_clinician: bool = False, last_on: date | None = None) -> Waiting:
    """Stand in line for what a slot offers, on its day or later, in order of coming (referrals before others).

    Errors: UnknownWork, NotAllowed, BadField (the last day lies before the slot's), GuardRefused (waits already, missed too many).
    """
    with refusals_recorded(by, subject="slot", subject_id=slot, step="join", now=now):
        with transaction.atomic(), _at(slot, person):
            actor, row, who = _ready(slot, person, by, now)
            inside = _referral(referral, actor, row, who)
            if actor.role == "resident":
                check_missed(who, now, rules)
            first = max(today_of(now), today_of(row.starts_at))
            last = last_on or first + timedelta(days=rules.wait_days)
            if not first <= last <= first + timedelta(days=rules.wait_days):
                raise BadField(f"候补截止日应在 {first} 起 {rules.wait_days} 天内", f"the last day lies within {rules.wait_days} days from {first}", "last_on")
            made = stand_in_line(row, who.pk, REFERRED if inside else OTHERS, actor, now, first, last, referral=inside, any_clinician=any_clinician,
                                 booker="" if actor.role == "resident" else actor.unit, may_reserve=may_use_reserved(actor, row, who, now, inside))
        offer_room(made.queue, now)  # a place may have come free since it was looked at
    made.refresh_from_db()
    return made


def book_or_wait(slot: int, person: int, by: By, now: datetime, rules: AppointmentRules, referral: int | None = None) -> tuple[Appointment | Waiting, int]:
    """Book a slot, or where it is full the next one of its queue that is free, or stand in line; gives what was made and the days it is put off.

    Errors: as of `book` and `wait`. Source: REF-3.
    """
    wanted = Slot.objects.filter(pk=slot).first()
    if wanted is None:
        raise _no_slot(slot)
    later = Slot.objects.filter(has_room(), queue=wanted.queue, starts_at__gt=max(now, wanted.starts_at), starts_at__lte=wanted.starts_at + timedelta(days=rules.wait_days))
    with refusals_recorded(by, subject="slot", subject_id=slot, step="book", now=now):
        for id in (slot, *later.order_by("starts_at", "id").values_list("pk", flat=True)):
            try:
                made = _booked(id, person, by, now, rules, referral)
            except GuardRefused as refused:  # no refusal of what was asked for: the next slot, or the line, is the answer
                if refused.guard not in ("is_free", "is_open"):
                    raise
                continue
            return made, (today_of(made.starts_at) - today_of(wanted.starts_at)).days
    return wait(slot, person, by, now, rules, referral), 0


@tried_again
def move(id: int, version: int, slot: int, by: By, now: datetime) -> Appointment:
    """Move an appointment to another slot of its institution; gives the new one. Errors: as of `act`, and GuardRefused as of `book`."""
    from sanyi.store.act import act
    with transaction.atomic():
        ids = sorted({slot, *Appointment.objects.filter(pk=id).values_list("slot", flat=True)})
        list(Slot.objects.filter(pk__in=ids).order_by("pk").select_for_update())  # both, always in one order
        act("appointment", id, version, "move", {"slot": slot}, by, now)
        return Appointment.objects.get(moved_from=id)


def moved_to(old: Appointment, slot: int, actor: Actor, now: datetime) -> Appointment:
    """The new appointment of one that is moved; both slots are locked by who calls."""
    row = _open_slot(slot, now)
    if row.institution != old.institution or row.examination != old.slot.examination:
        raise GuardRefused("只能改到同一机构的同类号源", "it moves within its institution, and an examination to the same one", "moves_within")
    if row.pk == old.slot_id:
        raise GuardRefused("已在该时段", "it is in that slot already", "moves_within")
    place = _free_place(row, old.place == "reserved" or old.referral_id is not None)
    return _taken(row, old.person, actor, now, place, "moved", referral=old.referral, moved_from=old, booker=old.booker)


def taken_from_line(turn: Waiting, actor: Actor, now: datetime) -> Appointment:
    """The appointment of a turn whose offer is taken; its slot is locked by who calls."""
    return _taken(turn.slot, turn.person, actor, now, turn.place, "waiting", referral=turn.referral, booker=turn.booker)


def may_use_reserved(actor: Actor, slot: Slot, person: Person, now: datetime, referral: Referral | None) -> bool:
    """Whether a place held for members may be used: a family doctor, a member of a consortium of the host, inside a referral, or for whoever has the host in the own 1+1+1 that day.

    Source: JH-14, JH-18, BJ-03.
    """
    if referral or actor.role == "family_doctor" or may_choose(person.pk, slot.institution, today_of(slot.starts_at)):
        return True
    if actor.role not in BOOKERS or not actor.unit:
        return False
    host, today = slot.institution, today_of(now)
    shared = Membership.objects.filter(on_day(today), on_day(today, "consortium__"), institution__code=host).values("consortium")
    return actor.unit != host and Membership.objects.filter(on_day(today), institution__code=actor.unit, consortium__in=shared).exists()


def check_missed(person: Person, now: datetime, rules: AppointmentRules) -> None:
    """Refuse whoever missed too many of late, until the block is over. Errors: GuardRefused."""
    since = now - timedelta(days=rules.no_show_window_days)
    missed = Appointment.objects.filter(person=person, state="no_show", is_counted=True, starts_at__gte=since).order_by("-starts_at").values_list("starts_at", flat=True)
    if not rules.no_show_count or len(missed) < rules.no_show_count:
        return
    until = missed[0] + timedelta(days=rules.no_show_block_days)
    if now < until:
        raise GuardRefused(f"{rules.no_show_window_days} 天内爽约 {len(missed)} 次，{today_of(until)} 前不能自行预约；可到窗口或由家庭医生代约",
                           f"{len(missed)} appointments were missed in {rules.no_show_window_days} days; you can book yourself again from {today_of(until)}, "
                           "or through a desk or your family doctor now", "missed_too_many")


def _at(slot: int, person: int) -> AbstractContextManager[None]:
    """The patient's rows, which may be elsewhere at that time, and the slot's institution, whose line moves on."""
    return in_hand((person,), Slot.objects.filter(pk=slot).values_list("institution", flat=True))


def _ready(slot: int, person: int, by: By, now: datetime) -> tuple[Actor, Slot, Person]:
    actor = actor_of(by)
    is_own = actor.role == "resident" and actor.resident != "" and actor.resident == str(person)
    if not is_own and not (actor.role in (*BOOKERS, "director") and actor.unit):
        raise NotAllowed("居民只能为本人预约，代约须由医疗机构人员办理", "residents book for themselves; others are booked for by staff of an institution")
    row = _open_slot(slot, now)
    who = Person.objects.filter(pk=person, is_active=True, died_on=None).first()
    if who is None:
        raise UnknownWork(f"没有编号为 {person} 的人员", f"there is no person number {person}")
    _check_elsewhere(row, who)
    return actor, row, who


def _open_slot(id: int, now: datetime) -> Slot:
    row = locked_slot(id)
    if row is None:
        raise _no_slot(id)
    if not row.is_open or row.starts_at <= now:
        raise GuardRefused("该时段已停诊或已开始，请选择其他时段", "this session is cancelled or has begun; please choose another", "is_open")
    if release(row, now):
        fill(row, now)
        row.refresh_from_db()
    return row


def _no_slot(id: int) -> UnknownWork:
    return UnknownWork(f"没有编号为 {id} 的号源", f"there is no slot number {id}")


def _check_horizon(slot: Slot, now: datetime) -> None:
    last = today_of(now) + timedelta(days=slot.roster.horizon_days)
    if today_of(slot.starts_at) > last:
        raise GuardRefused(f"目前可预约到 {last}", f"it can be booked until {last} for now", "is_open")


def _check_elsewhere(slot: Slot, person: Person) -> None:
    other = Appointment.objects.filter(person=person, state__in=LIVE, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).first()
    if other is not None:
        raise GuardRefused(f"该时间已有预约（{_hour(other.starts_at)}），请先取消或改期", f"there is an appointment at that time already ({_hour(other.starts_at)}); cancel or move it first",
                           "is_nowhere_else")


def _hour(moment: datetime) -> str:
    return moment.astimezone(REGION).strftime("%Y-%m-%d %H:%M")


def _referral(id: int | None, actor: Actor, slot: Slot, person: Person) -> Referral | None:
    """The referral that a booking is inside of: the patient's own, under way, to this institution; only who takes part in it names it."""
    if id is None:
        return None
    row = Referral.objects.filter(pk=id, person=person, receiver=slot.institution, state__in=set(OPEN_STATES) - {"draft"}).first()
    if row is None or actor.role != "resident" and actor.unit not in (row.institution, row.receiver, row.origin):
        raise GuardRefused("没有该患者转往本机构的有效转诊", "there is no referral of this patient to this institution under way", "referral_fits")
    return row


def _free_place(slot: Slot, may_reserve: bool) -> str:
    free = free_places(slot)
    if may_reserve and free["reserved"] > 0:
        return "reserved"
    if free["common"] > 0:
        return "common"
    if free["reserved"] > 0:
        raise GuardRefused(f"普通号已约满；{free['reserved']} 个预留给基层转诊，{_hour(slot.release_at)} 起放开。可候补，或由家庭医生代约",
                           f"it is full; {free['reserved']} are held for referrals from primary care until {_hour(slot.release_at)}. Please wait in line, or ask your family doctor",
                           "is_free")
    raise GuardRefused("该时段已约满，可选择其他时段或候补", "it is full; please choose another, or wait in line", "is_free")


def _channel(actor: Actor, slot: Slot, may_reserve: bool, referral: Referral | None) -> str:
    if referral:
        return "referral"
    return "own" if actor.role == "resident" else "desk" if actor.unit == slot.institution else "member" if may_reserve else "clinic"


def _taken(slot: Slot, person: Person, actor: Actor, now: datetime, place: str, channel: str, **more: Any) -> Appointment:
    more = {"booker": "" if actor.role == "resident" else actor.unit, **more}
    try:
        with transaction.atomic():
            row = Appointment.objects.create(
                person=person, slot=slot, institution=slot.institution, starts_at=slot.starts_at, ends_at=slot.ends_at, place=place, channel=channel, due=today_of(slot.starts_at),
                cancel_by=slot.starts_at - timedelta(minutes=slot.cancel_minutes), late_at=slot.starts_at + timedelta(minutes=slot.grace_minutes),
                state=workflow_of("appointment").start, created_by=actor.name, created_at=now, **more)
    except IntegrityError as refused:
        raise _why(str(refused)) from None
    given = {"slot": slot.pk, "place": place, "channel": channel, "referral": row.referral_id, "over_reason": row.over_reason}
    write_line(row, "appointment", "overbook" if place == "over" else "book", actor.name, now, "", given, actor.persons, actor=actor,
               open_names=("place", "channel"))
    return row


def _why(words: str) -> GuardRefused:
    """What the database's law says, in words for people."""
    if "one time" in words:
        return GuardRefused("该时间已有预约，请先取消或改期", "there is an appointment at that time already; cancel or move it first", "is_nowhere_else")
    if "referral" in words:
        return GuardRefused("该转诊单已有有效预约", "this referral has an appointment already", "referral_once")
    return GuardRefused("该时段已约满，可选择其他时段或候补", "it is full; please choose another, or wait in line", "is_free")
