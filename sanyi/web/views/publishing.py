"""What runs have published: the page that publishes, audit cases, and notices of results to institutions. Source: B6."""
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.audit import rules
from sanyi.audit.evidence import evidence
from sanyi.runs.job import told
from sanyi.runs.publishing import count, findings, open_run
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.one import allowed_steps, events
from sanyi.store.organisation.lists import institution_names
from sanyi.store.publishing.carrying import foresee, part_of
from sanyi.store.publishing.comparing import WORDS
from sanyi.store.publishing.tables import Publication, Published
from sanyi.store.trail.reading import reads_person
from sanyi.store.who import check_roles
from sanyi.tables.table import Table, code, date, fen, text, whole
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import allowed, may_open
from sanyi.web.jobs import PUBLISHING, start_publishing, var
from sanyi.web.names import names
from sanyi.web.opened import promise, results
from sanyi.web.parts import statement
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.stored_list import named_like, stored_listing, stored_workbook
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, person, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.published import INSTITUTION, PARTS, Part

WHO, PUBLISHERS = ("office", "bureau", "supervisor", *INSTITUTION), ("office", "bureau")
TONES = {"found": "watch", "issued": "watch", "withdrawn": "none", "cleared": "none", "confirmed": "bad", "upheld": "bad", "appealed": "fair", "objected": "fair", "closed": "good", "acknowledged": "good"}
PART_WORDS = {part.name: (part.zh, part.en) for part in PARTS.values()}


def _states(kind: str) -> dict[str, tuple[str, str]]:
    return {state.name: (state.zh, state.en) for state in workflow_of(kind).states}


LISTED = {
    "audit_case": Table("audit_cases", "稽核案件", "Audit cases", key=("id",), columns=(
        whole("id", "编号", "no."), date("opened_on", "发布日期", "published on"), code("state", "状态", "state", _states("audit_case")), code("rule", "规则", "rule", {each.code: (f"{each.code} {each.zh}", f"{each.code} {each.en}") for each in rules()}), text("encounter", "就诊编码", "encounter"),
        text("institution", "机构", "institution"), fen("amount_fen", "涉及金额", "amount concerned"), fen("agreed_fen", "认定金额", "amount found", nullable=True), date("due", "期限", "due", nullable=True))),
    "result_notice": Table("result_notices", "结果通知", "Notices of results", key=("id",), columns=(
        whole("id", "编号", "no."), date("opened_on", "发布日期", "published on"), code("state", "状态", "state", _states("result_notice")), code("part", "结果", "result", PART_WORDS), whole("year", "年度", "year", "year"),
        text("institution", "机构", "institution"), fen("amount_fen", "金额", "amount", nullable=True, minimum=None), date("due", "期限", "due", nullable=True)))}


@allowed(*PUBLISHERS)
@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: HttpRequest) -> HttpResponse:
    """What of the opened run is published, and what publishing would do; a POST publishes a part."""
    if request.method == "POST":
        return answer_post(request, {"publish": lambda: _publish(request)}, reverse("publishing"), lambda refusal: _publishing(request, refusal))
    return _publishing(request)


def _publish(request: HttpRequest) -> Words:
    part = part_of(request.POST.get("part", ""))
    check_roles(request.by, (part.role,))  # type: ignore[attr-defined]
    start_publishing(request, part.name)
    return f"开始发布：{part.zh}", f"Being published: {part.en}"


def _publishing(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    card, job = results().card, told(var() / PUBLISHING)
    last = {row.part: row for row in Publication.objects.filter(plan=card["plan"], year=card["year"])}
    asked = request.GET.get("foresee", "")
    parts = [_part(request, part, last.get(part.name), asked == part.name) for part in PARTS.values()]
    return render(request, "publishing.html", {**notice(request, refusal), "parts": parts, "run": str(card["digest"])[:12], "year": card["year"], "job": job, "percent": int(job.done * 100)},
                  status=refusal["status"] if refusal else 200)


def _part(request: HttpRequest, part: Part, last: Publication | None, is_foreseen: bool) -> dict[str, Any]:
    run = results().card["digest"]
    ahead = foresee(open_run(results().folder)[0], part.name, findings(results(), part.name)) if is_foreseen else None
    return {"name": part.name, "title": say(request, part.zh, part.en), "rows": count(results(), part.name), "may": request.actor.role == part.role,  # type: ignore[attr-defined]
            "all": f"{reverse(part.kind + 's')}?{'' if part.kind == 'audit_case' else f'part={part.name}'}", "last": last, "is_current": last is not None and last.run == run and last.is_whole,
            "by": person(request, last.by) if last else "", "counts": _counts(request, last.counts) if last else [], "ahead": None if ahead is None else _counts(request, ahead)}


def _counts(request: HttpRequest, counts: Mapping[str, int]) -> list[str]:
    return [f"{say(request, *WORDS[name])} {counts[name]:,}" for name in WORDS if counts.get(name)]


@allowed(*WHO)
@require_safe
@reads("audit_case_list")
def audit_cases(request: HttpRequest) -> HttpResponse:
    """The audit cases one may see, newest first."""
    return _list(request, "audit_case")


@allowed(*WHO)
@require_safe
@reads("result_notice_list")
def result_notices(request: HttpRequest) -> HttpResponse:
    """The notices of results one may see, newest first."""
    return _list(request, "result_notice")


@allowed(*WHO)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("audit_case", id="audit_case_id")
def audit_case(request: HttpRequest, audit_case_id: int) -> HttpResponse:
    """One audit case with the rule's sentences; a POST takes a step."""
    return _one_or_step(request, "audit_case", audit_case_id)


@allowed(*WHO)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("result_notice", id="result_notice_id")
def result_notice(request: HttpRequest, result_notice_id: int) -> HttpResponse:
    """One notice with what the run says; a POST takes a step."""
    return _one_or_step(request, "result_notice", result_notice_id)


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    rows, table, dates = kind_of(kind).seen_by(request.actor), LISTED[kind], {"opened_on": "opened_at"}  # type: ignore[attr-defined]
    if is_export(request):
        return stored_workbook(request, table, rows, _searched(kind), adapt=_row, dates=dates)
    shown = stored_listing(request, table, rows, _searched(kind), adapt=_row, dates=dates, links={"id": lambda row: reverse(kind, args=[row["id"]])},
                           styles={"state": lambda row: f"mark {TONES.get(row['state'], 'fair')}"})
    return render(request, "published_list.html", {**notice(request), "list": shown, "title": say(request, table.zh, table.en), "is_audit": kind == "audit_case", "may": request.actor.role in PUBLISHERS})  # type: ignore[attr-defined]


def _searched(kind: str):
    def condition(words: str) -> Q:
        found = Q(row_key__icontains=words) | named_like(words, "institution")
        return found | Q(encounter=words) | Q(rule=words) if kind == "audit_case" else found
    return condition


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "opened_on": clock.local(row["opened_at"]).date()}


def _one_or_step(request: HttpRequest, kind: str, id: int) -> HttpResponse:
    if request.method == "POST":
        return answer_post(request, work_acts(request, kind, id), request.path, lambda refusal: _one(request, kind, id, refusal))
    return _one(request, kind, id)


def _one(request: HttpRequest, kind: str, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = find_work(kind, id, request.actor)  # type: ignore[attr-defined]
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    reads_person(kind, row.pk, institutions=(row.institution,))
    part, later = PARTS.get(row.part), _later(kind, row)
    return render(request, "published.html", {
        **notice(request, refusal), "row": row, "title": say(request, workflow_of(kind).zh, workflow_of(kind).en), "part": say(request, part.zh, part.en) if part else row.part,
        "institution": institution_names({row.institution}).get(row.institution, row.institution), "state": {**state_badge(request, kind, row.state), "tone": TONES.get(row.state, "fair")},
        "amount": None if row.amount_fen is None else yuan(row.amount_fen), "agreed": None if getattr(row, "agreed_fen", None) is None else yuan(row.agreed_fen),
        "is_opened": row.run == results().card["digest"], "sentences": _sentences(request, row) if kind == "audit_case" else [], "lines": _lines(request, row, part) if kind == "result_notice" else [],
        "ways": _ways(request, row), "later": later, "route": kind, "log": [event_line(request, event, kind) for event in events(kind, id)][::-1],
        "steps": steps_of(request, kind, row.state, [step for step in allowed_steps(kind, id, request.by, clock.now()) if not step["is_blocked"] or step["name"] not in ("restate", "vanish", "reappear")], [])},  # type: ignore[attr-defined]
        status=refusal["status"] if refusal else 200)


def _later(kind: str, row: Published) -> int | None:
    """The case that follows this one, if any."""
    rows: QuerySet = kind_of(kind).table._default_manager.filter(follows=row)
    return rows.values_list("pk", flat=True).first()


def _sentences(request: HttpRequest, row: Any) -> list[dict[str, str]]:
    """Each hit as the rule's sentence of evidence; a rule that says it otherwise by now leaves the item alone."""
    rule, items = next((each for each in rules() if each.code == row.rule), None), names("charge_items.item_code")
    return [{"words": evidence(rule, hit, items, request.language) if rule and hit["finding_code"] in rule.evidence else items.get(hit["item_code"], hit["item_code"]),  # type: ignore[attr-defined]
             "amount": yuan(hit["amount_fen"])} for hit in row.rows or ()]


def _lines(request: HttpRequest, row: Published, part: Part | None) -> list[dict[str, Any]]:
    """The run's row as lines; a column that a later version knows and that run did not is empty."""
    if part is None:
        return []
    table = promise(part.table)
    return [line for said in row.rows or () for line in statement(request, part.table, {column.name: said.get(column.name) for column in table.columns}, is_short=True)]


def _ways(request: HttpRequest, row: Any) -> list[tuple[str, str]]:
    """Where the page leads back to why the run says so."""
    first = (row.rows or [{}])[0]
    ways = {"audit": [("case", "病例", "the case", getattr(row, "encounter", "")), ("rule", "规则", "the rule", getattr(row, "rule", ""))],
            "deductions": [("institution", "机构", "the institution", row.institution)], "clearings": [("why_institution", "为什么是这个数", "why this sum", row.institution)],
            "budgets": [("why_consortium", "为什么是这个数", "why this sum", first.get("consortium_id", ""))],
            "consortia": [("why_consortium", "为什么是这个数", "why this sum", first.get("consortium_id", ""))], "appraisals": [("institution", "机构", "the institution", row.institution)]}
    return [(reverse(route, args=[key]), say(request, zh, en)) for route, zh, en, key in ways.get(row.part, []) if key and may_open(route, request.actor.role)]  # type: ignore[attr-defined]

