"""Which ledger a page speaks of: the one that `?plan=` names, else the run's, else the first that is open."""
import os
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.store.one import ledgers
from sanyi.web.opened import results
from sanyi.web.packs import packs
from sanyi.web.words import say

TABS = (("ledger", "任务", "Tasks"), ("ledger_dates", "里程碑日期", "Milestone dates"), ("readings", "指标填报", "Readings"),
        ("problems", "问题清单", "Problems"), ("orders", "督办单", "Supervision orders"), ("bulletin", "月度通报", "Monthly bulletin"))


def run_plan() -> str:
    """The name of the run's plan."""
    return os.environ.get("SANYI_PLAN") or results().card["plan"]


def chosen(request: HttpRequest) -> dict[str, Any] | None:
    """The ledger this page speaks of; None where none is open. Raises Http404 for one that is not."""
    there = {ledger["plan"]: ledger for ledger in ledgers()}
    wanted = request.GET.get("plan", "")
    if wanted and wanted not in there:
        raise Http404(f"方案 {wanted} 尚未建立台账 / no ledger is open for the plan {wanted}")
    return there.get(wanted or run_plan()) or next(iter(there.values()), None)


def address(route: str, plan: str, **query: str) -> str:
    """A ledger page's address; the run's own plan need not be named."""
    said = {**({} if plan == run_plan() else {"plan": plan}), **query}
    return reverse(route) + (f"?{urlencode(said)}" if said else "")


def frame(request: HttpRequest, ledger: dict[str, Any], here: str) -> dict[str, Any]:
    """What every page of a ledger carries: its plan, the tabs, and the other ledgers."""
    plan = ledger["plan"]
    return {"ledger": ledger, "ledger_title": say(request, ledger["title_zh"], ledger["title_en"]),
            "tabs": [{"title": say(request, zh, en), "address": address(route, plan), "is_here": route == here} for route, zh, en in TABS],
            "ledgers": [{"plan": each["plan"], "title": say(request, each["title_zh"], each["title_en"]), "is_here": each["plan"] == plan}
                        for each in ledgers()],
            "chooser": reverse(here) if here in {tab[0] for tab in TABS} else reverse("ledger"),
            "is_office": request.actor.role == "office", "may_write": request.actor.role in ("office", "lead")}


def closed(request: HttpRequest, here: str, notice: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page where no ledger is open yet: what one is, and for the office the way to open it."""
    return render(request, "ledger_closed.html", {**notice, "plans": plan_choices(request), "is_office": request.actor.role == "office",
                                                  "action": reverse("ledger"), "here": here}, status=status)


def plan_choices(request: HttpRequest) -> list[dict[str, Any]]:
    """The plans a ledger can be opened from, the run's own first."""
    return [{"plan": name, "title": say(request, plan.identity.title_zh, plan.identity.title_en), "is_run": name == run_plan()}
            for name, plan in sorted(packs().items(), key=lambda pair: (pair[0] != run_plan(), pair[0]))]
