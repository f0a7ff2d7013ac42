"""The audit trail, for the audit administrator: every event, one event, who saw a resident's data, and how the chain stands."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.anchors import printed
from sanyi.store.trail.jobs import anchors_folder, is_beside_the_database
from sanyi.store.trail.looking import chain_state, events_for, searched
from sanyi.store.trail.tables import ACTIONS, OUTCOMES
from sanyi.store.trail.watching import HANDLED, PATTERNS, handle_alert, open_alerts
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice, whole as number
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.trail_words import step_words, subjects
from sanyi.web.trailed import says_reads
from sanyi.web.watched import limits
from sanyi.web.words import say
from sanyi.workflows.access_matrix import PURPOSES
from sanyi.workflows.facts import ROLES

TONES = {"done": "good", "refused": "watch", "failed": "bad"}
DATES = {"on": "at"}
EVENTS = Table("audit_events", "审计事件", "Audit events", key=("id",), columns=(
    whole("id", "编号", "no."), date("on", "日期", "day"), text("time", "时间", "time"), text("account", "账户", "account"),
    code("role", "角色", "role", {**ROLES, "system": ("系统", "system")}, nullable=True), text("institution", "机构", "institution", nullable=True),
    code("action", "行为", "action", ACTIONS), text("step", "步骤", "step", nullable=True), code("subject", "对象", "subject", subjects(), nullable=True),
    text("subject_id", "对象编号", "subject no.", nullable=True), text("resident", "居民", "resident", nullable=True),
    code("purpose", "目的", "purpose", PURPOSES, nullable=True), code("outcome", "结果", "outcome", OUTCOMES), text("reason", "原因", "reason", nullable=True)))


@allowed("audit_admin", "office")
@says_reads("audit_trail")
@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: HttpRequest) -> HttpResponse:
    """The list of events, newest first, the alerts that wait and the chain's state; a POST says that an alert was looked into."""
    if request.method == "POST":
        return answer_post(request, {HANDLED: lambda: _handle(request)}, reverse("trail"), lambda refusal: _listed(request, "", refusal))
    return _listed(request, "")


def _handle(request: HttpRequest) -> Words:
    handle_alert(number(request, "id"), request.doing.actor)
    return "告警已处置", "The alert is handled"


@allowed("audit_admin", "office")
@says_reads("access_history")
@require_safe
def access_history(request: HttpRequest, resident_id: str) -> HttpResponse:
    """Who changed or read one resident's data, in lists too."""
    return _listed(request, resident_id)


def _listed(request: HttpRequest, resident: str, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows, adapt = events_for(request.doing.actor, resident), lambda row: _row(request, row)
    if is_export(request):
        return stored_workbook(request, EVENTS, rows, searched, adapt=adapt, dates=DATES)
    links = {"id": lambda row: reverse("trail_event", args=[row["id"]]), "resident": lambda row: reverse("access_history", args=[row["resident"]]) if row["resident"] else ""}
    shown = stored_listing(request, EVENTS, rows, searched, adapt=adapt, links=links, dates=DATES,
                           styles={"outcome": lambda row: f"mark {TONES[row['outcome']]}"})
    return render(request, "trail.html", {**notice(request, refusal), "list": shown, "resident": resident, "chain": None if resident else _chain(request),
                                          "alerts": [] if resident else [_alert(request, row) for row in open_alerts()], "is_watched": limits() is not None,
                                          "may_handle": request.doing.actor.role == "audit_admin"}, status=refusal["status"] if refusal else 200)


def _alert(request: HttpRequest, row: Any) -> dict[str, Any]:
    return {"id": row.pk, "at": clock.local(row.at), "account": row.account or row.given.get("address", ""), "what": say(request, *PATTERNS.get(row.step, (row.step,) * 2)),
            "count": row.given.get("count")}


@allowed("audit_admin", "office")
@says_reads("audit_trail")
@require_safe
def trail_event(request: HttpRequest, event_id: int) -> HttpResponse:
    """One event with all its fields, its place in the chain, and what else happened in the same request."""
    row = events_for(request.doing.actor).filter(pk=event_id).first()
    if row is None:
        from sanyi.web.views.errors import not_found
        return not_found(request, Exception())
    same = events_for(request.doing.actor).filter(request=row.request).exclude(pk=row.pk).order_by("id")[:50] if row.request else []
    facts = [("时间", "moment", clock.local(row.at)), ("账户", "account", row.account), ("经手人", "persons", row.persons.replace("\n", "、")),
             ("角色", "role", say(request, *ROLES.get(row.role, (row.role,) * 2))), ("机构", "institution", institution_names({row.institution}).get(row.institution, row.institution)),
             ("行为", "action", say(request, *ACTIONS[row.action])), ("步骤", "step", say(request, *step_words(row.subject, row.step))), ("对象", "subject", f"{_subject(request, row.subject)} {row.subject_id}"),
             ("居民", "resident", row.resident), ("其他机构", "other institutions", row.institutions.replace("\n", "、")), ("目的", "purpose", say(request, *PURPOSES.get(row.purpose, (row.purpose,) * 2))),
             ("结果", "outcome", say(request, *OUTCOMES[row.outcome])), ("原因", "reason", row.reason), ("状态", "state", f"{row.before} → {row.after}" if row.after else ""),
             ("版本", "version", row.version), ("请求号", "request", row.request)]
    link = getattr(row, "link", None)
    return render(request, "trail_event.html", {
        "row": row, "facts": [(say(request, zh, en), value) for zh, en, value in facts if value not in ("", None)], "given": row.given.items(),
        "position": link.position if link else None, "same": [(each.pk, say(request, *ACTIONS[each.action]), say(request, *step_words(each.subject, each.step)), _subject(request, each.subject), each.subject_id) for each in same]})


def _row(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    local = clock.local(row["at"])
    return {**row, "on": local.date(), "time": local.strftime("%H:%M:%S"), **{name: row[name] or None for name in (
        "role", "institution", "subject", "subject_id", "resident", "purpose", "reason")}, "step": say(request, *step_words(row["subject"], row["step"])) or None}


def _subject(request: HttpRequest, subject: str) -> str:
    return say(request, *subjects().get(subject, (subject, subject)))


def _chain(request: HttpRequest) -> dict[str, Any]:
    state = chain_state(anchors_folder(), clock.now())
    return {"state": state, "digest": printed(state.head.hash) if state.head.number else "", "folder": str(anchors_folder()),
            "is_beside": is_beside_the_database()}
