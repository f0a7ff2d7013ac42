"""Work of the plan and its money: tasks that are late, problems, orders, special reviews, disputes, batches and vouchers that a role has a step to take on."""
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from sanyi.store.kinds import kind_of
from sanyi.store.log import today_of
from sanyi.web.waiting.queue import Queue
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.facts import Actor

SIGNS = 60  # of a title that may be a sentence
MONEY, PLAN = ("office", "bureau"), ("office", "lead", "bureau")


def _mine(kind: str) -> Callable[[Actor, datetime], QuerySet]:
    """The rows in a state from which the actor's role has a step."""
    def rows(actor: Actor, now: datetime) -> QuerySet:
        states = {state for step in workflow_of(kind).steps if actor.role in step.roles for state in step.before}
        return kind_of(kind).seen_by(actor).filter(state__in=states).order_by("pk")
    return rows


def _tasks(actor: Actor, now: datetime) -> QuerySet:
    """Tasks whose day is past; a lead unit's own."""
    rows = kind_of("task").seen_by(actor).filter(is_withdrawn=False, due__lt=today_of(now)).exclude(state__in=workflow_of("task").finished)
    return (rows.filter(bodies__unit=actor.unit).distinct() if actor.role == "lead" else rows).order_by("due", "pk")


def _titled(request: HttpRequest, row: Any) -> str:
    return Truncator(say(request, row.zh, row.en)).chars(SIGNS)


def _state(kind: str) -> Callable[[HttpRequest, Any], str]:
    words = {state.name: (state.zh, state.en) for state in workflow_of(kind).states}
    return lambda request, row: " · ".join(part for part in (Truncator(getattr(row, "text", "")).chars(SIGNS), say(request, *words[row.state])) if part)


QUEUES = (
    Queue("超期任务", "Tasks overdue", ("office", "lead"), _tasks, "ledger", "ledger_item", _titled, whose="", due="due", asked="?line_code=overdue"),
    Queue("问题", "Problems", ("office", "lead"), _mine("problem"), "problems", "problem", _state("problem"), whose="", due="due"),
    Queue("督办单", "Supervision orders", ("office", "lead"), _mine("supervision_order"), "orders", "order", _state("supervision_order"), whose="", due="due"),
    Queue("特例单议", "Special reviews", ("bureau", "expert", "hospital"), _mine("special_review"), "special_reviews", "special_review", _state("special_review"), whose="", due=""),
    Queue("结算批次", "Settlement batches", MONEY, _mine("settlement_batch"), "settlement", "settlement_batch", _state("settlement_batch"), whose="", due="due"),
    Queue("凭证", "Vouchers", MONEY, _mine("voucher"), "settlement_vouchers", "settlement_voucher", _state("voucher"), whose="", due=""))
