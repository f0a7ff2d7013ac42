"""What residents ask online about their contracts: the team's list, one request with its code and its steps."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.contract_requests.asking import LEAVING
from sanyi.store.contract_requests.lists import one_request, requests_for, searched
from sanyi.store.contracts.codes import hand_out
from sanyi.store.one import allowed_steps, events
from sanyi.store.organisation.lists import institution_names
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import masked
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.trailed import reads
from sanyi.web.views.contracts import SEEN_BY
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.workflows import workflow_of
from sanyi.workflows.contract import TEAM
from sanyi.workflows.contract_request import CLOSED, DECLINED, WANTED
from sanyi.workflows.errors import UnknownWork

KIND = "contract_request"
ANSWERS = {**DECLINED, **CLOSED}
LIST = Table(KIND, "签约网上申请", "Requests about contracts", key=("id",), columns=(
    whole("id", "编号", "no."), text("resident", "居民", "resident"), code("kind", "申请", "asked for", WANTED), text("team_name", "团队", "team"), text("package_name", "服务包", "package"),
    code("state", "状态", "state", {state.name: (state.zh, state.en) for state in workflow_of(KIND).states}), date("due", "期限", "due", nullable=True),
    date("from_on", "希望生效", "from", nullable=True), text("institution", "机构", "institution")))


@allowed(*SEEN_BY)
@require_http_methods(["GET", "HEAD"])
@reads("contract_request_list")
def contract_requests(request: HttpRequest) -> HttpResponse:
    """The requests that one may see."""
    rows = requests_for(request.actor)
    if is_export(request):
        return stored_workbook(request, LIST, rows, searched, adapt=_masked)
    links = {name: lambda row: reverse(KIND, args=[row["id"]]) for name in ("id", "resident")}
    return render(request, "contract_requests.html", {"list": stored_listing(request, LIST, rows, searched, adapt=_masked, links=links)})


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "resident": masked(row["resident"])}


@allowed(*SEEN_BY)
@require_http_methods(["GET", "HEAD", "POST"])
@reads(KIND, id="contract_request_id")
def contract_request(request: HttpRequest, contract_request_id: int) -> HttpResponse:
    """One request; a POST takes a step, or hands out a code."""
    if request.method == "POST":
        acts = {**work_acts(request, KIND, contract_request_id), "code": lambda: _code(request, contract_request_id)}
        return answer_post(request, acts, request.path, lambda refusal: _one(request, contract_request_id, refusal))
    return _one(request, contract_request_id)


def _code(request: HttpRequest, id: int) -> Words:
    made = hand_out(id, request.by, clock.now(), KIND)
    if made is None:
        return "验证码已发往居民本人的手机，24 小时内有效；没有收到可再发一次", "a code goes to the resident's own phone, good for 24 hours; where it does not come, send another"
    return f"确认码 {made}，只显示这一次，24 小时内有效，请电话核实后告知居民本人", f"code {made}: shown this once, good for 24 hours; make sure by phone that it is the resident, and tell it"


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        row = one_request(id, request.by)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    reads_person(KIND, id, residents=(row.person_id,), institutions=tuple(filter(None, (row.institution, row.leaves))))
    names, actor = institution_names({row.institution, row.leaves}), request.actor
    return render(request, "contract_request.html", {
        **notice(request, refusal), "row": row, "what": say(request, *WANTED[row.kind]), "badge": state_badge(request, KIND, row.state), "where": names.get(row.institution, row.institution),
        "leaves": names.get(row.leaves, row.leaves), "answer": say(request, *ANSWERS[row.answer]) if row.answer in ANSWERS else "", "reason": say(request, *LEAVING[row.reason]) if row.reason in LEAVING else "",
        "may_code": row.state == "submitted" and actor.role in TEAM and actor.unit == row.institution, "sees_contract": row.contract is not None and (not row.leaves or actor.unit == row.leaves or not actor.unit),
        "steps": steps_of(request, KIND, row.state, allowed_steps(KIND, id, request.by, clock.now()), []), "log": [event_line(request, event, KIND) for event in events(KIND, id)][::-1]},
        status=refusal["status"] if refusal else 200)
