"""A resident's own pages, made for a phone: doctor, card, booking, results, referrals, bills, consents, who looked, evaluation."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_safe

from sanyi.store.health.basis import own_person
from sanyi.store.health.consenting import consents_of, give_consent, withdraw_consent
from sanyi.store.health.evaluating import SCORES, evaluate
from sanyi.store.health.history import looked_at
from sanyi.store.health.linking import link_account
from sanyi.store.health.tables import Evaluation
from sanyi.store.health.timeline import parts as timeline_parts
from sanyi.store.organisation.lists import rows_of
from sanyi.store.persons.cards import code_of, issue, own_card
from sanyi.store.persons.tables import Person
from sanyi.store.trail.reading import reads_person
from sanyi.store.trail.tables import ACTIONS
from sanyi.tables.timeline import TIMELINE_KINDS
from sanyi.web import clock
from sanyi.web.access import PUBLIC, allowed, may_open
from sanyi.web.masked import person_row
from sanyi.web.opened import plan, results
from sanyi.web.posted import Words, answer_post, notice, whole
from sanyi.web.timeline import Wanted, entries_of, institution_names, timeline, wanted
from sanyi.web.trailed import reads
from sanyi.web.views.benefit import settled_parts
from sanyi.web.words import say
from sanyi.workflows.access_matrix import CONSENTED, PURPOSES, highest_level
from sanyi.workflows.errors import BadField, Refused, UnknownWork
from sanyi.workflows.facts import ROLES

OWN = ("resident",)
LEVEL = highest_level("own", "view_own", "resident")
PARTS = (  # route, words, what it is for, the kind of the timeline it shows
    ("my_doctor", "我的家庭医生", "My doctor", "签约团队与服务包", "team and package", "contract"),
    ("my_card", "我的健康卡", "My card", "看病时出示", "show it when you come", ""),
    ("my_bookings", "预约挂号", "Book", "号源与我的预约", "slots and my bookings", ""),
    ("my_results", "检查检验结果", "My results", "报告与结论", "reports and findings", "result"),
    ("my_referrals", "我的转诊", "My referrals", "转到哪、到哪一步", "where to, and how far", "referral"),
    ("my_bills", "我的费用", "My bills", "每一笔怎么报销", "how each was reimbursed", "bill"),
    ("my_record", "我的健康档案", "My record", "历次就诊、诊断、用药", "visits, diagnoses, medicines", ""),
    ("my_consents", "授权管理", "My consents", "谁可以看我的档案", "who may read my record", ""),
    ("my_readers", "谁看过我的档案", "Who looked", "调阅记录", "every reading", ""),
    ("my_evaluations", "评价服务", "Evaluate", "给服务打分", "say how it was", ""))
AREAS = {"my_bookings": ("my_appointments", "appointments"), "my_results": ("exams",), "my_referrals": ("referrals",)}  # looked up by name: an area that has not landed has none
SERVICES = ("encounter", "referral", "contract")
MOST = 20


def area_page(route: str) -> str:
    """The area's own page where it has landed and lets residents in; else nothing."""
    for name in AREAS.get(route, ()):
        try:
            if may_open(name, "resident"):
                return reverse(name)
        except (KeyError, NoReverseMatch):
            continue
    return ""


@allowed(*OWN)
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """The first page: big buttons."""
    try:
        row: dict[str, Any] | None = person_row(own_person(request.actor))
    except UnknownWork:
        row = None
    cards = [(reverse(route), say(request, zh, en), say(request, hint, hint_en)) for route, zh, en, hint, hint_en, _ in PARTS]
    return render(request, "my.html", {**notice(request), "person": row, "cards": cards})


def _part(request: HttpRequest, route: str) -> HttpResponse:
    """A part that shows entries of one kind of the own timeline."""
    kind = next(kind for name, *_, kind in PARTS if name == route)
    try:
        person, asked = own_person(request.actor), wanted(request)
    except Refused as refused:
        return _unlinked(request, route, refused)
    asked = Wanted(kind or asked.kind, asked.since, asked.until, asked.page)
    shown = timeline(request, person, LEVEL, asked)
    _read(person, shown["institutions"])
    pages = {part.kind: part.route for part in timeline_parts() if part.route}
    for entry in shown["entries"]:
        page = pages.get(entry["kind"], "")
        entry["address"] = reverse(page, args=[entry["key"]]) if page and entry["key"].isdigit() and _may(page) else ""
    return render(request, "my_part.html", {**_frame(request, route), "timeline": shown, "has_filter": not kind})


def _may(route: str) -> bool:
    try:
        return may_open(route, "resident")
    except KeyError:
        return False


def _read(person: Person, institutions: list[str]) -> None:
    reads_person("health_record", person.pk, (person.pk,), institutions, "view_own")


def _frame(request: HttpRequest, route: str) -> dict[str, Any]:
    words = {name: (say(request, zh, en), say(request, hint, hint_en)) for name, zh, en, hint, hint_en, _ in PARTS}
    return {"title": words[route][0], "hint": words[route][1], "route": route, "area": area_page(route)}


def _unlinked(request: HttpRequest, route: str, refused: Refused) -> HttpResponse:
    return render(request, "my_part.html", {**_frame(request, route), "unlinked": refused.words(request.language)}, status=422 if isinstance(refused, BadField) else 200)


@allowed(*OWN)
@require_safe
@reads("health_record", purpose="view_own")
def my_results(request: HttpRequest) -> HttpResponse:
    """Results of examinations and laboratory tests."""
    return _part(request, "my_results")


@allowed(*OWN)
@require_safe
@reads("health_record", purpose="view_own")
def my_referrals(request: HttpRequest) -> HttpResponse:
    """Referrals, each with its state."""
    return _part(request, "my_referrals")


@allowed(*OWN)
@require_safe
@reads("health_record", purpose="view_own")
def my_record(request: HttpRequest) -> HttpResponse:
    """The whole own timeline."""
    return _part(request, "my_record")


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("person", purpose="view_own")
def my_card(request: HttpRequest) -> HttpResponse:
    """The own card with a fresh code; a POST issues one."""
    def shown(person: Person) -> dict[str, Any]:
        card = own_card(request.by)
        return {**notice(request), "person": person_row(person), "card": card, "code": code_of(card.pk, request.by, clock.now()) if card else ""}

    if request.method == "POST":
        return answer_post(request, {"issue": lambda: _issue(request)}, reverse("my_card"), lambda refusal: _own(request, "my_card", "my_card.html", lambda person: {
            **shown(person), **notice(request, refusal)}))
    return _own(request, "my_card", "my_card.html", shown)


def _issue(request: HttpRequest) -> Words:
    issue(own_person(request.actor).pk, request.by, clock.now())
    return "健康卡已开通", "The card is issued"


@allowed(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """A resident makes the own account with the desk's code."""
    if request.method == "POST":
        return answer_post(request, {"link": lambda: _link(request)}, reverse("sign_in"), lambda refusal: _account(request, refusal))
    return _account(request)


def _account(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    return render(request, "my_account.html", notice(request, refusal), status=refusal["status"] if refusal else 200)


def _link(request: HttpRequest) -> Words:
    values = [request.POST.get(name, "")[:150].strip() for name in ("identity", "code", "name")]
    link_account(*values, request.POST.get("password", "")[:1000], clock.now())
    return "账户已开通，请登录", "The account is ready; sign in"


@allowed(*OWN)
@require_safe
def my_bookings(request: HttpRequest) -> HttpResponse:
    """Leads to the appointments."""
    return render(request, "my_part.html", _frame(request, "my_bookings"))


@allowed(*OWN)
@require_safe
@reads("benefit", purpose="view_own")
def my_bills(request: HttpRequest) -> HttpResponse:
    """The bills; where the run settled them again, each line of the benefit with its reason."""
    def shown(person: Person) -> dict[str, Any]:
        parts = settled_parts(request, person.resident_id) if person.resident_id and plan() is not None else []
        bills = timeline(request, person, LEVEL, Wanted("bill", page=wanted(request).page)) if not parts else None
        return {"parts": parts, "timeline": bills, "year": results().year}

    return _own(request, "my_bills", "my_bills.html", shown)


def _own(request: HttpRequest, route: str, template: str, more: Any) -> HttpResponse:
    try:
        person = own_person(request.actor)
        found = more(person)
    except Refused as refused:
        return _unlinked(request, route, refused)
    _read(person, [])
    return render(request, template, {**_frame(request, route), **found})


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("record_consent", purpose="view_own")
def my_consents(request: HttpRequest) -> HttpResponse:
    """The consents; a POST gives one or withdraws it."""
    if request.method == "POST":
        acts = {"give": lambda: _give(request), "withdraw": lambda: _withdraw(request)}
        return answer_post(request, acts, reverse("my_consents"), lambda refusal: _consents(request, refusal))
    return _consents(request)


def _give(request: HttpRequest) -> Words:
    asked = wanted(request)  # no filters here; the day is the form's own
    until = request.POST.get("until_on", "")
    row = give_consent(request.POST.get("purpose", ""), request.POST.get("institution", ""), _day(until) if until else asked.until, request.by, clock.now())
    return f"已同意：{PURPOSES[row.purpose][0]}", f"Consent given: {PURPOSES[row.purpose][1]}"


def _day(text: str) -> Any:
    from datetime import date
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadField("日期应如 2026-12-31", "a day such as 2026-12-31", "until_on") from None


def _withdraw(request: HttpRequest) -> Words:
    withdraw_consent(whole(request, "id"), request.by, clock.now())
    return "已撤回，立即生效", "Withdrawn, from this moment"


def _consents(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        person = own_person(request.actor)
    except UnknownWork as unknown:
        return _unlinked(request, "my_consents", unknown)
    rows = list(consents_of(person.pk)[:100])
    names = institution_names({row.institution for row in rows if row.institution})
    shown = [{"id": row.pk, "purpose": say(request, *PURPOSES[row.purpose]), "who": names.get(row.institution) or say(request, "所有医疗机构", "every institution"),
              "given": clock.local(row.given_at), "until": row.until_on, "withdrawn": clock.local(row.withdrawn_at) if row.withdrawn_at else None,
              "is_live": row.withdrawn_at is None and (row.until_on is None or row.until_on >= clock.today())} for row in rows]
    houses = [(row["code"], row["name"]) for row in rows_of("institution", clock.today())][:500]
    return render(request, "my_consents.html", {**notice(request, refusal), **_frame(request, "my_consents"), "rows": shown, "houses": houses, "today": clock.today(),
                                                "purposes": [(each, say(request, *PURPOSES[each])) for each in CONSENTED]}, status=refusal["status"] if refusal else 200)


@allowed(*OWN)
@require_safe
@reads("access_history", purpose="view_own")
def my_readers(request: HttpRequest) -> HttpResponse:
    """Who looked at the own data."""
    def shown(person: Person) -> dict[str, Any]:
        events = looked_at(person)
        names = institution_names({row.institution for row in events if row.institution})
        return {"rows": [{"at": clock.local(row.at), "who": names.get(row.institution) or say(request, *ROLES.get(row.role, ("系统", "the system"))),
                          "role": say(request, *ROLES.get(row.role, ("系统", "system"))), "purpose": say(request, *PURPOSES[row.purpose]) if row.purpose in PURPOSES else "",
                          "action": say(request, *ACTIONS[row.action]), "is_bad": row.action in ("break_glass", "refuse")} for row in events]}

    return _own(request, "my_readers", "my_readers.html", shown)


@allowed(*OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@reads("health_record", purpose="view_own")
def my_evaluations(request: HttpRequest) -> HttpResponse:
    """The latest services; a POST says how one was."""
    if request.method == "POST":
        return answer_post(request, {"evaluate": lambda: _evaluate(request)}, reverse("my_evaluations"), lambda refusal: _evaluations(request, refusal))
    return _evaluations(request)


def _services(person: Person) -> list[Any]:
    return [each for each in entries_of(person, LEVEL, Wanted()) if each.kind in SERVICES and each.institution][:MOST]


def _evaluate(request: HttpRequest) -> Words:
    kind, _, key = request.POST.get("service", "").partition("|")
    found = next((each for each in _services(own_person(request.actor)) if (each.kind, each.key) == (kind, key)), None)
    if found is None:
        raise UnknownWork("没有这项服务", "there is no such service of yours")
    evaluate(kind, key, found.institution, whole(request, "score"), request.POST.get("text", ""), request.by, clock.now())
    return "谢谢您的评价", "Thank you"


def _evaluations(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    try:
        person = own_person(request.actor)
    except UnknownWork as unknown:
        return _unlinked(request, "my_evaluations", unknown)
    done = {(row.kind, row.subject_id): row.score for row in Evaluation.objects.filter(person=person)}
    found = _services(person)
    names = institution_names({each.institution for each in found})
    shown = [{"service": f"{each.kind}|{each.key}", "kind": say(request, *TIMELINE_KINDS[each.kind]), "on": each.on, "who": names[each.institution], "score": done.get((each.kind, each.key))}
             for each in found]
    return render(request, "my_evaluations.html", {**notice(request, refusal), **_frame(request, "my_evaluations"), "rows": shown, "scores": list(SCORES)[::-1]},
                  status=refusal["status"] if refusal else 200)
