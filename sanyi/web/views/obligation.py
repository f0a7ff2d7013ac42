"""One obligation: what the text asks, which entries of the plan say it, what realises it, which test shows it, what is lacking."""
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from sanyi.plans import Plan
from sanyi.plans.compare import said
from sanyi.plans.coverage import KIND_WORDS, STATE_WORDS, part_words
from sanyi.plans.extends import WORD_OF
from sanyi.web.access import OWN, allowed
from sanyi.web.opened import has
from sanyi.web.packs import pack
from sanyi.web.standing import standing_lines
from sanyi.web.words import name_of, say

SECTION_OF = {"task": "tasks", "document": "documents", "milestone": "milestones", "target": "targets", "goal": "goals", "value": "values",
              "gap": "gaps", "unit": "organisation", "duty": "organisation", "post": "organisation", "prohibition": "prohibitions",
              "issued_document": "documents", "indicator": "indicators"}
STYLES = {"works": "good", "partly": "fair", "not_yet": "none"}


@allowed(*OWN)
def obligation(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """One obligation of a plan by its number."""
    plan = pack(name)
    found = next((each for each in plan.register if each.id == code), None)
    if found is None:
        raise Http404(f"{name} 没有义务 {code} / {name} has no obligation {code}")
    cited = [entry for number in (code, *(each for each in plan.obligations() if each.startswith(code + "."))) for entry in plan.sources(number)]
    return render(request, "obligation.html", {
        "plan": plan, "obligation": found, "title": name_of(found, request.language), "state": say(request, *STATE_WORDS[found.state]),
        "style": STYLES[found.state], "kind": say(request, *KIND_WORDS[found.kind]), "missing": say(request, found.missing_zh, found.missing_en),
        "standing": standing_lines(request, found, plan.name),
        "parts": [{"words": part_words(part, request.language), "address": _address(plan, part)} for part in found.realised],
        "entries": [_entry(plan, entry, request) for entry in {(_kind(entry), entry.id): entry for entry in cited}.values()]})


def _kind(entry: Any) -> str:
    """A gap's default is a value of the same name: the two are shown once, as the gap."""
    return WORD_OF[type(entry)].replace("gap", "value")


def _entry(plan: Plan, entry: Any, request: HttpRequest) -> dict[str, Any]:
    word = WORD_OF[type(entry)]
    language = request.language
    value = said(entry, language) if word in ("value", "gap", "target") else ""
    return {"title": name_of(entry, language), "value": value, "quote": entry.quote, "clauses": ", ".join(dict.fromkeys(
        source.clause for source in entry.sources)), "address": _anchor(plan, SECTION_OF[word], entry.id)}


def _anchor(plan: Plan, section: str, entry: str) -> str:
    return f"{reverse('plan_of', args=[plan.name])}#{section}-{entry}"


def _address(plan: Plan, part: str) -> str:
    """The page of what realises an obligation, where there is one."""
    word, _, name = part.partition(":")
    if word in SECTION_OF and word != "indicator":
        gaps = {gap.id for gap in plan.gaps}
        return _anchor(plan, "gaps" if word == "value" and name in gaps else SECTION_OF[word], name)
    try:
        if word in ("step", "table"):
            return reverse("table", args=[name]) if has(name) else reverse("about_table", args=[name])
        if word in ("indicator", "rule"):
            return reverse(word, args=[name])
        return reverse(name) if word == "page" else ""
    except NoReverseMatch:
        return ""
