"""What family-doctor contracts stand on: teams with their members and room, packages with who pays, contracts that pass on when institutions merge."""
from datetime import date as calendar_date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanyi.store.contracts.lists import package_rows, passing_teams, successions, team_rows_on
from sanyi.store.contracts.packages import Item, add_package, check_weight, end_package
from sanyi.store.contracts.succession import pass_on
from sanyi.store.contracts.teams import KEEPERS, add_member, add_team, end_member, end_team, staff_choices, team_members
from sanyi.store.contracts.terms import take_terms, terms_of, terms_row
from sanyi.store.contracts.words import GROUPS, KINDS, PARTS, PAYERS, RECORD_PACKAGES
from sanyi.store.organisation.lists import house_choices
from sanyi.tables.table import Table, code, date, fen, text, whole
from sanyi.terms.fen import E4
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.amounts import read_amount
from sanyi.web.opened import plan
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.posted import Words, answer_post, notice, typed, whole as whole_typed
from sanyi.web.views.contracts import SEEN_BY
from sanyi.web.words import say
from sanyi.workflows.errors import BadField, Refused
from sanyi.workflows.facts import OF_AN_INSTITUTION

MOST_ITEMS = 8
TEAMS = Table("doctor_teams", "家庭医生团队", "Family-doctor teams", key=("id",), columns=(
    text("code", "编码", "code"), text("name", "团队", "team"), text("institution_name", "机构", "institution"), text("leader", "团队长", "leader", nullable=True),
    whole("members", "成员", "members"), text("lacks", "尚缺", "lacks", nullable=True), whole("heads", "在约人数", "residents"), whole("places", "人数上限", "at most"),
    date("to_on", "最后一日", "last day", nullable=True)))
PACKAGES = Table("care_packages", "服务包", "Packages", key=("id",), columns=(
    text("code", "编码", "code"), text("name", "名称", "name"), code("kind", "类别", "kind", KINDS), code("group", "人群", "for", GROUPS, nullable=True), fen("price_fen", "价格", "price"),
    *(fen(f"{payer}_fen", *words) for payer, words in PAYERS.items()), text("content", "服务", "services"), date("to_on", "最后一日", "last day", nullable=True)))


@allowed(*SEEN_BY)
@require_http_methods(["GET", "HEAD", "POST"])
def doctor_teams(request: HttpRequest) -> HttpResponse:
    """The teams with their heads and room; an institution sees its own, its director and the office keep them."""
    acts = {"add": lambda: _add_team(request), "member": lambda: _add_member(request), "end_member": lambda: _end_member(request), "end": lambda: _end_team(request)}
    return answer_post(request, acts, request.path, lambda refusal: _teams(request, refusal)) if request.method == "POST" else _teams(request)


def _teams(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    unit, today = request.actor.unit if request.actor.role in OF_AN_INSTITUTION else "", clock.today()
    try:
        found = team_rows_on(today, unit)
    except Refused:
        found = []
    rows = [{**row, "lacks": say(request, "、", ", ").join(say(request, *PARTS[part]) for part in row["lacking"]) or None} for row in found]
    if is_export(request):
        return plain_workbook(request, TEAMS, rows)
    links = {"heads": lambda row: f"{reverse('contracts')}?team_name.has={row['name']}&state=active"}
    may = request.actor.role in KEEPERS
    members = [{**row, "words": say(request, *PARTS[row["part"]])} for row in team_members(unit, today)] if may else []
    return render(request, "contract_teams.html", {
        **notice(request, refusal), "list": plain_listing(request, TEAMS, rows, links=links), "chart": _coverage(request, rows), "may": may, "members": members, "today": today,
        "teams": [(row["code"], row["name"]) for row in rows], "parts": [(name, say(request, *words)) for name, words in PARTS.items()], "no_terms": terms_row() is None,
        "staff": staff_choices(unit, today) if may and unit else [], "houses": house_choices(today, unit, ("community", "township", "1")) if may and not unit else []},
        status=refusal["status"] if refusal else 200)


def _coverage(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Residents under contract beside the room of each team."""
    open_ones = [row for row in rows if row["to_on"] is None][:40]
    if len(open_ones) < 2:
        return None
    return chart("ranked", [row["name"] for row in open_ones], [(say(request, "在约人数", "residents"), [row["heads"] for row in open_ones]),
                                                               (say(request, "人数上限", "at most"), [row["places"] for row in open_ones])], say(request, "人", "persons"), labels=True)


def _add_team(request: HttpRequest) -> Words:
    house = request.actor.unit if request.actor.role == "director" else typed(request, "institution", "机构", "institution", 100)
    row = add_team(typed(request, "code", "团队编码", "code", 100), typed(request, "name", "团队名称", "name", 150), house, _day(request, "from_on"), request.by, clock.now())
    return f"团队“{row.name}”已建立，请添加成员", f"the team {row.name} is made; bring its members in"


def _add_member(request: HttpRequest) -> Words:
    add_member(typed(request, "team", "团队", "team", 100), typed(request, "staff", "人员编码", "staff", 100).split(" ")[0], request.POST.get("part", ""), _day(request, "from_on"), request.by,
               clock.now(), request.POST.get("is_leader") == "yes")
    return "成员已加入", "the member is in the team"


def _end_member(request: HttpRequest) -> Words:
    end_member(whole_typed(request, "member"), _day(request, "to_on"), request.by, clock.now())
    return "成员已退出", "the member leaves"


def _end_team(request: HttpRequest) -> Words:
    end_team(typed(request, "team", "团队", "team", 100), _day(request, "to_on"), request.by, clock.now())
    return "团队已终止", "the team ends"


@allowed(*SEEN_BY)
@require_http_methods(["GET", "HEAD", "POST"])
def care_packages(request: HttpRequest) -> HttpResponse:
    """The packages with who pays, and the plan's terms; the office adds and ends them, and takes the terms over."""
    acts = {"terms": lambda: _terms(request), "add": lambda: _add_package(request), "end": lambda: _end_package(request)}
    return answer_post(request, acts, request.path, lambda refusal: _packages(request, refusal)) if request.method == "POST" else _packages(request)


def _packages(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    rows = [{**row, "content": say(request, "；", "; ").join(f"{item['name']}×{item['times_a_year']}" for item in row["items"])} for row in package_rows()]
    if is_export(request):
        return plain_workbook(request, PACKAGES, rows)
    given = request.POST if refusal else {}
    return render(request, "contract_packages.html", {
        **notice(request, refusal), "list": plain_listing(request, PACKAGES, rows), "terms": terms_row(), "may": request.actor.role == "office", "today": clock.today(),
        "open_ones": [(row["code"], row["name"]) for row in rows if row["to_on"] is None], "kinds": _choices(request, KINDS), "groups": _choices(request, GROUPS),
        "records": _choices(request, RECORD_PACKAGES), "payers": [(name, say(request, *words), given.get(f"fee.{name}", "")) for name, words in PAYERS.items()],
        "items": [(place, *(given.get(f"{name}.{place}", "") for name in ("item", "service", "times", "weight"))) for place in range(1, MOST_ITEMS + 1)]}, status=refusal["status"] if refusal else 200)


def _choices(request: HttpRequest, words: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, say(request, *pair)) for name, pair in words.items()]


def _terms(request: HttpRequest) -> Words:
    opened = plan()
    if opened is None:
        raise BadField("本机没有该方案", "the plan is not on this machine", "plan")
    is_new = take_terms(opened.name, terms_of(opened, clock.today()), request.by, clock.now())
    return ("已采用方案的签约规定", "the plan's terms are taken over") if is_new else ("签约规定未变", "the terms stand as they were")


def _add_package(request: HttpRequest) -> Words:
    post = request.POST
    places = [place for place in range(1, MOST_ITEMS + 1) if post.get(f"item.{place}", "").strip()]
    items = [Item(post[f"item.{place}"].strip()[:100], typed(request, f"service.{place}", f"第 {place} 项服务", f"service {place}", 150), whole_typed(request, f"times.{place}"), _weight(request, place))
             for place in places]
    amounts = {payer: _fen(post.get(f"fee.{payer}", ""), f"fee.{payer}") for payer in PAYERS}
    row = add_package(typed(request, "code", "编码", "code", 100), typed(request, "name", "名称", "name", 150), post.get("kind", ""), _fen(post.get("price", ""), "price"), items,
                      _day(request, "from_on"), request.by, clock.now(), post.get("group", ""), post.get("record_code", ""), amounts=amounts)
    return f"服务包“{row.name}”已建立", f"the package {row.name} is there"


def _weight(request: HttpRequest, place: int) -> int:
    """What a service weighs as work, one where nothing is typed. Errors: BadField."""
    said = request.POST.get(f"weight.{place}", "").strip()
    try:
        weight = read_amount(said, "e4") if said else E4
        check_weight(weight)
    except BadField as wrong:
        raise BadField(wrong.zh, wrong.en, f"weight.{place}") from wrong
    return weight


def _fen(said: str, field: str) -> int:
    """An amount in yuan, empty for nothing. Errors: BadField."""
    try:
        return read_amount(said, "fen") if said.strip() else 0
    except BadField as wrong:
        raise BadField(wrong.zh, wrong.en, field) from wrong


def _end_package(request: HttpRequest) -> Words:
    row = end_package(typed(request, "code", "服务包", "package", 100), _day(request, "to_on"), request.by, clock.now())
    return f"服务包“{row.name}”至 {row.to_on} 止，已签约的继续履行", f"the package {row.name} ends on {row.to_on}; contracts that are there go on"


@allowed("office")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_successions(request: HttpRequest) -> HttpResponse:
    """Pass an institution's contracts on to the teams of another: choose the institution, then a team for each of its teams."""
    return answer_post(request, {"pass_on": lambda: _pass_on(request)}, request.path, lambda refusal: _successions(request, refusal)) if request.method == "POST" else _successions(request)


def _successions(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    chosen = request.POST.get("institution", "") if refusal else request.GET.get("institution", "")
    leaving, heirs = passing_teams(chosen, clock.today()) if chosen else ([], [])
    given = request.POST if refusal else {}
    return render(request, "contract_successions.html", {
        **notice(request, refusal), "houses": house_choices(clock.today(), "", ("community", "township", "1")), "chosen": chosen, "heirs": heirs, "today": clock.today(), "done": successions(),
        "leaving": [{**team, "heir": given.get(f"heir.{team['code']}", "")} for team in leaving]}, status=refusal["status"] if refusal else 200)


def _pass_on(request: HttpRequest) -> Words:
    heirs = {name.removeprefix("heir."): value for name, value in request.POST.items() if name.startswith("heir.") and value}
    batch = pass_on(typed(request, "institution", "机构", "institution", 100), heirs, _day(request, "on"), typed(request, "note", "依据", "why"), request.by, clock.now())
    return f"{batch.contract_count} 份签约自 {batch.on} 起转接，请由承接机构逐人告知", f"{batch.contract_count} contracts pass on from {batch.on}; the heir tells each resident"


def _day(request: HttpRequest, name: str) -> calendar_date:
    try:
        return calendar_date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadField("请填写日期", "give the day", name) from None
