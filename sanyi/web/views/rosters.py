"""Rosters: patterns from which slots are published. Source: NG-12."""
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.appointments.kind import SEEING
from sanyi.store.appointments.lists import rosters_of
from sanyi.store.appointments.rosters import FIELDS, KEEPERS, end_roster, make_roster, publish
from sanyi.tables.table import Table, date as day_column, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.appointment_parts import booking_rules, weekday_words
from sanyi.web.views.appointment_lists import WHAT, listed
from sanyi.web.posted import Words, answer_post, typed, whole as whole_typed
from sanyi.web.views.organisation import _field

ROSTERS = Table("roster_list", "排班", "Rosters", key=("id",), columns=(
    whole("id", "编号", "no."), text("department_name", "科室", "department", nullable=True), *WHAT, text("weekdays", "星期", "weekdays"), text("hours", "时间", "hours"),
    whole("slot_minutes", "每段分钟", "minutes a slot"), whole("capacity_count", "每段号数", "places a slot"), whole("reserved_ppm", "预留比例", "held for members", unit="ppm"),
    day_column("from_on", "从", "from"), day_column("to_on", "最后一日", "last day", nullable=True)))
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
    return listed(request, ROSTERS, rows, lambda words: Q(staff__name__icontains=words) | Q(examination__icontains=words), "", argument=False, refusal=refusal, may_add=may,
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
