"""The own bookings: what comes, what is waited for, and booking in few taps: institution, department, slot."""
from itertools import groupby
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.appointments.booking import book, wait
from sanyi.store.appointments.lists import appointments_seen, notices_for, one_slot, slots_coming, waiting_seen
from sanyi.store.appointments.queues import has_room
from sanyi.store.appointments.tables import Appointment, Slot
from sanyi.store.appointments.telling import KINDS, told
from sanyi.store.contracts.combination import may_choose
from sanyi.store.log import today_of
from sanyi.store.persons.tables import Person
from sanyi.store.referrals.first_contact import is_primary
from sanyi.store.referrals.rules import read_rules
from sanyi.store.referrals.tables import OPEN_STATES, Referral
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.opened import plan
from sanyi.web.my_parts import OWN, Due, MyPart, or_404, own_page, soonest
from sanyi.web.posted import Words, done_or_shown, optional_whole, whole
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.appointment_parts import booking_rules
from sanyi.web.views.my.booking import my_booking, my_turn
from sanyi.web.words import say
from sanyi.web.work_words import state_badge
from sanyi.workflows.appointment import LIVE
from sanyi.workflows.errors import UnknownWork

MOST = 50
SHOWN = 60
DAYS = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("my_appointments", purpose="view_own")
def my_bookings(request: HttpRequest) -> HttpResponse:
    """What was said, what comes, what is waited for; a POST says that a notice was read."""
    return done_or_shown(request, {"told": lambda: _told(request)}, request.path, lambda refusal: _bookings(request, refusal))


def _told(request: HttpRequest) -> Words:
    told(whole(request, "id"), request.by, clock.now())
    return "知道了", "Noted"


def _bookings(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        coming = list(appointments_seen(request.actor).filter(state__in=LIVE).order_by("starts_at")[:MOST])
        turns = list(waiting_seen(request.actor).filter(state__in=("waiting", "offered")).order_by("state", "id")[:MOST])
        names = institution_names({row.institution for row in (*coming, *turns)})
        return {"subject": "my_appointments", "institutions": sorted(names),
                "calls": [{"id": row.pk, "words": say(request, *KINDS[row.kind]), "when": row.slot and clock.local(row.slot.starts_at), "until": row.until and clock.local(row.until)}
                          for row in notices_for(request.actor)[:MOST]],
                "coming": [{"id": row.pk, "at": clock.local(row.starts_at), "day": day_words(request, row), "name": row.clinician or row.examination, "where": names.get(row.institution, row.institution),
                            "department": row.department or "", "state": state_badge(request, "appointment", row.state), "number": row.queue_number} for row in coming],
                "turns": [{"id": row.pk, "name": row.clinician or row.examination or row.department_name, "where": names.get(row.institution, row.institution),
                           "state": state_badge(request, "waiting", row.state), "until": row.expires_at and clock.local(row.expires_at), "last_on": row.last_on} for row in turns]}

    return own_page(request, "my_bookings.html", show, refusal)


def day_words(request: HttpRequest, row: Slot | Appointment) -> str:
    """The day of a slot as people say it."""
    at = clock.local(row.starts_at)
    days = (at.date() - clock.today()).days
    near = {0: ("今天", "today"), 1: ("明天", "tomorrow")}.get(days)
    return say(request, f"{at:%m-%d} {near[0] if near else '周' + DAYS[0][at.weekday()]}", f"{at:%m-%d} {near[1] if near else DAYS[1][at.weekday()]}")


@allowed(*OWN)
@require_safe
@reads("my_appointments", purpose="view_own")
def my_booking_find(request: HttpRequest) -> HttpResponse:
    """Choose an institution, then a department or examination, then a slot: each choice is one tap, kept in the address."""
    def show(person: Person) -> dict[str, Any]:
        rows, where, what = slots_coming(clock.now()).order_by("starts_at", "pk"), request.GET.get("where", "")[:100], request.GET.get("what", "")[:200]
        if not where:
            return {"subject": "slots", "stage": "where", "choices": _institutions(rows)}
        name = institution_names({where}).get(where, where)
        rows = rows.filter(institution=where)
        if not what:
            return {"subject": "slots", "stage": "what", "name": name, "where": where, "choices": _offers(rows)}
        kind, _, key = what.partition(":")
        rows = rows.filter(examination=key) if kind == "exam" else rows.filter(examination="", department=int(key) if key.isdecimal() and len(key) < 10 else None)
        return {"subject": "slots", "stage": "when", "name": name, "where": where, "days": _days(request, rows.filter(has_room())[:SHOWN]), "full": _days(request, rows.exclude(has_room())[:SHOWN])}

    return own_page(request, "my_booking_find.html", show)


def _institutions(rows: QuerySet) -> list[dict[str, Any]]:
    found = list(rows.order_by().values("institution").annotate(count=Count("pk"), first=Min("starts_at")).order_by("first")[:SHOWN])
    names = institution_names({row["institution"] for row in found})
    return [{"code": row["institution"], "name": names.get(row["institution"], row["institution"]), "first": clock.local(row["first"])} for row in found]


def _offers(rows: QuerySet) -> list[dict[str, Any]]:
    """The departments and examinations of an institution that have slots, the soonest first."""
    found = rows.order_by().values("department", "department__name", "examination").annotate(first=Min("starts_at")).order_by("first")[:SHOWN]
    return [{"code": f"exam:{row['examination']}" if row["examination"] else f"dept:{row['department'] or ''}", "name": row["examination"] or row["department__name"] or "", "first": clock.local(row["first"])}
            for row in found]


def _days(request: HttpRequest, rows: QuerySet) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(day, [{"id": row.pk, "at": clock.local(row.starts_at), "name": row.clinician or row.examination, "free": max(0, row.common_free_count), "held": max(0, row.held_free_count)} for row in of_day])
            for day, of_day in groupby(rows, key=lambda row: day_words(request, row))]


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("slot", id="slot_id", purpose="view_own")
def my_slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """One slot: book it, or stand in line where it is full."""
    acts = {"book": lambda: _book(request, slot_id), "wait": lambda: _wait(request, slot_id)}
    return done_or_shown(request, acts, reverse("my_bookings"), lambda refusal: _slot(request, slot_id, refusal))


def _slot(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = or_404(lambda: one_slot(id, request.by))
    row, free = found["slot"], found["free"]

    def show(person: Person) -> dict[str, Any]:
        referral, is_chosen = _referral(person, row.institution), may_choose(person.pk, row.institution, today_of(row.starts_at))
        may_book = row.is_open and row.starts_at > clock.now() and (free["common"] > 0 or free["reserved"] > 0 and (referral is not None or is_chosen))
        return {"subject": "slot", "subject_id": id, "slot": row, "day": day_words(request, row), "at": clock.local(row.starts_at), "until": clock.local(row.ends_at), "free": free, "waiting": found["waiting"],
                "where": institution_names({row.institution}).get(row.institution, row.institution), "name": row.clinician or row.examination, "referral": referral, "is_chosen": is_chosen, "may_book": may_book, "first_contact": [] if referral or is_chosen else _first_contact(request, row.institution),
                "may_wait": not may_book and row.is_open and row.starts_at > clock.now(), "release": clock.local(row.release_at), "cancel_hours": -(-row.cancel_minutes // 60)}

    return own_page(request, "my_slot.html", show, refusal)


def _first_contact(request: HttpRequest, institution: str) -> list[str]:
    """The diseases that primary care sees first by the plan, where a hospital is booked without a referral. Source: JH-18."""
    opened = plan()
    if opened is None or is_primary(institution, clock.today()):
        return []
    rules = read_rules(opened.on(clock.today()))
    return [say(request, *rules.words[code]) for code in rules.first_contact]


def _referral(person: Person, institution: str) -> int | None:
    """The referral there that has no appointment yet: with it the places held for referrals may be taken."""
    open_ones = Referral.objects.filter(person=person, receiver=institution, state__in=set(OPEN_STATES) - {"draft"})
    return open_ones.exclude(pk__in=Appointment.objects.filter(person=person, state__in=LIVE, referral__isnull=False).values("referral")).order_by("-pk").values_list("pk", flat=True).first()


def _person(request: HttpRequest) -> int:
    if not request.actor.resident.isdecimal():
        raise UnknownWork("此账户尚未关联本人", "this account is not linked to a person yet")
    return int(request.actor.resident)


def _book(request: HttpRequest, id: int) -> Words:
    row = book(id, _person(request), request.by, clock.now(), booking_rules(), optional_whole(request, "referral"))
    return f"约好了：{soonest(row.starts_at)}。不能来请提前取消。", f"Booked: {soonest(row.starts_at)}. If you cannot come, please cancel in time."


def _wait(request: HttpRequest, id: int) -> Words:
    row = wait(id, _person(request), request.by, clock.now(), booking_rules(), optional_whole(request, "referral"), any_clinician=request.POST.get("any") == "yes")
    return f"已候补，到 {row.last_on:%m-%d} 为止；有号会在这里通知您", f"You stand in line until {row.last_on:%m-%d}; you are told here when there is a place"


def _due(request: HttpRequest, person: Person) -> list[Due]:
    """Notices, places that are held, and what comes next."""
    calls, offers = notices_for(request.actor).count(), waiting_seen(request.actor).filter(state="offered").order_by("expires_at")
    coming = appointments_seen(request.actor).filter(state__in=LIVE, starts_at__gte=clock.now()).order_by("starts_at").first()
    found = [(say(request, f"有号为您保留到 {soonest(row.expires_at)}，请确认", f"A place is held for you until {soonest(row.expires_at)}: take it"), reverse("my_turn", args=[row.pk])) for row in offers]
    found += [(say(request, f"有 {calls} 条预约通知", f"{calls} notices about bookings"), reverse("my_bookings"))] if calls else []
    name = institution_names({coming.institution}).get(coming.institution, coming.institution) if coming else ""
    return found + ([(say(request, f"{soonest(coming.starts_at)} 到 {name} 就诊", f"{soonest(coming.starts_at)}: appointment at {name}"), reverse("my_booking", args=[coming.pk]))] if coming else [])


BOOKINGS = MyPart(30, ("预约挂号", "Book"), ("挂号、候补、改期", "book, wait, move"), (
    ("bookings/", "my_bookings", my_bookings), ("bookings/find/", "my_booking_find", my_booking_find), ("bookings/slots/<int:slot_id>/", "my_slot", my_slot),
    ("bookings/<int:appointment_id>/", "my_booking", my_booking), ("bookings/waiting/<int:waiting_id>/", "my_turn", my_turn)), _due)
