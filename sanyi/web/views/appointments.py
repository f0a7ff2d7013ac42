"""Appointments: the desk's day, lists, one appointment, one slot with booking, the waiting list, rosters. Source: NG-12, LJ-67."""
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.matching.masking import mask_name
from sanyi.store.act import act
from sanyi.store.appointments.booking import MAY_OVERBOOK, book, move, overbook, wait
from sanyi.store.appointments.closing import close_slot, reopen_slot
from sanyi.store.appointments.kind import SEEING
from sanyi.store.appointments.lists import (
    appointments_seen, day_of, notices_for, one_appointment, one_slot, one_turn, rosters_of, slots_on_offer, waiting_seen, waits_by_department,
)
from sanyi.store.appointments.rosters import FIELDS, KEEPERS, end_roster, make_roster, publish
from sanyi.store.appointments.rules import AppointmentRules, read_rules
from sanyi.store.appointments.telling import KINDS, told
from sanyi.store.one import allowed_steps
from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Column, Table, code, date as day_column, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.care_charts import waiting_times
from sanyi.web.masked import masked
from sanyi.web.opened import plan
from sanyi.web.picking import picked
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice, optional_whole, typed, whole as whole_typed
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.views.organisation import _field
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.appointment import BOOKERS, DESK
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.waiting import PLACES

CHANNELS = {"own": ("本人", "patient"), "desk": ("本院窗口", "desk"), "member": ("成员机构", "member"), "clinic": ("其他机构", "other institution"), "referral": ("转诊", "referral"),
            "waiting": ("候补", "waiting list"), "moved": ("改期", "moved"), "over": ("加号", "overbooked")}
_WHEN: tuple[Column, ...] = (day_column("on", "日期", "day"), text("time", "时间", "time"))
_WHAT: tuple[Column, ...] = (text("clinician", "医师", "clinician", nullable=True), text("examination", "检查", "examination", nullable=True))
STATES = {kind: {state.name: (state.zh, state.en) for state in workflow_of(kind).states} for kind in ("appointment", "waiting")}
LIST = Table("appointment_list", "预约", "Appointments", key=("id",), columns=(
    whole("id", "编号", "no."), *_WHEN, text("person_name", "患者", "patient"), text("department", "科室", "department", nullable=True), *_WHAT, code("state", "状态", "state", STATES["appointment"]),
    code("place", "号别", "place", PLACES), code("channel", "渠道", "channel", CHANNELS), text("institution", "就诊机构", "institution"), text("booker", "代约机构", "booked by", nullable=True)))
SLOTS = Table("slot_list", "可约号源", "Slots on offer", key=("id",), columns=(
    whole("id", "编号", "no."), *_WHEN, text("institution", "机构", "institution"), text("department_name", "科室", "department", nullable=True), *_WHAT,
    whole("common_free_count", "余号", "free"), whole("held_free_count", "预留余号", "free, held for referrals")))
TURNS = Table("waiting_list", "候补", "Waiting list", key=("id",), columns=(
    whole("id", "编号", "no."), text("person_name", "患者", "patient"), text("institution", "机构", "institution"), text("department_name", "科室", "department", nullable=True), *_WHAT,
    code("state", "状态", "state", STATES["waiting"]), whole("rank", "优先级", "rank"), day_column("from_on", "从", "from"), day_column("last_on", "至", "until")))
ROSTERS = Table("roster_list", "排班", "Rosters", key=("id",), columns=(
    whole("id", "编号", "no."), text("department_name", "科室", "department", nullable=True), *_WHAT, text("weekdays", "星期", "weekdays"), text("hours", "时间", "hours"),
    whole("slot_minutes", "每段分钟", "minutes a slot"), whole("capacity_count", "每段号数", "places a slot"), whole("reserved_ppm", "预留比例", "held for members", unit="ppm"),
    day_column("from_on", "从", "from"), day_column("to_on", "最后一日", "last day", nullable=True)))
DATES = {"on": "starts_at"}
LIST_SORT = "-on"
SHOWN_DAYS = 90  # of the chart of waiting
TONES = {"booked": "none", "confirmed": "fair", "checked_in": "good", "served": "good", "no_show": "bad", "cancelled": "none", "moved": "none"}


def booking_rules() -> AppointmentRules:
    """The plan's rules of booking today. Errors: BadField where no plan is open."""
    opened = plan()
    if opened is None:
        raise BadField("方案未打开，无法预约", "no plan is open, so nothing can be booked", "plan")
    return read_rules(opened.on(clock.today()))


def _searched(words: str) -> Q:
    found = Q(person__name__startswith=words) | Q(person__pinyin__startswith=words.lower()) | Q(person__initials=words.lower())
    return found | Q(pk=int(words)) | Q(person_id=int(words)) if words.isascii() and words.isdigit() and len(words) < 18 else found


def _slot_searched(words: str) -> Q:
    return Q(staff__name__icontains=words) | Q(department__name__icontains=words) | Q(examination__icontains=words) | Q(institution__iexact=words)


def weekday_words(weekdays: str, language: str) -> str:
    """The days of a pattern (1 Monday … 7 Sunday) as people say them; a run of three and more by its ends."""
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] if language == "en" else [f"周{day}" for day in "一二三四五六日"]
    if weekdays == "1234567":
        return "daily" if language == "en" else "每天"
    days = [names[int(day) - 1] for day in weekdays]
    if len(days) > 2 and weekdays in "1234567":
        return f"{days[0]}–{days[-1]}" if language == "en" else f"{days[0]}至{days[-1]}"
    return (", " if language == "en" else "、").join(days)


def _row(row: dict[str, Any], language: str) -> dict[str, Any]:
    local = clock.local(row["starts_at"]) if row.get("starts_at") else None
    blank = {name: row[name] or None for name in ("clinician", "examination", "department", "department_name", "booker", "place") if name in row}
    hours = {"hours": f"{row['begins']:%H:%M}–{row['ends']:%H:%M}"} if "begins" in row else {}
    days = {"weekdays": weekday_words(row["weekdays"], language)} if "weekdays" in row else {}
    return {**row, **blank, **hours, **days, **({"person_name": mask_name(row["person_name"])} if "person_name" in row else {}), **({"on": local.date(), "time": f"{local:%H:%M}"} if local else {})}


def _listed(request: HttpRequest, table: Table, rows: Any, search: Callable[[str], Q], route: str, argument: bool = True, sort: str = "id", **more: Any) -> HttpResponse:
    dates = DATES if "on" in table.names else {}
    if is_export(request):
        return stored_workbook(request, table, rows, search, sort=sort, adapt=lambda row: _row(row, request.language), dates=dates)
    seen: list[dict[str, Any]] = []
    links = {name: lambda row: reverse(route, args=[row["id"]]) for name in ("id", "person_name", "time")} if argument else {}
    shown = stored_listing(request, table, rows, search, sort=sort, adapt=lambda row: seen.append(row) or _row(row, request.language), links=links, dates=dates,
                           styles={"state": lambda row: f"mark {TONES.get(row['state'], 'fair')}"} if "state" in table.names else {})
    if "person_name" in table.names:
        reads_person(table.name, residents=[row["person_id"] for row in seen], institutions=sorted({row["institution"] for row in seen}))
    refusal = more.pop("refusal", None)
    return render(request, "appointment_list.html", {**notice(request, refusal), "list": shown, "title": say(request, table.zh, table.en), **more}, status=refusal["status"] if refusal else 200)


@allowed(*SEEING)
@says_reads("appointment_day")
@require_http_methods(["GET", "HEAD", "POST"])
def appointments(request: HttpRequest) -> HttpResponse:
    """The institution's day: a column for each clinician or examination, its slots one after another, one click to check in; a POST checks in or tells."""
    if request.method == "POST":
        return answer_post(request, {"check_in": lambda: _check_in(request), "told": lambda: _told(request)}, request.get_full_path(), lambda refusal: _day(request, refusal))
    return _day(request)


def _check_in(request: HttpRequest) -> Words:
    row = act("appointment", whole_typed(request, "id"), whole_typed(request, "version"), "check_in", {}, request.by, clock.now())
    return f"已签到：{clock.local(row.starts_at):%H:%M} 第 {row.queue_number} 号", f"Checked in: {clock.local(row.starts_at):%H:%M}, number {row.queue_number}"


def _told(request: HttpRequest) -> Words:
    told(whole_typed(request, "id"), request.by, clock.now())
    return "已登记：患者已获知", "Noted: the patient was told"


def _day(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    day, words, is_today = _chosen_day(request), request.GET.get("who", "").strip()[:50], False
    is_today, groups = day == clock.today(), day_of(request.actor, day)
    rows = [row for group in groups for slot in group["slots"] for row in slot["rows"]]
    reads_person("appointment_day", day, residents=[row.person_id for row in rows], institutions=(request.actor.unit,))
    for group in groups:
        group["slots"] = [{**each, "at": clock.local(each["slot"].starts_at), "rows": [_patient(request, row, words, is_today) for row in each["rows"]]} for each in group["slots"]]
    calls = notices_for(request.actor)[:20] if request.actor.role in DESK else []
    return render(request, "appointments.html", {
        **notice(request, refusal), "groups": groups, "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1), "who": words,
        "counts": [(say(request, *STATES["appointment"][state]), sum(row.state == state for row in rows)) for state in TONES if any(row.state == state for row in rows)],
        "calls": [_call(request, row) for row in calls]}, status=refusal["status"] if refusal else 200)


def _patient(request: HttpRequest, row: Any, words: str, is_today: bool) -> dict[str, Any]:
    is_found = bool(words) and (row.person.name.startswith(words) or row.person.pinyin.startswith(words.lower()) or row.person.initials == words.lower() or str(row.person_id) == words)
    return {"id": row.pk, "version": row.version, "name": mask_name(row.person.name), "state": state_badge(request, "appointment", row.state), "tone": TONES[row.state], "number": row.queue_number,
            "is_found": is_found, "may_come": is_today and row.state in ("booked", "confirmed") and request.actor.role in DESK, "is_over": row.place == "over", "is_held": row.place == "reserved"}


def _call(request: HttpRequest, row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": mask_name(row.person.name), "person": row.person_id, "phone": row.person.phone_masked, "words": say(request, *KINDS[row.kind]), "slot": row.slot,
            "when": clock.local(row.slot.starts_at) if row.slot else None, "until": clock.local(row.until) if row.until else None}


def _chosen_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


@allowed(*SEEING)
@says_reads("appointment")
@require_safe
def appointment_list(request: HttpRequest) -> HttpResponse:
    """Every appointment an account may see, from the database."""
    is_host = request.actor.role in ("director", "registrar") and not is_export(request)
    waits = waiting_times(request, waits_by_department(request.actor, clock.now() - timedelta(days=SHOWN_DAYS))) if is_host else None
    return _listed(request, LIST, appointments_seen(request.actor), _searched, "appointment", sort=LIST_SORT, waits=waits)


@allowed(*SEEING)
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """Slots with a free place, the earliest first."""
    return _listed(request, SLOTS, slots_on_offer(clock.now()), _slot_searched, "slot", sort="on")


@allowed(*SEEING)
@says_reads("waiting")
@require_safe
def waiting_list(request: HttpRequest) -> HttpResponse:
    """The turns an account may see."""
    return _listed(request, TURNS, waiting_seen(request.actor), _searched, "waiting", sort="-id")


@allowed(*SEEING)
@require_http_methods(["GET", "HEAD", "POST"])
def rosters(request: HttpRequest) -> HttpResponse:
    """The rosters of one's institution; a POST adds one, publishes its slots, or ends one."""
    if request.method == "POST":
        acts = {"add": lambda: _add_roster(request), "publish": lambda: _publish(request), "end": lambda: _end_roster(request)}
        return answer_post(request, acts, reverse("rosters"), lambda refusal: _rosters(request, refusal))
    return _rosters(request)


def _rosters(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    may, rows = request.actor.role in KEEPERS, rosters_of(request.actor)
    own = [{"id": row.pk, "version": row.version, "name": f"{row.clinician or row.examination} {weekday_words(row.weekdays, request.language)} {row.begins:%H:%M}–{row.ends:%H:%M}"} for row in rows.filter(to_on=None).order_by("pk")] if may else []
    return _listed(request, ROSTERS, rows, lambda words: Q(staff__name__icontains=words) | Q(examination__icontains=words), "", argument=False, refusal=refusal, may_add=may,
                   fields=[_field(request, field, {}) for field in FIELDS], own=own)


def _add_roster(request: HttpRequest) -> Words:
    given = {name.removeprefix("given."): value for name, value in request.POST.items() if name.startswith("given.") and value.strip()}
    row = make_roster(given, request.by, clock.now(), booking_rules())
    made, clashes = publish(row.pk, request.by, clock.now())
    return f"排班已建立，发布 {made} 个时段，{clashes} 个因医师时间冲突未发布", f"The roster is made; {made} slots published, {clashes} not, for the clinician sits elsewhere then"


def _publish(request: HttpRequest) -> Words:
    made, clashes = publish(whole_typed(request, "id"), request.by, clock.now())
    return f"新发布 {made} 个时段，{clashes} 个因医师时间冲突未发布", f"{made} slots published, {clashes} not, for the clinician sits elsewhere then"


def _end_roster(request: HttpRequest) -> Words:
    row = end_roster(whole_typed(request, "id"), whole_typed(request, "version"), typed(request, "to_on", "最后一日", "last day", 10), request.by, clock.now())
    return f"排班最后一日 {row.to_on}", f"The roster's last day is {row.to_on}"


@allowed(*SEEING)
@says_reads("slot")
@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: HttpRequest, slot_id: int) -> HttpResponse:
    """One slot; a POST books, waits, overbooks, closes or opens it again."""
    if request.method == "POST":
        acts = {"book": lambda: _book(request, slot_id), "wait": lambda: _wait(request, slot_id), "overbook": lambda: _overbook(request, slot_id),
                "close": lambda: _close(request, slot_id), "reopen": lambda: _reopen(request, slot_id)}
        return answer_post(request, acts, request.path, lambda refusal: _slot(request, slot_id, refusal))
    return _slot(request, slot_id)


def _book(request: HttpRequest, id: int) -> Words:
    row = book(id, picked(request), request.by, clock.now(), booking_rules(), optional_whole(request, "referral"))
    return f"已预约：{clock.local(row.starts_at):%Y-%m-%d %H:%M}，编号 {row.pk}", f"Booked: {clock.local(row.starts_at):%Y-%m-%d %H:%M}, number {row.pk}"


def _wait(request: HttpRequest, id: int) -> Words:
    row = wait(id, picked(request), request.by, clock.now(), booking_rules(), optional_whole(request, "referral"), any_clinician=request.POST.get("any") == "yes")
    return f"已候补，编号 {row.pk}，至 {row.last_on}", f"In line, number {row.pk}, until {row.last_on}"


def _overbook(request: HttpRequest, id: int) -> Words:
    row = overbook(id, picked(request), request.POST.get("reason", ""), request.by, clock.now())
    return f"已加号，编号 {row.pk}", f"Overbooked, number {row.pk}"


def _close(request: HttpRequest, id: int) -> Words:
    count = close_slot(id, whole_typed(request, "version"), request.POST.get("reason", ""), request.by, clock.now())
    return f"已停诊；{count} 位患者已优先候补，请逐一通知", f"Closed; {count} patients stand first in line: please tell them"


def _reopen(request: HttpRequest, id: int) -> Words:
    reopen_slot(id, whole_typed(request, "version"), request.by, clock.now())
    return "已恢复开诊", "Open again"


def _slot(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = _or_404(lambda: one_slot(id, request.by))
    row, role = found["slot"], request.actor.role
    if found["rows"]:
        reads_person("slot", id, residents=[each.person_id for each in found["rows"]], institutions=(row.institution,))
    return render(request, "slot.html", {
        **notice(request, refusal), **found, "at": clock.local(row.starts_at), "until": clock.local(row.ends_at), "release": clock.local(row.release_at), "name": row.clinician or row.examination,
        "house": institution_names({row.institution}).get(row.institution, row.institution), "has_begun": row.starts_at <= clock.now(),
        "may_book": role in BOOKERS, "may_overbook": found["is_host"] and role in MAY_OVERBOOK, "rows": [_patient(request, each, "", False) for each in found["rows"]]},
        status=refusal["status"] if refusal else 200)


@allowed(*SEEING)
@says_reads("appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """One appointment with its steps and log; a POST takes a step."""
    return _work(request, "appointment", appointment_id, one_appointment)


@allowed(*SEEING)
@says_reads("waiting")
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """One turn in the waiting list; a POST takes a step."""
    return _work(request, "waiting", waiting_id, one_turn)


def _work(request: HttpRequest, kind: str, id: int, find: Callable[..., dict[str, Any]]) -> HttpResponse:
    if request.method == "POST":
        step = _move if kind == "appointment" and request.POST.get("step") == "move" else work_acts(request, kind, id)["step"]
        acts = {"step": (lambda: step(request, id)) if step is _move else step}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, kind, id, find, refusal))
    return _one(request, kind, id, find)


def _move(request: HttpRequest, id: int) -> Words:
    made = move(id, whole_typed(request, "version"), whole_typed(request, "given.slot"), request.by, clock.now())
    return f"已改期到 {clock.local(made.starts_at):%Y-%m-%d %H:%M}，新编号 {made.pk}", f"Moved to {clock.local(made.starts_at):%Y-%m-%d %H:%M}, number {made.pk}"


def _one(request: HttpRequest, kind: str, id: int, find: Callable[..., dict[str, Any]], refusal: dict[str, Any] | None = None) -> HttpResponse:
    found = _or_404(lambda: find(id, request.by))
    row, since = found["row"], request.POST.get("version", "")
    reads_person(kind, id, residents=(row.person_id,), institutions=(row.institution,))
    log = [event_line(request, event, kind) for event in found["events"]]
    at, names = row.slot, institution_names({row.institution, row.booker} - {""})
    return render(request, "appointment.html", {
        **notice(request, refusal), **found, "kind": kind, "at": clock.local(at.starts_at) if at else None, "name": (at or row).staff.name if (at or row).staff else row.slot.examination if at else row.examination,
        "house": names.get(row.institution, row.institution), "booker": names.get(row.booker, row.booker), "state": state_badge(request, kind, row.state),
        "place_words": say(request, *PLACES[row.place]) if row.place else "", "steps": steps_of(request, kind, row.state, allowed_steps(kind, id, request.by, clock.now()), []),
        "log": log[::-1], "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])]},
        status=refusal["status"] if refusal else 200)


def _or_404(find: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return find()
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
