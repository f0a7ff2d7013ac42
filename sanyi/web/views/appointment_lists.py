"""Lists of appointments: every appointment, slots on offer, the waiting list, and the one way in which they and rosters are listed. Source: NG-12, LJ-67."""
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanyi.matching.masking import mask_name
from sanyi.store.appointments.kind import SEEING
from sanyi.store.appointments.lists import appointments_seen, slots_on_offer, waiting_seen, waits_by_department
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Column, Table, code, date as day_column, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.appointment_parts import STATES, TONES, weekday_words
from sanyi.web.care_charts import waiting_times
from sanyi.web.plain_list import is_export
from sanyi.web.posted import notice
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.trailed import says_reads
from sanyi.web.words import say
from sanyi.workflows.waiting import PLACES

CHANNELS = {"own": ("本人", "patient"), "desk": ("本院窗口", "desk"), "member": ("成员机构", "member"), "clinic": ("其他机构", "other institution"), "referral": ("转诊", "referral"),
            "waiting": ("候补", "waiting list"), "moved": ("改期", "moved"), "over": ("加号", "overbooked")}
WHEN: tuple[Column, ...] = (day_column("on", "日期", "day"), text("time", "时间", "time"))
WHAT: tuple[Column, ...] = (text("clinician", "医师", "clinician", nullable=True), text("examination", "检查", "examination", nullable=True))
LIST = Table("appointment_list", "预约", "Appointments", key=("id",), columns=(
    whole("id", "编号", "no."), *WHEN, text("person_name", "患者", "patient"), text("department", "科室", "department", nullable=True), *WHAT, code("state", "状态", "state", STATES["appointment"]),
    code("place", "号别", "place", PLACES), code("channel", "渠道", "channel", CHANNELS), text("institution", "就诊机构", "institution"), text("booker", "代约机构", "booked by", nullable=True)))
SLOTS = Table("slot_list", "可约号源", "Slots on offer", key=("id",), columns=(
    whole("id", "编号", "no."), *WHEN, text("institution", "机构", "institution"), text("department_name", "科室", "department", nullable=True), *WHAT,
    whole("common_free_count", "余号", "free"), whole("held_free_count", "预留余号", "free, held for referrals")))
TURNS = Table("waiting_list", "候补", "Waiting list", key=("id",), columns=(
    whole("id", "编号", "no."), text("person_name", "患者", "patient"), text("institution", "机构", "institution"), text("department_name", "科室", "department", nullable=True), *WHAT,
    code("state", "状态", "state", STATES["waiting"]), whole("rank", "优先级", "rank"), day_column("from_on", "从", "from"), day_column("last_on", "至", "until")))
DATES = {"on": "starts_at"}
LIST_SORT = "-on"
SHOWN_DAYS = 90  # of the chart of waiting
def _searched(words: str) -> Q:
    found = Q(person__name__startswith=words) | Q(person__pinyin__startswith=words.lower()) | Q(person__initials=words.lower())
    return found | Q(pk=int(words)) | Q(person_id=int(words)) if words.isascii() and words.isdigit() and len(words) < 18 else found
def _slot_searched(words: str) -> Q:
    return Q(staff__name__icontains=words) | Q(department__name__icontains=words) | Q(examination__icontains=words) | Q(institution__iexact=words)
@allowed(*SEEING)
@says_reads("appointment")
@require_safe
def appointment_list(request: HttpRequest) -> HttpResponse:
    """Every appointment an account may see, from the database."""
    is_host = request.actor.role in ("director", "registrar") and not is_export(request)
    waits = waiting_times(request, waits_by_department(request.actor, clock.now() - timedelta(days=SHOWN_DAYS))) if is_host else None
    return listed(request, LIST, appointments_seen(request.actor), _searched, "appointment", sort=LIST_SORT, waits=waits)
@allowed(*SEEING)
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """Slots with a free place, the earliest first."""
    return listed(request, SLOTS, slots_on_offer(clock.now()), _slot_searched, "slot", sort="on")
@allowed(*SEEING)
@says_reads("waiting")
@require_safe
def waiting_list(request: HttpRequest) -> HttpResponse:
    """The turns an account may see."""
    return listed(request, TURNS, waiting_seen(request.actor), _searched, "waiting", sort="-id")
def _row(row: dict[str, Any], language: str) -> dict[str, Any]:
    local = clock.local(row["starts_at"]) if row.get("starts_at") else None
    blank = {name: row[name] or None for name in ("clinician", "examination", "department", "department_name", "booker", "place") if name in row}
    hours = {"hours": f"{row['begins']:%H:%M}–{row['ends']:%H:%M}"} if "begins" in row else {}
    days = {"weekdays": weekday_words(row["weekdays"], language)} if "weekdays" in row else {}
    return {**row, **blank, **hours, **days, **({"person_name": mask_name(row["person_name"])} if "person_name" in row else {}), **({"on": local.date(), "time": f"{local:%H:%M}"} if local else {})}
def listed(request: HttpRequest, table: Table, rows: Any, search: Callable[[str], Q], route: str, argument: bool = True, sort: str = "id", **more: Any) -> HttpResponse:
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
