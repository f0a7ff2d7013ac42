"""A plan: its values with clause and date, goals, targets, tasks, organisation, gaps and phases."""
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.plans import Entry, Plan
from sanyi.plans.aims import aim_words
from sanyi.plans.code_words import worded
from sanyi.plans.units import value_words
from sanyi.runs.packs import computed_indicators
from sanyi.web.access import OWN, allowed
from sanyi.web.opened import plan, results
from sanyi.web.packs import pack
from sanyi.web.words import name_of, say

SECTIONS = (("goals", "愿景", "Goals"), ("targets", "目标", "Targets"), ("values", "数值与规则", "Values and rules"), ("tasks", "任务", "Tasks"),
            ("organisation", "组织机构", "Organisation"), ("milestones", "阶段", "Phases"),
            ("prohibitions", "不得变更", "Must not change"), ("documents", "应发文件", "Documents due"),
            ("gaps", "文件未定之处", "What the text leaves open"), ("indicators", "填报指标", "Reported indicators"))


@allowed(*OWN)
def plan_page(request: HttpRequest) -> HttpResponse:
    """The run's plan with its region's values, on one page; `?q=` keeps the entries that hold a text."""
    opened = plan()
    if opened is None:
        return render(request, "plan.html", {"plan": None, "plan_name": results().card["plan"]})
    day = opened.on(date.fromisoformat(results().card.get("plan_on", f"{results().year}-12-31")))
    return page_of(request, opened, [day.entry(name) for name in day.values()])


@allowed(*OWN)
def plan_of(request: HttpRequest, name: str) -> HttpResponse:
    """Any plan on this machine: what its own text says, values of every date."""
    opened = pack(name)
    return page_of(request, opened, opened.own_values)


def page_of(request: HttpRequest, opened: Plan, values: Sequence[Entry], more: dict[str, Any] | None = None) -> HttpResponse:
    """A plan with the values given, all sections on one page; `more` is for the template."""
    found = {"targets": opened.targets, "tasks": opened.tasks, "milestones": opened.milestones, "gaps": opened.own(opened.gaps),
             "prohibitions": opened.prohibitions, "documents": opened.documents, "values": values, "goals": opened.goals,
             "indicators": opened.own(opened.indicators),
             "organisation": (*opened.organisation.units, *opened.organisation.duties, *opened.organisation.posts)}
    wanted = request.GET.get("q", "").strip().casefold()
    sections = [{"id": key, "title": say(request, zh, en),
                 "entries": [shown for entry in found[key] if wanted in (shown := _shown(entry, opened, request))["all"].casefold()]}
                for key, zh, en in SECTIONS]
    return render(request, "plan.html", {"plan": opened, "sections": sections, "q": request.GET.get("q", ""), **(more or {})})


def _shown(entry: Any, opened: Plan, request: HttpRequest) -> dict[str, Any]:
    language = request.language
    value = getattr(entry, "value", getattr(entry, "default", None))
    words = {
        "id": entry.id, "title": name_of(entry, language), "note": entry.note_zh if language == "zh" else entry.note_en,
        "value": _value(entry, value, language), "number": getattr(entry, "number", ""), "leaders": getattr(entry, "leaders", ()),
        "baseline": value_words(entry.baseline, entry.unit, language) if getattr(entry, "baseline", None) is not None else "",
        "relative": _relative(entry, opened, language), "is_part": bool(getattr(entry, "parent", "")),
        "clauses": [(source.clause, source.obligation, source.document) for source in entry.sources],
        "since": getattr(entry, "since", None) or getattr(entry, "start", None), "due": getattr(entry, "due", None),
        "lead": _unit(getattr(entry, "lead", "") or getattr(entry, "issuer", "") or getattr(entry, "unit", "") * _is_of_unit(entry), opened, language),
        "with": [_unit(each, opened, language) for field in ("co_leads", "co_issuers", "units") for each in getattr(entry, field, ())],
        "is_inferred": getattr(entry, "lead_basis", "") == "inferred", "is_demonstration": entry.demonstration,
        "indicator": getattr(entry, "indicator", ""), "has_page": getattr(entry, "indicator", "") in computed_indicators(),
        "aim": aim_words(entry.comparator, entry.value, entry.upper, entry.unit, language) if hasattr(entry, "comparator") else "",
        "is_soft": getattr(entry, "is_striven_for", False), "group": getattr(entry, "group", "") or getattr(entry, "role", ""),
    }
    words["all"] = " ".join(str(part) for part in (*words.values(), entry.zh, entry.en))
    return words


def _value(entry: Any, value: Any, language: str) -> str:
    if value is None or not getattr(entry, "unit", ""):
        return ""
    return value_words(worded(value, getattr(entry, "words", ()), language), entry.unit, language)


def _relative(entry: Any, opened: Plan, language: str) -> str:
    """A deadline that counts from an event: so many months after it."""
    if not getattr(entry, "due_after", ""):
        return ""
    event = next(name_of(each, language) for each in opened.milestones if each.id == entry.due_after)
    months = entry.due_after_months
    return f"“{event}”后 {months} 个月内" if language == "zh" else f"within {months} months of: {event}"


def _is_of_unit(entry: Any) -> bool:
    """Duties and posts name the body they belong to; values name a unit of measure by the same word."""
    return hasattr(entry, "act") or hasattr(entry, "appointed_by")


def _unit(code: str, opened: Plan, language: str) -> str:
    names = {unit.id: name_of(unit, language) for unit in opened.organisation.units}
    return names.get(code, code)
