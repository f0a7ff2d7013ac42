"""What runs have published and somebody has a step to take on: audit cases, notices of results."""
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from sanyi.audit import rules
from sanyi.store.kinds import kind_of
from sanyi.terms.fen import yuan
from sanyi.web.waiting.queue import Queue, Rows
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.published import INSTITUTION, PARTS

RULES = {rule.code: (rule.zh, rule.en) for rule in rules()}
BUREAU, INSTITUTIONS = {"audit_case": ("found", "answered", "appealed", "upheld"), "result_notice": ("objected",)}, {"audit_case": ("notified",), "result_notice": ("issued",)}


def _waiting(kind: str, states: dict[str, tuple[str, ...]], is_own: bool = False) -> Rows:
    def rows(actor: Any, now: Any) -> QuerySet:
        found = kind_of(kind).seen_by(actor).filter(state__in=states[kind])
        return found.filter(answerer=actor.role) if is_own else found
    return rows


def _said(kind: str):
    states = {state.name: (state.zh, state.en) for state in workflow_of(kind).states}

    def words(request: HttpRequest, row: Any) -> str:
        what = say(request, *RULES.get(row.rule, (row.rule,) * 2)) if kind == "audit_case" else say(request, PARTS[row.part].zh, PARTS[row.part].en) if row.part in PARTS else row.part
        amount = "" if row.amount_fen is None else say(request, f"{yuan(row.amount_fen)} 元", f"{yuan(row.amount_fen)} yuan")
        return " · ".join(part for part in (what, say(request, *states[row.state]), amount) if part)
    return words


QUEUES = (
    Queue("稽核案件", "Audit cases", ("bureau",), _waiting("audit_case", BUREAU), "audit_cases", "audit_case", _said("audit_case"), whose="", due="due", place="institution"),
    Queue("结果异议", "Objections to results", ("bureau", "office"), _waiting("result_notice", BUREAU, True), "result_notices", "result_notice", _said("result_notice"), whose="", due="", place="institution",
          asked="?state=objected"),
    Queue("待说明的稽核案件", "Audit cases to answer", INSTITUTION, _waiting("audit_case", INSTITUTIONS), "audit_cases", "audit_case", _said("audit_case"), whose="", due="due", asked="?state=notified"),
    Queue("待确认的结果通知", "Notices to acknowledge", INSTITUTION, _waiting("result_notice", INSTITUTIONS), "result_notices", "result_notice", _said("result_notice"), whose="", due="due", asked="?state=issued"))
