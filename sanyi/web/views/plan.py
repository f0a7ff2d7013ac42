"""The plan: its values with clause and date, targets, tasks, organisation, gaps and phases."""
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.indicators import indicators
from sanyi.plans import Entry, Plan
from sanyi.plans.units import value_words
from sanyi.web.opened import plan, results
from sanyi.web.words import name_of, say

SECTIONS = (("targets", "目标", "Targets"), ("values", "数值与规则", "Values and rules"), ("tasks", "任务", "Tasks"),
            ("organisation", "组织机构", "Organisation"), ("milestones", "阶段", "Phases"),
            ("prohibitions", "不得变更", "Must not change"), ("documents", "应发文件", "Documents due"),
            ("gaps", "文件未定之处", "What the text leaves open"))


def plan_page(request: HttpRequest) -> HttpResponse:
    """The whole plan on one page; `?q=` keeps the entries that hold a text."""
    opened = plan()
    if opened is None:
        return render(request, "plan.html", {"plan": None, "plan_name": results().card["plan"]})
    found = {"targets": opened.targets, "tasks": opened.tasks, "milestones": opened.milestones, "gaps": opened.gaps,
             "prohibitions": opened.prohibitions, "documents": opened.documents,
             "organisation": (*opened.organisation.units, *opened.organisation.duties, *opened.organisation.posts),
             "values": _values(opened)}
    wanted = request.GET.get("q", "").strip().casefold()
    sections = [{"id": key, "title": say(request, zh, en),
                 "entries": [shown for entry in found[key] if wanted in (shown := _shown(entry, opened, request))["all"].casefold()]}
                for key, zh, en in SECTIONS]
    return render(request, "plan.html", {"plan": opened, "sections": sections, "q": request.GET.get("q", "")})


def _values(opened: Plan) -> list[Entry]:
    day = opened.on(date.fromisoformat(results().card.get("plan_on", f"{results().year}-12-31")))
    return [day.entry(name) for name in day.values()]


def _shown(entry: Any, opened: Plan, request: HttpRequest) -> dict[str, Any]:
    language = request.language
    value = getattr(entry, "value", getattr(entry, "default", None))
    words = {
        "id": entry.id, "title": name_of(entry, language), "note": entry.note_zh if language == "zh" else entry.note_en,
        "value": value_words(value, entry.unit, language) if value is not None and getattr(entry, "unit", "") else "",
        "clauses": [(source.clause, source.obligation, source.document) for source in entry.sources],
        "since": getattr(entry, "since", None) or getattr(entry, "start", None), "due": getattr(entry, "due", None),
        "lead": _unit(getattr(entry, "lead", "") or getattr(entry, "unit", "") * _is_of_unit(entry), opened, language),
        "with": [_unit(each, opened, language) for each in (*getattr(entry, "co_leads", ()), *getattr(entry, "units", ()))],
        "is_inferred": getattr(entry, "lead_basis", "") == "inferred", "is_demonstration": entry.demonstration,
        "indicator": getattr(entry, "indicator", ""), "has_page": getattr(entry, "indicator", "") in {each.code for each in indicators()}, "comparator": getattr(entry, "comparator", ""),
        "is_soft": getattr(entry, "is_striven_for", False), "group": getattr(entry, "group", "") or getattr(entry, "role", ""),
    }
    words["all"] = " ".join(str(part) for part in (*words.values(), entry.zh, entry.en))
    return words


def _is_of_unit(entry: Any) -> bool:
    """Duties and posts name the body they belong to; values name a unit of measure by the same word."""
    return hasattr(entry, "act") or hasattr(entry, "appointed_by")


def _unit(code: str, opened: Plan, language: str) -> str:
    names = {unit.id: name_of(unit, language) for unit in opened.organisation.units}
    return names.get(code, code)
