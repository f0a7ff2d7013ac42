"""Shared diagnosis: what was ordered, the centre's work list, ordering after a look at what is there, one examination. Source: NG-01…NG-04, NG-17."""
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.matching.masking import mask_name
from sanyi.store.exams.attending import NOTICES
from sanyi.store.exams.lists import exams_of, note_seen, notices_for, previous_results, readable_reports, unfinished, waiting_critical
from sanyi.store.exams.ordering import ORDERERS, REASONS, ExamWanted, accept_result, look_before_ordering, order_exam, released_reports
from sanyi.store.exams.rules import KINDS, URGENCIES, Rules, rules_now
from sanyi.store.kinds import find_work
from sanyi.store.one import allowed_steps, events
from sanyi.store.organisation.lists import house_choices, institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, flag, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import masked
from sanyi.web.picking import picked
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice, whole as whole_typed
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.trailed import reads, says_reads
from sanyi.web.views.exam_images import STAFF, image_acts, image_context
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, GuardRefused, UnknownWork
from sanyi.workflows.exam_facts import minutes_between

DATES = {"created_on": "created_at", "due_on": "rank", "released_on": "first_released_at"}
TIMES = {"created_at": ("申请", "ordered"), "scheduled_at": ("预约时间", "scheduled for"), "sampled_at": ("采集（病理：离体）", "specimen taken (removed)"), "fixed_at": ("固定", "fixed"),
         "sent_at": ("送出", "sent"), "received_at": ("核收", "received"), "sectioned_at": ("取材制片", "sectioned"), "performed_at": ("完成", "performed"), "due_at": ("报告时限", "report due"), "first_released_at": ("首次发布", "first released"),
         "released_at": ("最近发布", "last released")}


@allowed(*STAFF)
@says_reads("exam_list")
@require_safe
def exams(request: HttpRequest) -> HttpResponse:
    """What the actor may see: ordered here or reported here."""
    return _listed(request, exams_of(request.actor), "exams", "-created_on")


@allowed("doctor", "technician", "director")
@says_reads("exam_list")
@require_safe
def exam_work(request: HttpRequest) -> HttpResponse:
    """The centre's work list: critical first, then what is due first."""
    return _listed(request, unfinished(request.actor), "exam_work", "due_on")


@allowed(*ORDERERS)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("exam")
def exam_order(request: HttpRequest) -> HttpResponse:
    """Order an examination: a look at what is there first, then use it or say by a code why not."""
    if request.method == "POST":
        if request.POST.get("do") == "look":
            return _looked(request)
        acts = {"order": lambda: _order(request), "accept": lambda: _accept(request)}
        return answer_post(request, acts, reverse("exams"), lambda refusal: _order_page(request, refusal))
    return _order_page(request)


@allowed(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("exam", id="exam_id")
def exam(request: HttpRequest, exam_id: int) -> HttpResponse:
    """One examination: its reports beside earlier results, its way, its steps."""
    if request.method == "POST":
        acts = {**work_acts(request, "exam", exam_id), **image_acts(request, exam_id), "seen": lambda: _seen(request, exam_id)}
        return answer_post(request, acts, reverse("exam", args=[exam_id]), lambda refusal: _one(request, exam_id, refusal))
    return _one(request, exam_id)


def rules_or_none() -> Rules | None:
    """The rules in force, if any plan's were loaded."""
    try:
        return rules_now()
    except GuardRefused:
        return None


def item_words(rules: Rules | None) -> dict[str, tuple[str, str]]:
    """The items' words by code."""
    return {item: rules.words(item) for item in rules.items} if rules else {}


def local_time(moment: Any) -> str | None:
    """A moment by the wall's clock; None stays so."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else None


def _table(rules: Rules | None) -> Table:
    states = {state.name: (state.zh, state.en) for state in workflow_of("exam").states}
    return Table("exam_list", "检查检验", "Examinations", key=("id",), columns=(
        whole("id", "编号", "no."), text("person_name", "居民", "resident"), code("item", "项目", "item", item_words(rules)), code("kind", "类别", "kind", KINDS),
        code("urgency", "缓急", "urgency", URGENCIES), code("state", "状态", "state", states), flag("is_critical", "危急", "critical"), flag("is_first", "转诊优先", "referred, goes first"), date("due_on", "报告时限", "report due", nullable=True),
        text("due", "时限钟点", "due at", nullable=True), text("institution", "申请机构", "ordered by"), text("centre", "诊断中心", "centre"), text("claimed_by", "报告人", "reporter", nullable=True),
        date("created_on", "申请日期", "ordered on"), date("released_on", "发布日期", "released on", nullable=True)))


def _listed(request: HttpRequest, rows: QuerySet, route: str, sort: str) -> HttpResponse:
    rules, now = rules_or_none(), clock.now()
    table = _table(rules)

    def search(text: str) -> Q:
        return Q(person__name=text) | Q(barcode=text) | (Q(pk=int(text)) if text.isdecimal() and len(text) < 10 else Q(pk__in=()))

    shown: list[str] = []

    def adapt(row: dict[str, Any]) -> dict[str, Any]:
        shown.append(str(row["person_id"]))
        due = row["due_at"] if row["state"] not in ("released", "cancelled") else None
        return {**row, "person_name": mask_name(row["person_name"]), "due": local_time(due), "is_late": due is not None and due < now, "due_on": clock.today_of(row["due_at"]) if row["due_at"] else None, "created_on": clock.today_of(row["created_at"]),
                "released_on": clock.today_of(row["first_released_at"]) if row["first_released_at"] else None, "claimed_by": row["claimed_by"] or None}

    if is_export(request):
        answer = stored_workbook(request, table, rows, search, sort=sort, adapt=adapt, dates=DATES)
        reads_person("exam_list", residents=shown, action="export")
        return answer
    links = {name: lambda row: reverse("exam", args=[row["id"]]) for name in ("id", "person_name", "item")}
    styles = {"is_critical": lambda row: "mark bad" if row["is_critical"] else "", "due": lambda row: "mark bad" if row["is_late"] else ""}
    listed = stored_listing(request, table, rows, search, sort=sort, adapt=adapt, links=links, styles=styles, dates=DATES,
                            columns=[name for name in table.names if name != "due_on"])
    reads_person("exam_list", residents=shown)
    return render(request, "exams.html", {**notice(request), "list": listed, "is_work": route == "exam_work", "rules": rules, "may_order": request.actor.role in ORDERERS,
                                          "alarms": _alarms(request, rules), "notices": [
                                              {**each, "words": say(request, *NOTICES[each["kind"]])} for each in notices_for(request.actor)]})


def _alarms(request: HttpRequest, rules: Rules | None) -> list[dict[str, Any]]:
    now = clock.now()
    return [{**row, "item": say(request, *(rules.words(row["item"]) if rules else (row["item"],) * 2)), "state_words": state_badge(request, "critical_value", row["state"])["words"],
             "is_late": row["due_at"] < now and row["state"] != "acknowledged", "person_name": mask_name(row["person_name"])} for row in waiting_critical(request.actor)]


def _asked(request: HttpRequest) -> dict[str, str]:
    said = request.POST if request.method == "POST" else request.GET
    return {name: said.get(name, "").strip()[:4000] for name in ("person", "item", "centre", "urgency", "question", "reason", "note")}


def _looked(request: HttpRequest) -> HttpResponse:
    """Lead on to the look at what is there, the person by the row: no name stands in an address."""
    try:
        person = picked(request)
    except BadField as wrong:
        return _order_page(request, {"words": wrong.words(request.language), "status": 422, "is_stale": False, "field": wrong.field})
    return redirect(f"{reverse('exam_order')}?{urlencode({'person': person, 'item': request.POST.get('item', '')[:100]})}")


def _order(request: HttpRequest) -> Words:
    asked = _asked(request)
    row = order_exam(ExamWanted(**{**asked, "person": picked(request, text=asked["person"])}), request.by, clock.now())
    return f"已开立：编号 {row.pk}", f"Ordered: number {row.pk}"


def _accept(request: HttpRequest) -> Words:
    asked = _asked(request)
    used = accept_result(picked(request, text=asked["person"]), asked["item"], whole_typed(request, "result"), request.by, clock.now())
    if used.result.institution == used.institution:
        return "已采用本机构的结果，不必重做", "The institution's own result is used; nothing is done again"
    return f"已采用互认结果，节省 {used.saved_fen // 100}.{used.saved_fen % 100:02d} 元", f"The result is used; {used.saved_fen // 100}.{used.saved_fen % 100:02d} yuan saved"


def _order_page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rules, asked = rules_or_none(), _asked(request)
    found, said = None, refusal
    if rules and asked["person"] and asked["item"] and not (refusal and refusal["field"] == "person"):
        try:
            found = look_before_ordering(picked(request, text=asked["person"]), asked["item"], request.by, clock.now())
        except BadField as wrong:
            said = refusal or {"words": wrong.words(request.language), "status": 422, "is_stale": False, "field": wrong.field}
    results = [{"exam": row, "report": (released_reports(row) or [None])[0]} for row in found.recognisable] if found else []
    states = {state.name: say(request, state.zh, state.en) for state in workflow_of("exam").states}
    names = institution_names({row.centre for row in found.recognisable} | {row.institution for row in found.repeats}) if found else {}
    return render(request, "exam_order.html", {
        **notice(request, said), "asked": asked, "rules": rules, "is_looked": found is not None, "results": results, "names": names,
        "repeats": [{"row": row, "state": states[row.state]} for row in found.repeats] if found else [],
        "centres": house_choices(clock.today(), request.actor.unit, rules.counted_levels if rules else (), ("centre",)),
        "items": [(item, say(request, *words)) for item, words in item_words(rules).items()], "urgencies": [(name, say(request, *words)) for name, words in URGENCIES.items()],
        "reasons": [(name, say(request, *words)) for name, words in REASONS.items()]}, status=said["status"] if said else 200)


def _seen(request: HttpRequest, id: int) -> Words:
    count = note_seen(id, request.by, clock.now())
    return f"已知悉 {count} 条", f"{count} noted"


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work("exam", id, request.actor)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    reads_person("exam", id, residents=(str(row.person_id),), institutions=(row.institution, row.centre))
    rules, since = rules_or_none(), request.POST.get("version", "")
    log = [event_line(request, {**event, "given": {}} if event["step"] == "report" else event, "exam", choices={"urgency": URGENCIES, "item": item_words(rules)}) for event in events("exam", id)]  # a draft is not read in the log
    steps = {"mine": [], "others": []} if not rules else steps_of(request, "exam", row.state, allowed_steps("exam", id, request.by, clock.now()), [])
    zh, en = rules.words(row.item) if rules else (row.item, row.item)
    names = institution_names({row.institution, row.centre})
    is_mine = any(step["name"] == "report" for step in steps["mine"])
    reports = readable_reports(row, request.actor)
    images = image_context(request, row, reports[0].number if reports else None, rules)
    for field in (field for step in steps["mine"] if step["name"] == "perform" for field in step["fields"] if field["name"] == "device"):
        field.update(kind="choice", choices=images["devices"])
    return render(request, "exam.html", {
        **notice(request, refusal), **images, "row": row, "cold": _cold(request, row, rules), "title": say(request, zh, en), "state": state_badge(request, "exam", row.state), "names": names,
        "kind": say(request, *KINDS[row.kind]), "urgency": say(request, *URGENCIES[row.urgency]),
        "times": [(say(request, *words), local_time(getattr(row, name))) for name, words in TIMES.items() if getattr(row, name)],
        "is_late": row.due_at is not None and row.due_at < clock.now() and row.state not in ("released", "cancelled"),
        "reports": reports, "previous": previous_results(row, request.actor), "steps": steps, "log": log[::-1],
        "templates": [{**each, "title": say(request, *rules.words(each["template"]))} for each in rules.templates(row.item)] if rules and is_mine else [],
        "alarms": list(row.critical_values.order_by("-pk")), "notices": [
            {**each, "words": say(request, *NOTICES[each["kind"]])} for each in notices_for(request.actor) if each["exam_id"] == id],
        "changed": [line for line in log if refusal and refusal["is_stale"] and since.isdigit() and line["version"] > int(since[:9])]},
        status=refusal["status"] if refusal else 200)


def _cold(request: HttpRequest, row: Any, rules: Rules | None) -> dict[str, Any] | None:
    """How long a pathological specimen waited for its fixative, and whether that is longer than the plan lets go. Source: NG-04."""
    limit = rules.cold_ischaemia_minutes if rules else None
    if row.kind != "pathology" or row.sampled_at is None:
        return None
    if row.fixed_at is None:
        return {"words": say(request, "未登记固定", "no fixation noted"), "is_bad": row.received_at is not None}
    minutes = minutes_between(row.sampled_at, row.fixed_at)
    most = "" if limit is None else say(request, f"（上限 {limit} 分钟）", f" (limit {limit} minutes)")
    return {"words": say(request, f"{minutes} 分钟", f"{minutes} minutes") + most, "is_bad": limit is not None and minutes > limit}
