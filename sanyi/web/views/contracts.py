"""Family-doctor signing: the list with a form to begin, one contract with its steps and services."""
from datetime import date as calendar_date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.contract_requests.lists import requests_of
from sanyi.store.contracts.codes import hand_out
from sanyi.store.contracts.drafting import draft_contract
from sanyi.store.contracts.fulfilment import GIVERS, correct_service, give_service
from sanyi.store.contracts.lists import contracts_for, one_contract, open_choices, searched
from sanyi.store.contracts.succession import tell
from sanyi.store.contracts.terms import terms_row
from sanyi.store.contracts.words import ENTRIES, GROUPS, PAYERS
from sanyi.store.one import allowed_steps, events
from sanyi.store.trail.reading import reads_person
from sanyi.tables.table import Table, code, date, text, whole
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.masked import masked
from sanyi.web.picking import picked
from sanyi.web.plain_list import is_export
from sanyi.web.posted import Words, answer_post, notice, optional_whole, typed, whole as whole_typed
from sanyi.web.stored_list import stored_listing, stored_workbook
from sanyi.web.trailed import reads
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import event_line, state_badge, steps_of
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.contract import REASONS, TEAM
from sanyi.workflows.contract_request import WANTED
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.facts import OF_AN_INSTITUTION

KIND = "contract"
SEEN_BY = ("office", "bureau", "supervisor", *OF_AN_INSTITUTION)
STATES = {state.name: (state.zh, state.en) for state in workflow_of(KIND).states}
LIST = Table(KIND, "家庭医生签约", "Family-doctor contracts", key=("id",), columns=(
    whole("id", "编号", "no."), text("resident", "居民", "resident"), text("team_name", "团队", "team"), text("package_name", "服务包", "package"),
    code("state", "状态", "state", STATES), date("from_on", "生效", "from"), date("to_on", "最后一日", "last day"), date("signed_on", "签约日期", "signed on", nullable=True),
    code("entry", "方式", "how", ENTRIES), text("institution", "机构", "institution")))


@allowed(*SEEN_BY)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("contract_list")
def contracts(request: HttpRequest) -> HttpResponse:
    """The contracts that one may see; a POST draws one up."""
    if request.method == "POST":
        return answer_post(request, {"add": lambda: _draft(request)}, reverse("contracts"), lambda refusal: _list(request, refusal))
    return _list(request)


@allowed(*SEEN_BY)
@require_http_methods(["GET", "HEAD", "POST"])
@reads(KIND, id="contract_id")
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """One contract; a POST takes a step, hands out a code, logs a service."""
    acts = {**work_acts(request, KIND, contract_id), "code": lambda: _code(request, contract_id), "give": lambda: _give(request, contract_id),
            "correct": lambda: _correct(request), "tell": lambda: _tell(request, contract_id)}
    if request.method == "POST":
        return answer_post(request, acts, request.path, lambda refusal: _one(request, contract_id, refusal))
    return _one(request, contract_id)


def _list(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = contracts_for(request.actor)
    if is_export(request):
        return stored_workbook(request, LIST, rows, searched, adapt=_masked)
    links = {name: lambda row: reverse("contract", args=[row["id"]]) for name in ("id", "resident")}
    may = request.actor.role in TEAM
    return render(request, "contract_part.html", {
        **notice(request, refusal), "list": stored_listing(request, LIST, rows, searched, adapt=_masked, links=links), "may": may,
        "choices": open_choices(clock.today(), request.actor.unit) if may else {}, "groups": [(name, say(request, *words)) for name, words in GROUPS.items()],
        "refused": bool(refusal), "no_terms": terms_row() is None}, status=refusal["status"] if refusal else 200)


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "resident": masked(row["resident"])}


def _draft(request: HttpRequest) -> Words:
    first = request.POST.get("from_on", "")
    try:
        from_on = calendar_date.fromisoformat(first) if first else None
    except ValueError:
        raise BadField(f"“生效日”应为日期，得到 {first[:20]!r}", f"the first day is a date; got {first[:20]!r}", "from_on") from None
    row = draft_contract(picked(request), typed(request, "team", "团队", "team", 100), typed(request, "package", "服务包", "package", 100), request.by, clock.now(),
                         from_on, optional_whole(request, "years"), request.POST.getlist("groups"), request.POST.get("district", "").strip(), request.POST.get("city", "").strip())
    return f"第 {row.pk} 号签约已草拟，请发出邀请", f"contract no. {row.pk} is drawn up; offer it now"


def _code(request: HttpRequest, id: int) -> Words:
    made = hand_out(id, request.by, clock.now())
    if made is None:
        return "验证码已发往居民本人的手机，24 小时内有效；没有收到可再发一次", "a code goes to the resident's own phone, good for 24 hours; where it does not come, send another"
    return f"签约码 {made}，只显示这一次，24 小时内有效，请当面或电话交给居民本人", f"code {made}: shown this once, good for 24 hours; hand it to the resident in person or by phone"


def _day(request: HttpRequest, name: str) -> Any:
    try:
        return calendar_date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadField("请填写日期", "give the day", name) from None


def _give(request: HttpRequest, id: int) -> Words:
    give_service(id, typed(request, "item", "服务", "service", 100), _day(request, "given_on"), request.by, clock.now(), request.POST.get("note", ""))
    return "服务已登记", "the service is logged"


def _correct(request: HttpRequest) -> Words:
    correct_service(whole_typed(request, "line"), request.by, clock.now(), typed(request, "note", "原因", "reason"))
    return "已更正", "corrected"


def _tell(request: HttpRequest, id: int) -> Words:
    tell(id, request.POST.get("how", "") or "本人确认", request.by, clock.now())
    return "已记录告知", "kept that the resident was told"


def _shown(request: HttpRequest, id: int) -> dict[str, Any]:
    row = one_contract(id, request.by, clock.today())
    payers = [(say(request, *words), yuan(row["package_row"][f"{payer}_fen"])) for payer, words in PAYERS.items() if row["package_row"][f"{payer}_fen"]]
    return {"row": row, "badge": state_badge(request, KIND, row["state"]), "groups": say(request, "、", ", ").join(say(request, *GROUPS[group]) for group in row["groups"]),
            "entry": say(request, *ENTRIES[row["entry"]]), "end_reason": say(request, *REASONS[row["end_reason"]]) if row["end_reason"] else "",
            "price": yuan(row["package_row"]["price_fen"]), "payers": payers, "steps": steps_of(request, KIND, row["state"], allowed_steps(KIND, id, request.by, clock.now()), [])}


def _one(request: HttpRequest, id: int, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        shown = _shown(request, id)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from unknown
    row, actor = shown["row"], request.actor
    reads_person(KIND, id, residents=(row["person_id"],), institutions=(row["institution"],))
    is_theirs = actor.unit == row["institution"]
    return render(request, "contract.html", {
        **notice(request, refusal), **shown, "log": [event_line(request, event, KIND) for event in events(KIND, id)][::-1], "today": clock.today(),
        "may_code": row["state"] == "offered" and actor.role in TEAM and is_theirs, "may_give": row["is_held"] and actor.role in GIVERS and is_theirs,
        "asked": [(each.pk, say(request, *WANTED[each.kind]), state_badge(request, "contract_request", each.state)) for each in requests_of(id)] if row["state"] in ("active", "suspended") else [],
        "may_tell": row["is_passed_on"] and not row["told_at"] and actor.role in TEAM and is_theirs}, status=refusal["status"] if refusal else 200)
