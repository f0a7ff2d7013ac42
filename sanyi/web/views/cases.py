"""The list of cases, and one case with its reason."""
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.runs.explain import explain_case
from sanyi.runs.explain.explanation import Explanation, NothingToExplain
from sanyi.web.access import OWN, allowed
from sanyi.store.trail.reading import reads_person
from sanyi.web.listing import ahead, listing
from sanyi.web.opened import has, promise, results, where
from sanyi.web.own import own_unit
from sanyi.web.parts import short_table, statement
from sanyi.web.standards import standard_ban
from sanyi.web.trailed import reads
from sanyi.web.views.audit import findings

LISTS = ("inpatient_cases", "encounters")
FACTS = ("dip_cases", "dip_case_groups", "drg_cases", "drg_point_cases", "drg_case_points", "drg_case_groups", "bed_day_cases", "separate_drugs")
FIRST = ("encounter_id", "institution_id", "insurance_code", "settled_month", "group_code", "cost_fen", "standard_fen", "fund_pay_fen",
         "difference_fen", "deviation_code", "status_code")
TABLES = (("diagnoses", ("encounter_id", "settled_month")), ("operations", ("encounter_id", "settled_month")),
          ("settlements", ("encounter_id", "resident_id", "institution_id", "settled_month")),
          ("charge_class_totals", ("encounter_id", "settled_month")), ("charge_lines", ("encounter_id", "settled_month")))


@allowed(*OWN)
@reads("case_list")
def cases(request: HttpRequest) -> HttpResponse:
    """All priced stays, as a list."""
    name = next((name for name in LISTS if has(name)), "")
    if not name:
        raise Http404("没有病例 / these results have no cases")
    return render(request, "cases.html", {"list": listing(request, name, ahead(name, FIRST)), "name": name})


@allowed(*OWN)
@reads("case", id="encounter_id")
def case(request: HttpRequest, encounter_id: str) -> HttpResponse:
    """One case: what happened, which group and why, how it was priced, what was found."""
    key = where(encounter_id=encounter_id)
    found = results().page("encounters", key, limit=1)
    if not found or own_unit(request) not in ("", found[0]["institution_id"]):
        raise Http404(f"{results().year} 年度没有就诊 {encounter_id}；以前年度的就诊没有单独页面 / there is no case {encounter_id} in {results().year}; those of earlier years have no page of their own")
    reads_person("case", encounter_id, residents=(found[0]["resident_id"],), institutions=(found[0]["institution_id"],))
    month = where(encounter_id=encounter_id, settled_month=found[0]["settled_month"])  # one month's file instead of twelve
    facts = [{"title": promise(name), "lines": statement(request, name, row, ("encounter_id", "resident_id"), ("points_e4", "standard_fen", "fund_pay_fen"), is_short=True)}
             for name in FACTS if has(name) for row in results().page(name, key, limit=1)]
    return render(request, "case.html", {
        "ban": next(filter(None, (standard_ban(request, fact["title"]) for fact in facts)), ""), "id": encounter_id, "lines": statement(request, "encounters", found[0], ("encounter_id",), is_short=True), "facts": facts,
        "explanation": _why(encounter_id), "findings": findings(request, key),
        "tables": [short_table(request, name, month, without=without, limit=300) for name, without in TABLES]})


def _why(encounter_id: str) -> Explanation | None:
    """Visits are paid as charged: there is nothing to explain of them."""
    try:
        return explain_case(results(), encounter_id)
    except NothingToExplain:
        return None
