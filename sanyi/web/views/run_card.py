"""The run card: what these results were made from."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.runs.steps import all_steps
from sanyi.web.access import RUN, allowed
from sanyi.web.opened import results
from sanyi.web.words import name_of


@allowed(*RUN)
def run_card(request: HttpRequest) -> HttpResponse:
    """Plan, snapshot, code, engine; each step with its rows, its time and the plan values it read."""
    card = results().card
    steps = [_step(name, made, card, request.language) for name, made in card["steps"].items()]
    return render(request, "run_card.html", {"card": card, "steps": steps, "seconds": round(sum(card["seconds"].values()), 1)})


def _step(name: str, made: dict[str, Any], card: dict[str, Any], language: str) -> dict[str, Any]:
    step = all_steps().get(name)
    return {"name": name, "title": name_of(step.makes, language) if step else name, "made": made,
            "seconds": card["seconds"].get(name), "is_kept": name in card["kept"],
            "values": sorted(made["values"].items()), "source": str(step.source) if step else ""}
