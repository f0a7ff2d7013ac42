"""Critical values, remote consultations and what recognition came to. Source: NG-01, NG-05, NG-17, HK-27, HK-29."""
from datetime import date as Date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.matching.masking import mask_name
from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
from sanyi.store.exams.lists import critical_of, critical_responses
from sanyi.store.exams.ordering import REASONS
from sanyi.store.exams.recognition import recognition_by_institution
from sanyi.store.exams.rules import CONSULTATION_KINDS, URGENCIES
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.one import allowed_steps, events
from sanyi.store.organisation.lists import house_choices, institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, fen, text, whole
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.care_charts import critical_times
from sanyi.web.parts import chart
from sanyi.web.masked import masked
from sanyi.web.picking import picked
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, whole as whole_typed
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.views.exams import STAFF, item_words, local_time, rules_or_none
from sanyi.web.trailed import reads, says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.consultation import ASKERS
from sanyi.workflows.errors import UnknownWork

CONSULTING = ("doctor", "family_doctor", "nurse", "director")
SHOWN_DAYS = 90  # of the chart of critical values


@allowed(*STAFF)
@says_reads("critical_value_list")
@require_safe
def critical_values(request: HttpRequest) -> HttpResponse:
    """Critical values, newest first; those that wait are red."""
    table = Table("critical_value_list", "危急值", "Critical values", key=("id",), columns=(
        whole("id", "编号", "no."), code("state", "状态", "state", _states("critical_value")), text("person_name", "居民", "resident"),
        code("item", "项目", "item", item_words(rules_or_none())), text("text", "危急值", "critical value"), whole("stage", "升级层级", "stage"), text("told_to", "已通知", "told", nullable=True),
        text("due", "确认时限", "to acknowledge by", nullable=True), text("acknowledged_by", "确认人", "read back by", nullable=True), text("institution", "申请机构", "ordered by"),
        text("centre", "诊断中心", "centre"), date("created_on", "提出日期", "raised on")))
    times = critical_times(request, critical_responses(request.actor, clock.now() - timedelta(days=SHOWN_DAYS))) if rules_or_none() else None
    return _stored(request, table, critical_of(request.actor), "critical_value", "critical_values.html", {"times": times}, lambda text: Q(exam__person__name=text))


@allowed(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("critical_value", id="critical_id")
def critical_value(request: HttpRequest, critical_id: int) -> HttpResponse:
    """One critical value with its steps and every telling."""
    return _work(request, "critical_value", critical_id, "critical_value.html")


@allowed(*CONSULTING)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("consultation_list")
def consultations(request: HttpRequest) -> HttpResponse:
    """Consultations asked for or answered here; a POST asks for one."""
    if request.method == "POST":
        return answer_post(request, {"add": lambda: _ask(request)}, reverse("consultations"), lambda refusal: _consultations(request, refusal))
    return _consultations(request)


@allowed(*CONSULTING)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("consultation", id="consultation_id")
def consultation(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """One consultation with its steps."""
    return _work(request, "consultation", consultation_id, "consultation.html")


@allowed("office", "bureau", "supervisor", "director")
@require_safe
def recognition(request: HttpRequest) -> HttpResponse:
    """What recognition came to by institution, this year: rate, reasons, money saved. A director sees the own institution."""
    today = clock.today()
    start = timezone.make_aware(datetime.combine(Date(today.year, 1, 1), time()))
    rows = recognition_by_institution(start, clock.now() + timedelta(seconds=1), request.actor.unit if request.actor.role == "director" else "")
    names = institution_names({row["institution"] for row in rows})
    rows = [{**row, "name": names.get(row["institution"], row["institution"])} for row in rows]
    table = Table("recognition_by_institution", "结果互认", "Recognition", key=("institution",), columns=(
        text("institution", "机构编码", "institution"), text("name", "机构", "name"), whole("found", "可互认次数", "results found"), whole("accepted", "采用", "used"),
        whole("declined", "未采用", "not used"), whole("repeats", "重复开立", "ordered again"), whole("rate_ppm", "互认率", "rate", unit="ppm", nullable=True), fen("saved_fen", "节省费用", "saved"),
        *(whole(name, f"未采用：{zh}", f"not used: {en}") for name, (zh, en) in REASONS.items())))
    if is_export(request):
        return plain_workbook(request, table, rows)
    drawn = chart("bar", [row["name"] for row in rows], [(say(request, "采用", "used"), [row["accepted"] for row in rows]),
                                                         (say(request, "未采用", "not used"), [row["declined"] for row in rows])], say(request, "次", "times")) if rows else None
    return render(request, "recognition.html", {"list": plain_listing(request, table, rows, sort="-saved_fen", columns=table.names[1:]), "chart": drawn, "year": today.year,
                                                "saved": yuan(sum(row["saved_fen"] for row in rows))})


def _states(kind: str) -> dict[str, tuple[str, str]]:
    return {state.name: (state.zh, state.en) for state in workflow_of(kind).states}


def _stored(request: HttpRequest, table: Table, rows: QuerySet, kind: str, template: str, more: dict[str, Any], search: Any, refusal: dict[str, Any] | None = None) -> HttpResponse:
    now, finished, shown, dates = clock.now(), workflow_of(kind).finished, [], {"created_on": "created_at"}
    rows = rows.annotate(resident=F("exam__person_id")) if kind == "critical_value" else rows.annotate(resident=F("person_id"))

    def adapt(row: dict[str, Any]) -> dict[str, Any]:
        shown.append(str(row["resident"]))
        return {**row, "person_name": mask_name(row["person_name"]), "due": local_time(row["due_at"]), "created_on": clock.today_of(row["created_at"]),
                "is_late": row["state"] not in (*finished, "answered", "acknowledged") and row["due_at"] < now,
                **{name: row[name] or None for name in ("told_to", "acknowledged_by", "expert") if name in row}}

    if is_export(request):
        answer = stored_workbook(request, table, rows, search, adapt=adapt, dates=dates)
        reads_person(f"{kind}_list", residents=shown, action="export")
        return answer
    links = {name: lambda row: reverse(kind, args=[row["id"]]) for name in ("id", "person_name", "text")}
    styles = {"state": lambda row: "mark good" if row["state"] in finished else "mark bad" if kind == "critical_value" else "mark fair", "due": lambda row: "mark bad" if row["is_late"] else ""}
    listed = stored_listing(request, table, rows, search, adapt=adapt, links=links, styles=styles, dates=dates)
    reads_person(f"{kind}_list", residents=shown)
    return render(request, template, {**notice(request, refusal), "list": listed, **more}, status=refusal["status"] if refusal else 200)


def _consultations(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    table = Table("consultation_list", "远程会诊", "Remote consultations", key=("id",), columns=(
        whole("id", "编号", "no."), text("person_name", "居民", "resident"), code("kind", "类型", "kind", CONSULTATION_KINDS), code("urgency", "缓急", "urgency", URGENCIES),
        code("state", "状态", "state", _states("consultation")), text("institution", "邀请机构", "asked by"), text("expert_institution", "受邀机构", "experts of"),
        text("expert", "专家", "expert", nullable=True), text("due", "意见时限", "opinion due", nullable=True), fen("fee_fen", "费用", "fee"), date("created_on", "申请日期", "asked on")))
    rules = rules_or_none()
    houses = house_choices(clock.today(), request.actor.unit, rules.counted_levels if rules else ())
    more = {"may_ask": request.actor.role in ASKERS, "kinds": [(name, say(request, *words)) for name, words in CONSULTATION_KINDS.items()],
            "urgencies": [(name, say(request, *words)) for name, words in URGENCIES.items()], "rules": rules,
            "houses": [row for row in houses if row[0] != request.actor.unit]}
    return _stored(request, table, kind_of("consultation").seen_by(request.actor).annotate(person_name=F("person__name")), "consultation", "consultations.html", more,
                   lambda text: Q(person__name=text), refusal)


def _ask(request: HttpRequest) -> Words:
    said = {name: request.POST.get(name, "") for name in ("expert_institution", "kind", "urgency", "question", "summary")}
    row = ask_consultation(ConsultationWanted(person=picked(request), **said), request.by, clock.now())
    return f"已申请会诊：编号 {row.pk}", f"Asked for: number {row.pk}"


def _work(request: HttpRequest, kind: str, id: int, template: str) -> HttpResponse:
    if request.method == "POST":
        return answer_post(request, work_acts(request, kind, id), reverse(kind, args=[id]), lambda refusal: _one(request, kind, id, template, refusal))
    return _one(request, kind, id, template)


def _one(request: HttpRequest, kind: str, id: int, template: str, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work(kind, id, request.actor)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    known, rules, since = kind_of(kind), rules_or_none(), request.POST.get("version", "")
    reads_person(kind, id, residents=(known.resident(row),), institutions=known.institutions(row))
    log = [event_line(request, event, kind, choices={"kind": CONSULTATION_KINDS, "urgency": URGENCIES}) for event in events(kind, id)]
    steps = {"mine": [], "others": []} if not rules else steps_of(request, kind, row.state, allowed_steps(kind, id, request.by, clock.now()), [])
    is_alarm, houses = kind == "critical_value", institution_names(set(known.institutions(row)))
    person, item = (row.exam.person, say(request, *rules.words(row.exam.item)) if rules else row.exam.item) if is_alarm else (row.person, say(request, *CONSULTATION_KINDS[row.kind]))
    return render(request, template, {
        **notice(request, refusal), "row": row, "person": person, "item": item, "state": state_badge(request, kind, row.state), "steps": steps, "log": log[::-1],
        "names": houses, "is_late": row.due_at < clock.now() and row.state not in (*workflow_of(kind).finished, "answered", "acknowledged"),
        "shares": [] if is_alarm else [(houses.get(each.institution, each.institution), yuan(each.share_fen)) for each in row.shares.order_by("institution")],
        "urgency": "" if is_alarm else say(request, *URGENCIES[row.urgency]), "fee": "" if is_alarm else yuan(row.fee_fen),
        "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])]}, status=refusal["status"] if refusal else 200)
