"""What pages of appointments share: states and their colours, the plan's rules of booking, weekdays in words, a booked patient."""
from typing import Any

from django.http import HttpRequest

from sanyi.matching.masking import mask_name
from sanyi.store.appointments.lists import goes_first
from sanyi.store.appointments.rules import AppointmentRules, read_rules
from sanyi.web import clock
from sanyi.web.opened import plan
from sanyi.web.work_words import state_badge
from sanyi.workflows import workflow_of
from sanyi.workflows.appointment import DESK
from sanyi.workflows.errors import BadField

STATES = {kind: {state.name: (state.zh, state.en) for state in workflow_of(kind).states} for kind in ("appointment", "waiting")}
TONES = {"booked": "none", "confirmed": "fair", "checked_in": "good", "served": "good", "no_show": "bad", "cancelled": "none", "moved": "none"}


def booking_rules() -> AppointmentRules:
    """The plan's rules of booking today. Errors: BadField where no plan is open."""
    opened = plan()
    if opened is None:
        raise BadField("方案未打开，无法预约", "no plan is open, so nothing can be booked", "plan")
    return read_rules(opened.on(clock.today()))


def weekday_words(weekdays: str, language: str) -> str:
    """The days of a pattern (1 Monday … 7 Sunday) as people say them; a run of three and more by its ends."""
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] if language == "en" else [f"周{day}" for day in "一二三四五六日"]
    if weekdays == "1234567":
        return "daily" if language == "en" else "每天"
    days = [names[int(day) - 1] for day in weekdays]
    if len(days) > 2 and weekdays in "1234567":
        return f"{days[0]}–{days[-1]}" if language == "en" else f"{days[0]}至{days[-1]}"
    return (", " if language == "en" else "、").join(days)


def patient(request: HttpRequest, row: Any, words: str, is_today: bool) -> dict[str, Any]:
    """A booked patient as a slot shows them, masked; `words` is who is looked for."""
    is_found = bool(words) and (row.person.name.startswith(words) or row.person.pinyin.startswith(words.lower()) or row.person.initials == words.lower() or str(row.person_id) == words)
    return {"id": row.pk, "version": row.version, "name": mask_name(row.person.name), "state": state_badge(request, "appointment", row.state), "tone": TONES[row.state], "number": row.queue_number,
            "is_found": is_found, "may_come": is_today and row.state in ("booked", "confirmed") and request.actor.role in DESK, "is_over": row.place == "over", "is_held": row.place == "reserved", "is_first": goes_first(row)}
