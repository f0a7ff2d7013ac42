"""How obligations stand: what the ledger says of the tasks, documents, milestones and targets that realise them."""
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sanyi.plans import Obligation
from sanyi.store.board import DONE, board
from sanyi.store.bulletin import targets
from sanyi.store.ledgers import open_plans
from sanyi.web import clock
from sanyi.web.views.readings import reading_address
from sanyi.web.words import say
from sanyi.web.work_words import line_badge, pair, state_badge, target_line

Held = dict[tuple[str, str], dict[str, Any]]


def held(plan: str) -> Held | None:
    """A plan's ledger by (word, entry) as obligations name their parts; None where none is open."""
    if plan not in open_plans():
        return None
    items = {(row["kind"], row["entry"]): row for row in board(plan, clock.today()) if row["kind"] != "part"}
    return {**items, **{("target", row["entry"]): row for row in targets(plan)}}


def _found(obligation: Obligation, there: Held) -> list[tuple[str, dict[str, Any]]]:
    names = [tuple(part.split(":", 1)) for part in obligation.realised]
    return [(word, there[word, name]) for word, name in names if (word, name) in there]


def standing_words(request: HttpRequest, obligation: Obligation, there: Held) -> str:
    """How an obligation stands in a few words: 3/5 done, 1 overdue; 1/2 targets met."""
    found = _found(obligation, there)
    work = [row for word, row in found if word != "target" and row["state"] != "exempt" and not row["is_withdrawn"]]
    aims = [row for word, row in found if word == "target"]
    done, late = sum(row["state"] in DONE for row in work), sum(row["line"] == "overdue" for row in work)
    said = []
    if work:
        said.append(say(request, f"完成 {done}/{len(work)}", f"{done}/{len(work)} done") + (say(request, f"，超期 {late}", f", {late} overdue") if late else ""))
    if aims:
        met = sum(row["status"] == "met" for row in aims)
        said.append(say(request, f"目标达到 {met}/{len(aims)}", f"{met}/{len(aims)} targets met"))
    return say(request, "；", "; ").join(said)


def standing_lines(request: HttpRequest, obligation: Obligation, plan: str) -> dict[str, Any] | None:
    """The work and the targets of an obligation with their state; None where no ledger is open or it names none of them."""
    there = held(plan)
    found = _found(obligation, there) if there else []
    if not found:
        return None
    work = [{"number": row["number"], "title": pair(request, row), "lead": pair(request, row, "lead"), "due": row["due"],
             "address": reverse("ledger_item", args=[row["id"]]), "state": state_badge(request, "task", row["state"]), "is_finished": row["is_finished"],
             "line": line_badge(request, row["line"], row["days_late"])} for word, row in found if word != "target"]
    aims = [{**target_line(request, row), "reading_address": reading_address(plan, row["indicator"], row["scope"])} for word, row in found if word == "target"]
    return {"work": work, "targets": aims, "words": standing_words(request, obligation, there)}
