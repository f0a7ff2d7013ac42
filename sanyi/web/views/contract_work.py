"""The standardised workload of family-doctor teams in a year, and what of the contract fees it comes to."""
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanyi.store.contracts.terms import terms_row
from sanyi.store.contracts.workload import Worked, worked
from sanyi.tables.table import Table, fen, text, whole
from sanyi.terms.fen import E4, take_rate
from sanyi.web import clock
from sanyi.web.access import allowed
from sanyi.web.parts import chart
from sanyi.web.plain_list import is_export, plain_listing, plain_workbook
from sanyi.web.trailed import reads
from sanyi.web.words import say
from sanyi.workflows.contract import TEAM
from sanyi.workflows.errors import Refused
from sanyi.workflows.facts import OF_AN_INSTITUTION

SEES_ALL = ("office", "bureau", "supervisor", "director")
YEARS, MOST = 4, 20
WORK = Table("contract_work", "标化工作量", "Standardised workload", key=("team", "staff"), columns=(
    whole("year", "年度", "year", "year"),     text("institution_name", "机构", "institution"), text("team_name", "团队", "team"), text("staff_name", "人员", "member"), whole("services", "服务次数", "services"),
    whole("points_e4", "个人标化工作量", "points", "e4"), whole("team_points_e4", "团队标化工作量", "team's points", "e4"), fen("pool_fen", "机构可分配额", "institution's pool", nullable=True),
    fen("team_fen", "团队应得", "team's part"), fen("pay_fen", "个人应得", "own part")))


@allowed(*SEES_ALL, *TEAM)
@require_safe
@reads("contract_work")
def contract_work(request: HttpRequest) -> HttpResponse:
    """Points and parts of every member to the director and the offices; a member of a team sees the own row, with the team's total, alone."""
    this = clock.today().year
    years = [this - back for back in range(YEARS)]
    year = next((year for year in years if str(year) == request.GET.get("year")), this)
    try:
        found = worked(year, request.actor.unit if request.actor.role in OF_AN_INSTITUTION else "")
    except Refused:
        found = []
    sees_all = request.actor.role in SEES_ALL
    rows = [{**asdict(row), "year": year} for row in found] if sees_all else [{**asdict(row), "year": year, "pool_fen": None} for row in found if _is_own(request, row)]
    if is_export(request):
        return plain_workbook(request, WORK, rows)
    terms = terms_row() or {}
    return render(request, "contract_work.html", {
        "list": plain_listing(request, WORK, rows, sort="team_name"), "year": year, "years": years, "chart": _teams(request, found) if sees_all else None, "no_terms": not terms.get("quality"),
        "share": take_rate(terms.get("staff_share_ppm", 0), 1, E4), "quality": terms.get("quality", [])})


def _is_own(request: HttpRequest, row: Worked) -> bool:
    """A colleague's points, another team's part and the pool less the own each give a colleague's pay away."""
    return bool(row.staff) and f"staff:{row.staff}" in request.actor.persons


def _teams(request: HttpRequest, found: list[Worked]) -> dict[str, Any] | None:
    """Each team's points."""
    teams = sorted({row.team: row for row in found}.values(), key=lambda row: -row.team_points_e4)[:MOST]
    if len(teams) < 2:
        return None
    return chart("ranked", [row.team_name for row in teams], [(say(request, "标化工作量", "points"), [take_rate(row.team_points_e4, 1, E4) for row in teams])], say(request, "点", "points"), labels=True)
