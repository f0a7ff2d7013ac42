"""The year's appraisal: score, band, gates and veto of each institution."""
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.appraisal.bands import STAGE
from sanyi.plans.code_words import code_word
from sanyi.tables.shown import shown
from sanyi.web.access import RUN, allowed
from sanyi.web.listing import ahead, listing
from sanyi.web.names import names
from sanyi.web.opened import has, promise, rows
from sanyi.web.parts import chart, short_table
from sanyi.web.words import say
from django.urls import reverse

APPRAISALS = "appraisals"
ENDS = 10
FIRST = ("institution_id", "score_e4", "band_code", "band_before_code", "factor_ppm", "veto_code", "gate_note", "missing_stages")


@allowed(*RUN)
def appraisal(request: HttpRequest) -> HttpResponse:
    """Scores as a chart, bands counted, and the whole table."""
    if not has(APPRAISALS):
        return render(request, "appraisal.html", {"is_empty": True})
    found = sorted(rows(APPRAISALS), key=lambda row: (row["score_e4"] is None, -(row["score_e4"] or 0), row["institution_id"]))
    known = names("institutions.institution_id")
    scored = [row for row in found if row["score_e4"] is not None]
    ends = [*scored[:ENDS], *scored[-ENDS:]] if len(scored) > 2 * ENDS else scored
    drawn = chart("ranked", [known.get(row["institution_id"], row["institution_id"]) for row in ends],
                  [(say(request, "总分", "score"), [float(row["score_e4"]) / 10_000 for row in ends])], say(request, "分", "points"),
                  labels=True, links=[reverse("institution", args=[row["institution_id"]]) for row in ends]) if ends else None
    band = promise(APPRAISALS)["band_code"]
    counts = [(shown(band, code, request.language), sum(row["band_code"] == code for row in found)) for code in band.allowed or {}]
    return render(request, "appraisal.html", {
        "chart": drawn, "is_cut": len(ends) < len(scored), "ends": ENDS, "bands": counts, "vetoed": sum(bool(row["veto_code"]) for row in found),
        "missing": sum(row["score_e4"] is None for row in found), "list": listing(request, APPRAISALS, ahead(APPRAISALS, FIRST), sort="-score_e4", adapt=_in_words(request.language)),
        "events": short_table(request, "appraisal_events")})


def _in_words(language: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """An appraisal with its gates, their grades and the missing stages called by name."""
    def adapt(row: dict[str, Any]) -> dict[str, Any]:
        gates = [gate.partition("=") for gate in (row["gate_note"] or "").split(", ") if gate]
        words = (f"{code_word(name, language)} {code_word(grade, language)}" for name, _, grade in gates)
        comma, missing = "，" if language == "zh" else ", ", (row["missing_stages"] or "").split(", ")
        stages = (STAGE[stage][language == "en"] if stage in STAGE else stage for stage in missing)
        return {**row, "gate_note": comma.join(words) or None, "missing_stages": comma.join(stages) or None}

    return adapt
