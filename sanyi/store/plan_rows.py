"""What a plan asks of its ledger, as plain rows: units, targets, milestones and items with their deadlines."""
from collections.abc import Mapping
from datetime import date

from sanyi.indicators import indicators
from sanyi.indicators.status import comparator_of, tolerance_e6
from sanyi.plans import IssuedDocument, Milestone, Plan, Target, Task, UnknownValue
from sanyi.plans.dues import due_of
from sanyi.plans.units import UNITS
from sanyi.store.standings import e6_of
from sanyi.workflows.lines import RED_DAYS, YELLOW_DAYS

KIND_OF = {Task: "task", IssuedDocument: "document", Milestone: "milestone"}
PLAN_UNIT = {"percent": "ppm", "percent_growth": "ppm", "yuan": "fen"}  # of computed indicators; the others are ten-thousandths
TOLERANCE_POINTS_E4, TOLERANCE_RELATIVE_PPM = 20_000, 20_000  # where the plan says nothing: 2 points, 2 %
READINGS = {"target.about_reading": "two_sided", "target.below_includes_boundary": True}  # the same, of words left open


def setting(plan: Plan, name: str, day: date, default):
    """Give a value of the plan on a day, or our default where the plan has none."""
    try:
        return plan.on(day).value(name)
    except UnknownValue:
        return default


def warning_days(plan: Plan, day: date) -> dict[str, int]:
    """How many days before a deadline the yellow and the red line lie: `ledger.yellow_days`, `ledger.red_days`, else 30 and 7."""
    return {"yellow_days": setting(plan, "ledger.yellow_days", day, YELLOW_DAYS),
            "red_days": setting(plan, "ledger.red_days", day, RED_DAYS)}


def unit_rows(plan: Plan) -> dict[str, dict]:
    """Every body the plan names, by id."""
    return {unit.id: _words(unit) for unit in plan.organisation.units}


def milestone_rows(plan: Plan) -> dict[str, dict]:
    """Every milestone by id; one without a day that others count from is an event."""
    clocks = _clocks(plan)
    return {each.id: {**_words(each), "start": each.start, "due": each.due, "due_after": each.due_after,
                      "due_after_months": each.due_after_months, "is_event": _is_event(each, clocks)} for each in plan.milestones}


def target_rows(plan: Plan, day: date) -> dict[str, dict]:
    """Every target by id, with its indicator's words and unit."""
    computed = {each.code: each for each in indicators()}
    reported = {each.id: each for each in plan.indicators}
    return {target.id: _target_row(plan, target, day, position, computed.get(target.indicator), reported.get(target.indicator))
            for position, target in enumerate(plan.targets)}


def _target_row(plan: Plan, target: Target, day: date, position: int, computed, reported) -> dict:
    unit = target.unit or (reported.unit if reported else PLAN_UNIT.get(computed.unit, "e4") if computed else "count")
    named = reported or computed or target
    value = _whole(target.value)
    return {**_words(target), "indicator": target.indicator, "indicator_zh": named.zh, "indicator_en": named.en,
            "is_reported": computed is None, "unit": unit if unit in UNITS else "count", "scope": target.scope,
            "comparator": comparator_of(target, lambda name: setting(plan, name, target.due or day, READINGS[name])), "value": value, "upper": _whole(target.upper), "baseline": _whole(target.baseline),
            "tolerance_e6": _tolerance(plan, unit, value, target.due or day), "due": target.due, "group": target.group,
            "is_striven_for": target.is_striven_for, "clause": clause_of(target), "position": position}


def _tolerance(plan: Plan, unit: str, value: int | None, day: date) -> int:
    points = setting(plan, "target.tolerance_points_e4", day, TOLERANCE_POINTS_E4)
    relative = setting(plan, "target.tolerance_relative_ppm", day, TOLERANCE_RELATIVE_PPM)
    return tolerance_e6(unit, None if value is None else value * e6_of(unit), points, relative)


def _whole(value) -> int | None:
    """Targets on codes and tables are read by people."""
    return int(value) if isinstance(value, int) else None


def item_rows(plan: Plan, dated: Mapping[str, date], on: date) -> dict[tuple[str, str], dict]:
    """Every task, document and milestone by (kind, id); milestones that are events of others' clocks are not work of the plan."""
    clocks = _clocks(plan)
    entries = [*plan.tasks, *plan.documents, *(each for each in plan.milestones if not _is_event(each, clocks))]
    units = unit_rows(plan)
    return {(KIND_OF[type(entry)], entry.id): _item_row(entry, position, units, dated, on) for position, entry in enumerate(entries)}


def _item_row(entry, position: int, units: Mapping[str, dict], dated: Mapping[str, date], on: date) -> dict:
    lead = getattr(entry, "lead", getattr(entry, "issuer", ""))
    named = units.get(lead, {"zh": lead, "en": lead})
    start = getattr(entry, "start", None)
    return {
        **_words(entry), "number": getattr(entry, "number", ""), "position": position, "group": getattr(entry, "group", ""),
        "clause": clause_of(entry), "obligations": " ".join(dict.fromkeys(entry.obligations)), "note_zh": entry.note_zh,
        "note_en": entry.note_en, "quote": entry.quote, "lead": lead, "lead_zh": named["zh"], "lead_en": named["en"],
        "lead_basis": getattr(entry, "lead_basis", "text" if lead else ""), "leaders": "、".join(getattr(entry, "leaders", ())),
        "indicator": getattr(entry, "indicator", ""), "evidence_asked": " ".join(_evidence(entry)),
        "is_exploratory": getattr(entry, "is_exploratory", False), "is_striven_for": getattr(entry, "is_striven_for", False),
        "start": start, "due": due_of(entry, dated, max(start or on, on)), "last_due": due_of(entry, dated),
        "due_source": due_source(entry), "due_after": entry.due_after, "due_after_months": entry.due_after_months, "every": entry.every,
    }


def due_source(entry) -> str:
    """Say where a deadline is from."""
    return "relative" if entry.due_after else "period" if entry.every else "plan" if entry.due else ""


def body_rows(entry, units: Mapping[str, dict]) -> list[dict]:
    """The bodies of a task or a document: lead, co-leads and those that carry it out."""
    leads = [getattr(entry, "lead", getattr(entry, "issuer", ""))]
    parts = {"lead": leads, "co_lead": getattr(entry, "co_leads", getattr(entry, "co_issuers", ())), "unit": getattr(entry, "units", ())}
    named = [(part, unit) for part, names in parts.items() for unit in dict.fromkeys(names) if unit]
    return [{"unit": unit, "part": part, "position": position, "zh": units.get(unit, {}).get("zh", unit),
             "en": units.get(unit, {}).get("en", unit)} for position, (part, unit) in enumerate(named)]


def clause_of(entry) -> str:
    """Print the clauses an entry rests on."""
    return "；".join(dict.fromkeys(f"{source.document} {source.clause}".strip() for source in entry.sources))


def _evidence(entry) -> tuple[str, ...]:
    return ("document",) if isinstance(entry, IssuedDocument) else getattr(entry, "evidence", ())


def _clocks(plan: Plan) -> set[str]:
    return {entry.due_after for entry in (*plan.tasks, *plan.documents, *plan.milestones) if entry.due_after}


def _is_event(milestone: Milestone, clocks: set[str]) -> bool:
    return milestone.id in clocks and milestone.due is None and not milestone.due_after


def _words(entry) -> dict[str, str]:
    return {"zh": entry.zh, "en": entry.en}
