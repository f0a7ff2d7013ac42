"""A task of the ledger: not started, in progress, done, verified; exempt while something outside blocks it."""
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import (
    another_person, clock_has_started, comes_again, evidence_is_there, hard_targets_are_met, needs_are_done, parts_are_done,
)
from sanyi.workflows.plan_facts import PlanFacts
from sanyi.workflows.workflow import Field, State, Step, Workflow

REASON = Field("reason", "text", "理由", "reason")
NOTE = Field("note", "text", "说明", "note", is_required=False)


def done_now(facts: PlanFacts, given: Given) -> dict:
    """Keep who reported it done, and when."""
    return {"done_by": facts.actor.name, "done_at": facts.now}


def verified_now(facts: PlanFacts, given: Given) -> dict:
    """Keep who verified it, and when."""
    return {"verified_by": facts.actor.name, "verified_at": facts.now}


def undone(facts: PlanFacts, given: Given) -> dict:
    """It is no longer done."""
    return {"done_by": "", "done_at": None, "verified_by": "", "verified_at": None}


def exempted(facts: PlanFacts, given: Given) -> dict:
    """Keep why it is exempt."""
    return {"exempt_reason": given["reason"]}


def exempt_no_more(facts: PlanFacts, given: Given) -> dict:
    """The reason has gone."""
    return {"exempt_reason": ""}


def next_round(facts: PlanFacts, given: Given) -> dict:
    """Begin a new round with the next deadline; the evidence of the last one stays with it."""
    return {**undone(facts, given), "round": facts.round + 1, "due": facts.next_due}


TASK = Workflow(
    "task", "任务", "task", "not_started",
    states=(State("not_started", "未启动", "not started"), State("in_progress", "进行中", "in progress"),
            State("done", "已完成", "done", True), State("verified", "已核实", "verified", True),
            State("exempt", "豁免", "exempt", True)),
    steps=(
        Step("start", "启动", "start", ("not_started",), "in_progress", ("lead", "office"), (NOTE,), (clock_has_started,)),
        Step("report_done", "报告完成", "report done", ("in_progress",), "done", ("lead", "office"), (NOTE,),
             (needs_are_done, parts_are_done), done_now),
        Step("verify", "核实", "verify", ("done",), "verified", ("office",),
             (Field("reason", "text", "目标未达到时的理由", "reason where a target is not met", is_required=False),),
             (another_person, needs_are_done, parts_are_done, evidence_is_there, hard_targets_are_met), verified_now),
        Step("send_back", "退回", "send back", ("done",), "in_progress", ("office",), (REASON,), effect=undone),
        Step("reopen", "重新打开", "reopen", ("verified",), "in_progress", ("office",), (REASON,), effect=undone),
        Step("exempt", "豁免（外部原因）", "exempt (blocked from outside)", ("not_started", "in_progress"), "exempt", ("office",),
             (REASON,), effect=exempted),
        Step("end_exemption", "解除豁免", "end the exemption", ("exempt",), "in_progress", ("office",), (REASON,), (clock_has_started,),
             exempt_no_more),
        Step("renew", "进入下一期", "begin the next period", ("verified",), "not_started", ("lead", "office"), (),
             (comes_again,), next_round),
    ),
    facts=PlanFacts,
)
