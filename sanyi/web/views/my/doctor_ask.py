"""Asking the family doctor's team online: choose what, fill in a short form, confirm by code; below, what became of earlier requests."""
from datetime import date as calendar_date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.contract_requests.asking import LEAVING, ask
from sanyi.store.contract_requests.lists import ask_choices, askable, just_answered, own_requests, team_places, teams_of
from sanyi.store.contract_requests.tables import ContractRequest
from sanyi.store.contracts.codes import sign_with_code
from sanyi.store.persons.tables import Person
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, Due, own_page, own_steps
from sanyi.web.posted import Words, done_or_shown, typed, whole
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import state_badge
from sanyi.workflows.contract_request import CLOSED, DECLINED, OPEN, WANTED
from sanyi.workflows.errors import BadField

KIND = "contract_request"
ANSWERS = {**DECLINED, **CLOSED}
HINTS = {"first": ("选一个离您近的团队", "choose a team near you"), "renewal": ("到期后接着由本团队服务", "the same team goes on after the last day"),
         "transfer": ("换团队，或换 1+1+1 组合里的医院", "another team, or another hospital of the 1+1+1"), "package": ("同一团队，换一个服务包", "the same team, another package"),
         "end": ("不再由本团队服务", "this team no longer looks after you")}


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads(KIND, purpose="view_own")
def my_doctor_ask(request: HttpRequest) -> HttpResponse:
    """The requests that may be made now, and the own ones; a POST makes one, confirms it by code, or withdraws it."""
    id = whole(request, "request") if request.POST.get("request", "").isdigit() else 0
    acts = {**work_acts(request, KIND, id), "ask": lambda: _ask(request), "confirm": lambda: _confirm(request, id)}
    return done_or_shown(request, acts, reverse("my_doctor_ask"), lambda refusal: _shown(request, refusal))


def _ask(request: HttpRequest) -> Words:
    given = {name: request.POST.get(name, "").strip()[:100] for name in ("team", "package", "reason", "district", "city")}
    ask(request.POST.get("kind", ""), request.by, clock.now(), from_on=_day(request), **given)
    return "申请已提交。团队会电话联系您并告知确认码，请到本页输入", "your request is there: the team calls you and tells you a code, which you enter on this page"


def _day(request: HttpRequest) -> calendar_date | None:
    text = request.POST.get("from_on", "").strip()
    try:
        return calendar_date.fromisoformat(text) if text else None
    except ValueError:
        raise BadField("生效日应为日期", "the first day is a date", "from_on") from None


def _confirm(request: HttpRequest, id: int) -> Words:
    sign_with_code(id, whole(request, "version"), typed(request, "code", "确认码", "code", 20), request.by, clock.now(), KIND, "confirm")
    return "已确认，等待团队受理", "confirmed; the team answers next"


def _shown(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    chosen = request.POST if refusal else request.GET

    def show(person: Person) -> dict[str, Any]:
        may, kind = askable(str(person.pk), clock.today()), chosen.get("kind", "")
        kind = kind if kind in may else ""
        where = chosen.get("where", "") if kind in ("first", "transfer") else ""
        return {"subject": KIND, "rows": [_row(request, row) for row in own_requests(str(person.pk))], "kind": kind, "where": where, "up": "my_doctor",
                "kind_words": say(request, *WANTED[kind]) if kind else "", "kinds": [(each, say(request, *WANTED[each]), say(request, *HINTS[each])) for each in may],
                "needs_place": kind in ("first", "transfer") and not where, "places": team_places(clock.today()) if kind in ("first", "transfer") else [],
                "teams": teams_of(where, clock.today()) if where else [], "choices": ask_choices(clock.today()) if kind else {}, "today": clock.today(),
                "reasons": [(code, say(request, *words)) for code, words in LEAVING.items()], "refused": chosen.get("request", "") if refusal else ""}

    return own_page(request, "my_doctor_ask.html", show, refusal)


def _row(request: HttpRequest, row: ContractRequest) -> dict[str, Any]:
    return {"row": row, "is_open": row.state in OPEN, "what": say(request, *WANTED[row.kind]), "badge": state_badge(request, KIND, row.state), "day": clock.today_of(row.created_at),
            "answer": say(request, *ANSWERS[row.answer]) if row.answer in ANSWERS else "", "steps": own_steps(request, KIND, row.pk, row.state, without=("confirm",)) if row.state in OPEN else []}


def requests_due(request: HttpRequest, person: Person) -> list[Due]:
    """A request that waits for the own code, and answers that are news."""
    waiting = [row for row in own_requests(str(person.pk)) if row.state == "submitted"]
    words = [say(request, f"签约申请（{WANTED[row.kind][0]}）等您输入确认码", f"Your request ({WANTED[row.kind][1]}) waits for its code") for row in waiting]
    for row in just_answered(str(person.pk), clock.now()):
        state = state_badge(request, KIND, row.state)["words"]
        words.append(say(request, f"签约申请（{WANTED[row.kind][0]}）：{state}", f"Your request ({WANTED[row.kind][1]}): {state}"))
    return [(each, reverse("my_doctor_ask")) for each in words]
