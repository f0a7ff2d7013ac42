"""A person's health record for staff: found masked, read on a live basis alone, opened in an emergency with a reason, reviewed afterwards. Source: R41, R48, R49."""
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.health.basis import check_basis, live_bases
from sanyi.store.health.breaking_glass import break_glass
from sanyi.store.health.finding import find_persons
from sanyi.store.health.linking import give_code
from sanyi.store.health.unmasking import LEAST, unmask_record, unmasked_until
from sanyi.store.health.visiting import DESK, WAYS, close_visit, open_visit
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.models import WorkEvent
from sanyi.store.persons.cards import check
from sanyi.store.one import allowed_steps
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, flag, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import person_row
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, status_of, typed
from sanyi.web.stored_list import with_names
from sanyi.web.timeline import rules, timeline, wanted
from sanyi.web.trailed import reads, says_reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, person as by_words, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.access_matrix import LEVELS, MATRIX, PURPOSES, purposes_of
from sanyi.workflows.errors import BadField, Refused, UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION, ROLES

READERS = tuple(role for role in ROLES if role != "resident" and purposes_of(role))
REVIEWERS = ("audit_admin", "director", *MATRIX["break_glass", "emergency"])
GLASS_ROLES = tuple(MATRIX["break_glass", "emergency"])
KIND = "access_review"


@allowed(*READERS)
@says_reads("person_search")
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Find a person, masked; nothing of the record."""
    asked = request.GET.get("q", "").strip()[:60]
    found = find_persons(asked, clock.today())
    if found:
        reads_person("person_search", residents=[row.pk for row in found], institutions=[row.institution for row in found if row.institution])
    return render(request, "health.html", {"q": asked, "rows": [person_row(row, language=request.language) for row in found]})


@allowed(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("health_record", "person_id")
def health_record(request: HttpRequest, person_id: int) -> HttpResponse:
    """The timeline, where there is a live basis; else the page that says so and holds nothing of the person."""
    here, purpose = reverse("health_record", args=[person_id]), _purpose(request, person_id)
    if request.method != "POST":
        return _record(request, person_id, purpose)
    act = request.POST.get("do", "")
    acts = {"break_glass": lambda: _break(request, person_id), "unmask": lambda: _unmask(request, person_id, purpose), "visit": lambda: _visit(request, person_id),
            "leave": lambda: _leave(request, person_id), "code": lambda: _code(request, person_id)}
    onward = {"break_glass": "emergency", "visit": "treatment", "leave": "", "code": ""}.get(act, purpose)
    return answer_post(request, acts, f"{here}?{urlencode({'purpose': onward})}" if onward else here, lambda refusal: _record(request, person_id, purpose, refusal))


def _purpose(request: HttpRequest, person_id: int) -> str:
    """The purpose that was named, else the first on which something may be read now."""
    named = request.POST.get("purpose") or request.GET.get("purpose")
    mine = purposes_of(request.actor.role)
    if named:
        return named
    return next((each for each in mine if live_bases(person_id, each, request.actor, clock.now())), mine[0])


def _record(request: HttpRequest, person_id: int, purpose: str, refusal: dict[str, Any] | None = None) -> HttpResponse:
    actor, now = request.actor, clock.now()
    try:
        asked = wanted(request)
        person, basis = check_basis(person_id, purpose, actor, now)
    except Refused as refused:
        return _no_basis(request, person_id, purpose, refusal, refused)
    until = unmasked_until(person_id, purpose, actor, now)
    shown = timeline(request, person, basis.level, asked)
    reads_person("health_record", person_id, (person_id,), [code for code in shown["institutions"] if code != actor.unit], purpose)
    others = [(each, say(request, *PURPOSES[each])) for each in purposes_of(actor.role) if each != purpose and live_bases(person_id, each, actor, now)]
    return render(request, "health_record.html", {
        **notice(request, refusal), "person": person_row(person, until is not None, request.language), "until": clock.local(until) if until else None, "timeline": shown,
        "purpose": purpose, "purpose_words": say(request, *PURPOSES[purpose]), "basis": say(request, basis.zh, basis.en), "basis_until": clock.local(basis.until) if basis.until else None,
        "level": basis.level, "level_words": say(request, *LEVELS[basis.level]), "others": others, "may_unmask": basis.level >= LEAST and until is None,
        "is_break_glass": basis.kind == "break_glass", "may_leave": actor.role in DESK and basis.kind == "attending"}, status=refusal["status"] if refusal else 200)


def _no_basis(request: HttpRequest, person_id: int, purpose: str, refusal: dict[str, Any] | None, refused: Refused) -> HttpResponse:
    role = request.actor.role
    status = refusal["status"] if refusal else status_of(refused)
    return render(request, "health_none.html", {
        **notice(request, refusal), "why": refused.words(request.language), "person_id": person_id, "may_break": role in GLASS_ROLES, "may_register": role in DESK, "may_link": role == "registrar",
        "is_staff": role in OF_AN_INSTITUTION, "purpose": purpose, "ways": [(way, say(request, *words)) for way, words in WAYS.items()], "purposes": [
            (each, say(request, *PURPOSES[each])) for each in purposes_of(role)]}, status=status)


def _break(request: HttpRequest, person_id: int) -> Words:
    row = break_glass(person_id, typed(request, "reason", "理由", "reason"), rules(), request.by, clock.now())
    until = clock.local(row.closes_at)
    return f"已紧急调阅，至 {until:%H:%M} 为止；须由他人复核", f"The glass is broken until {until:%H:%M}; somebody else will review it"


def _unmask(request: HttpRequest, person_id: int, purpose: str) -> Words:
    until = clock.local(unmask_record(person_id, purpose, rules(), request.by, clock.now()).closes_at)
    return f"已解除脱敏，至 {until:%H:%M} 为止", f"In clear until {until:%H:%M}"


def _visit(request: HttpRequest, person_id: int) -> Words:
    way, now = request.POST.get("way", ""), clock.now()
    if way == "card" and check(request.POST.get("card", ""), request.by, now).pk != person_id:
        raise BadField("这是另一人的健康卡", "this is somebody else's card", "card")
    open_visit(person_id, way, rules(), request.by, now)
    return "已登记到诊", "The visit is registered"


def _code(request: HttpRequest, person_id: int) -> Words:
    code = give_code(person_id, rules(), request.by, clock.now())
    return f"窗口码 {code}，请交本人，只显示这一次", f"Code {code}: give it to the person; it is shown this once"


def _leave(request: HttpRequest, person_id: int) -> Words:
    close_visit(person_id, request.by, clock.now())
    return "已登记离开", "The visit is over"


@allowed(*REVIEWERS)
@require_safe
@reads(KIND)
def access_reviews(request: HttpRequest) -> HttpResponse:
    """Break-glasses to be reviewed, those that wait longest first."""
    rows = with_names([_row(row) for row in kind_of(KIND).seen_by(request.actor).order_by("state", "due", "id")[:2000]])
    if is_export(request):
        return plain_workbook(request, _table(), rows, sort="due")
    styles = {"state_code": lambda row: f"mark {TONES[row['state_code']]}", "is_late": lambda row: "mark bad" if row["is_late"] else ""}
    links = {"id": lambda row: reverse("access_review", args=[row["id"]])}
    return render(request, "access_reviews.html", {"list": plain_listing(request, _table(), rows, sort="due", links=links, styles=styles), "late": sum(row["is_late"] for row in rows)})


TONES = {"opened": "fair", "justified": "good", "unjustified": "bad"}


def _table() -> Table:
    workflow = workflow_of(KIND)
    return Table(KIND, workflow.zh, workflow.en, key=("id",), columns=(
        whole("id", "编号", "no."), date("opened_on", "调阅日期", "opened on"), text("looked_by", "调阅人", "by"), text("institution", "机构", "institution"), text("person_id", "人员编号", "person no."),
        date("due", "复核期限", "review due", nullable=True), flag("is_late", "逾期告警", "overdue alert"), code("state_code", "状态", "state", {each.name: (each.zh, each.en) for each in workflow.states})))


def _row(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "opened_on": clock.today_of(row.created_at), "looked_by": row.created_by, "institution": row.institution, "person_id": str(row.person_id), "due": row.due,
            "is_late": row.state == "opened" and row.due is not None and row.due < clock.today(), "state_code": row.state}


@allowed(*REVIEWERS)
@says_reads("access_review")
@require_http_methods(["GET", "HEAD", "POST"])
def access_review(request: HttpRequest, access_review_id: int) -> HttpResponse:
    """One break-glass with its reason, for who reviews it and who did it."""
    if request.method == "POST":
        return answer_post(request, work_acts(request, KIND, access_review_id), reverse("access_review", args=[access_review_id]),
                           lambda refusal: _review(request, access_review_id, refusal))
    return _review(request, access_review_id)


def _review(request: HttpRequest, review_id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work(KIND, review_id, request.actor)
    except UnknownWork as unknown:
        from sanyi.web.views.errors import said
        return said(request, 404, unknown.words(request.language))
    reads_person(KIND, review_id, (row.person_id,), (row.institution,), "supervision" if request.actor.role in ("audit_admin", "director") else "")
    log = [event_line(request, _event(event), KIND) for event in WorkEvent.objects.filter(subject=KIND, subject_id=review_id).order_by("version")]
    return render(request, "access_review.html", {
        **notice(request, refusal), "row": row, "state": state_badge(request, KIND, row.state), "by": by_words(request, row.created_by), "opened_at": clock.local(row.created_at),
        "closes_at": clock.local(row.closes_at), "is_late": _row(row)["is_late"], "log": log[::-1], "changed": [],
        "steps": steps_of(request, KIND, row.state, allowed_steps(KIND, review_id, request.by, clock.now()), [])}, status=refusal["status"] if refusal else 200)


def _event(event: WorkEvent) -> dict[str, Any]:
    step = next(((each.zh, each.en) for each in workflow_of(KIND).steps if each.name == event.step), ("紧急调阅", "break-glass"))
    return {"at": clock.local(event.at), "by": event.by, "step_zh": step[0], "step_en": step[1], "version": event.version, "before": event.before, "after": event.after, "given": event.given}

