"""The own family doctor: the team, the contract with what is owed and given, signing with the code, undoing, ending."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.contracts.codes import sign_with_code
from sanyi.store.contracts.lists import one_contract, own_contracts
from sanyi.store.contracts.succession import tell
from sanyi.store.contracts.teams import find_team, members_of
from sanyi.store.contracts.terms import leavers_since
from sanyi.store.contracts.words import ENTRIES, GROUPS, PARTS, PAYERS
from sanyi.store.persons.tables import Person
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.my_parts import OWN, Due, MyPart, own_page, own_steps
from sanyi.web.posted import Words, done_or_shown, typed, whole
from sanyi.web.timeline import institution_names
from sanyi.web.trailed import reads
from sanyi.web.views.my.doctor_ask import my_doctor_ask, requests_due
from sanyi.web.words import say
from sanyi.web.work_acts import work_acts
from sanyi.web.work_words import joined, state_badge
from sanyi.workflows.contract import REASONS

KIND = "contract"
NOW = ("offered", "signed", "active", "suspended")


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("contract", purpose="view_own")
def my_doctor(request: HttpRequest) -> HttpResponse:
    """What waits to be signed, what is in force, and below what was; a POST signs, undoes, ends, says that a merger was read."""
    id = whole(request, "contract") if request.POST.get("contract", "").isdigit() else 0
    acts = {**work_acts(request, KIND, id), "sign": lambda: _sign(request, id), "tell": lambda: _tell(request, id)}
    return done_or_shown(request, acts, request.path, lambda refusal: _shown(request, refusal))


def _sign(request: HttpRequest, id: int) -> Words:
    row = sign_with_code(id, whole(request, "version"), typed(request, "code", "签约码", "code", 20), request.by, clock.now())
    return f"签约成功，自 {row.from_on} 起", f"signed, from {row.from_on}"


def _tell(request: HttpRequest, id: int) -> Words:
    tell(id, "本人确认", request.by, clock.now())
    return "已记录告知", "kept that you were told"


def _shown(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    def show(person: Person) -> dict[str, Any]:
        parts = [_contract(request, id) for id in own_contracts(str(person.pk))]
        return {"subject": KIND, "parts": [part for part in parts if part["row"]["state"] in NOW], "past": [part for part in parts if part["row"]["state"] not in NOW],
                "refused": request.POST.get("contract", "") if refusal else ""}

    return own_page(request, "my_doctor.html", show, refusal)


def _contract(request: HttpRequest, id: int) -> dict[str, Any]:
    row = one_contract(id, request.by, clock.today())
    payers = [(say(request, *words), yuan(row["package_row"][f"{payer}_fen"])) for payer, words in PAYERS.items() if row["package_row"][f"{payer}_fen"]]
    is_now = row["state"] in NOW
    return {"row": row, "badge": state_badge(request, KIND, row["state"]), "groups": joined(request, (say(request, *GROUPS[group]) for group in row["groups"])),
            "entry": say(request, *ENTRIES[row["entry"]]), "end_reason": say(request, *REASONS[row["end_reason"]]) if row["end_reason"] else "", "price": yuan(row["package_row"]["price_fen"]),
            "where": institution_names({row["institution"]}).get(row["institution"], row["institution"]), "payers": payers, "moved_from": moved_from(row),
            "team": [{"name": each["staff__name"], "part": say(request, *PARTS[each["part"]]), "is_leader": each["is_leader"]} for each in members_of(find_team(row["team_code"]), clock.today())]
            if is_now else [], "steps": own_steps(request, KIND, id, row["state"], without=("sign",)) if is_now else []}


def moved_from(row: dict[str, Any]) -> str:
    """Of a contract that came about by transfer not long ago: the team and institution that it took the resident from; else nothing."""
    since = leavers_since(clock.now())
    if not row["left_team"] or row["state"] not in ("signed", "active") or since is None or row["signed_on"] < since:
        return ""
    return f"{row['left_team']}（{institution_names({row['left_institution']}).get(row['left_institution'], row['left_institution'])}）"


def _due(request: HttpRequest, person: Person) -> list[Due]:
    """A contract that waits for the own signature, and services that are overdue."""
    found = [one_contract(id, request.by, clock.today()) for id in own_contracts(str(person.pk))]
    offered = [row for row in found if row["state"] == "offered"]
    late = [due["name"] for row in found if row["state"] == "active" for due in row["dues"] if due["overdue"]]
    words = [say(request, f"家庭医生签约等您确认（{row['team']}）", f"A family-doctor contract waits for you ({row['team']})") for row in offered]
    words += [say(request, f"家庭医生服务到期未做：{joined(request, late)}", f"Overdue from your family doctor: {joined(request, late)}")] if late else []
    words += [say(request, f"您的家庭医生自 {row['from_on']} 起换为 {row['team']}，请核对", f"Your family doctor is {row['team']} from {row['from_on']}; is that right?") for row in found if moved_from(row)]
    return [*((each, reverse("my_doctor")) for each in words), *requests_due(request, person)]


DOCTOR = MyPart(10, ("我的家庭医生", "My doctor"), ("签约团队与服务包", "team and package"), (("doctor/", "my_doctor", my_doctor), ("doctor/ask/", "my_doctor_ask", my_doctor_ask)), _due)
