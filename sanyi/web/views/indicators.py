"""Indicators: all against their targets; one month by month, by consortium and by institution; and why."""
from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sanyi.indicators import indicators as all_indicators
from sanyi.indicators.groups import ALL, GROUP_WORDS
from sanyi.runs.explain import explain_indicator
from sanyi.runs.results import Condition
from sanyi.web.access import RUN, allowed
from sanyi.web.measured import Measured, charted, headline, line, measured, scopes, statuses, target_value, unit_of
from sanyi.web.names import CONSORTIA, INSTITUTIONS, names
from sanyi.web.opened import results, rows, where
from sanyi.web.parts import chart, short_table
from sanyi.web.words import name_of, say

LEVELS = (("consortium", CONSORTIA, "按医联体", "By consortium"), ("institution", INSTITUTIONS, "按医疗机构", "By institution"))
MOST_BARS = 20
INSTITUTION = "institution"
MEMBERS = "scope_members"


@allowed(*RUN)
def indicators(request: HttpRequest) -> HttpResponse:
    """All indicators of the region."""
    return render(request, "indicators.html", {"rows": [line(request, headline(each)) for each in all_indicators()]})


def of_institution(request: HttpRequest, institution_id: str) -> list[dict[str, Any]]:
    """The indicators that one institution has a value for."""
    found = [measured(each.code, INSTITUTION, institution_id) for each in all_indicators()]
    return [line(request, each) for each in found if each and each.row]


@allowed(*RUN)
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: this year by month, the last year, the target, and who stands where."""
    one = _known(code)
    return render(request, "indicator.html", {
        "line": line(request, one), "indicator": one.indicator, "months": _months(request, one),
        "formula": say(request, one.indicator.formula_zh, one.indicator.formula_en), "row": one.row,
        "groups": _groups(request, code), "levels": [level for level in (_level(request, code, *each) for each in LEVELS) if level["rows"]],
        "status": _against_targets(request, code),
        "values": reverse("table", args=["indicator_values"]) + f"?indicator_code={code}"})


@allowed(*RUN)
def why(request: HttpRequest, code: str) -> HttpResponse:
    """Why an indicator has its value, for the region or (with ?institution=) for one institution."""
    one = _known(code)
    institution_id = request.GET.get("institution") or None
    who = names(INSTITUTIONS).get(institution_id, institution_id) if institution_id else ""
    return render(request, "why.html", {
        "title": " · ".join(filter(None, [name_of(one.indicator, request.language), who])),
        "explanation": explain_indicator(results(), code, institution_id), "back": reverse("indicator", args=[code])})


def _known(code: str) -> Measured:
    found = next((each for each in all_indicators() if each.code == code), None)
    if found is None:
        raise Http404(f"没有指标 {code} / there is no indicator {code}")
    return headline(found)


def _months(request: HttpRequest, one: Measured) -> dict[str, Any] | None:
    """The year's months beside the last year's value."""
    if not any(value is not None for value in one.months):
        return None
    year, before = results().year, one.before["value_e6"] if one.before else None
    this, last = f"{year}", say(request, f"{year - 1} 年全年", f"{year - 1}, whole year")
    lines: list[tuple[str, list[Any]]] = [(this, [charted(value) for value in one.months])]
    if before is not None:
        lines.append((last, [charted(before)] * 12))
    target = target_value(statuses(one.indicator.code, one.scope_code, one.scope_id))
    return chart("line", [f"{month}{say(request, '月', '')}" for month in range(1, 13)], lines, unit_of(one.indicator, request.language),
                 dashed=(last,), target=charted(target), target_name=say(request, "目标", "target"))


def _against_targets(request: HttpRequest, code: str) -> dict[str, Any] | None:
    """Where the plan sets a target: value, target and the gap between them."""
    aims = (*where(indicator_code=code), Condition("target_id", "ne", "-"))
    found = short_table(request, "indicator_status", aims, ("scope_code", "period", "value_e6", "comparator", "target_e6", "gap_e6",
                                                            "status_code", "is_hard", "due_period", "clause"))
    return found if found and found["rows"] else None


def _groups(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """The groups of institutions that have a value: public hospitals, county hospitals and so on, each counted as one."""
    counts = Counter(row["scope_code"] for row in rows(MEMBERS))
    found = [(measured(code, group, ALL), say(request, *words)) for group, words in GROUP_WORDS.items()]
    return [{**line(request, each), "name": name, "members": counts.get(each.scope_code), "numerator": each.row["numerator"],
             "denominator": each.row["denominator"], "address": f"{reverse('table', args=[MEMBERS])}?scope_code={each.scope_code}"}
            for each, name in found if each.row]


def _level(request: HttpRequest, code: str, scope: str, reference: str, zh: str, en: str) -> dict[str, Any]:
    found = scopes(code, scope)
    known = names(reference)
    lines = [{**line(request, each), "name": known.get(each.scope_id, each.scope_id), "address": reverse(scope, args=[each.scope_id]),
              "numerator": each.row["numerator"], "denominator": each.row["denominator"], "place": place}
             for place, each in enumerate(found, 1)]
    bars = [*found[:MOST_BARS // 2], *found[-MOST_BARS // 2:]] if len(found) > MOST_BARS else found
    drawn = chart("ranked", [known.get(each.scope_id, each.scope_id) for each in bars],
                  [(name_of(each.indicator, request.language), [charted(each.value) for each in bars]) for each in found[:1]],
                  unit_of(found[0].indicator, request.language), labels=True,
                  links=[reverse(scope, args=[each.scope_id]) for each in bars]) if found else None
    return {"id": scope, "title": say(request, zh, en), "rows": lines, "chart": drawn, "is_cut": len(found) > MOST_BARS,
            "is_institution": scope == INSTITUTION}
