"""The scale page: how large this year is, what that means for one machine, and when a cluster is worth its price."""
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.runs.results import Results
from sanyi.runs.steps import all_steps
from sanyi.tables.record_tables import record_tables
from sanyi.web.access import RUN, allowed
from sanyi.web.opened import has, results
from sanyi.web.words import name_of

COUNTED = ("residents", "institutions", "encounters", "charge_lines")
LINES = "charge_lines"
TRIED_LINES = 182_973_270  # the largest year whose steps were measured on one machine, each within 4 GB (docs/scale.md)
TIMES = (1, 3, 10, 30)
MIB = 1 << 20
SLOWEST = 10


@allowed(*RUN)
def scale(request: HttpRequest) -> HttpResponse:
    """Rows and bytes read and written, seconds, the slowest steps, and what a larger year would take in proportion."""
    opened, card = results(), results().card
    lines, seconds = opened.count(LINES) if has(LINES) else 0, sum(card["seconds"].values())
    return render(request, "scale.html", {
        "card": card, "lines": lines, "tried": TRIED_LINES, "is_within": lines <= TRIED_LINES, "seconds": round(seconds, 1),
        "counted": [(name_of(record_tables()[name], request.language), opened.count(name)) for name in COUNTED if has(name)],
        "read_mib": _mib(path for name in record_tables() if has(name) for path in opened.files(name)),
        "made_mib": _mib(path for name in opened.names for path in opened.files(name)),
        "made_rows": sum(card["steps"][name]["rows"] for name in opened.names),
        "larger": [{"times": times, "lines": times * lines, "seconds": round(times * seconds)} for times in TIMES] if not card["kept"] else [],
        "slowest": _slowest(opened, request.language)})


def _slowest(opened: Results, language: str) -> list[dict[str, Any]]:
    ranked = sorted(opened.names, key=lambda name: (-opened.card["seconds"].get(name, 0), name))
    return [{"name": name, "title": name_of(all_steps()[name].makes, language), "seconds": opened.card["seconds"].get(name),
             "rows": opened.card["steps"][name]["rows"], "locality": all_steps()[name].locality} for name in ranked[:SLOWEST]]


def _mib(paths: Any) -> int:
    return round(sum(Path(path).stat().st_size for path in paths if Path(path).exists()) / MIB)
