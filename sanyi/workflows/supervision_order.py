"""A supervision order: issued by the office, acknowledged and answered by the unit, closed by somebody else. Source: HK-52, TSK-4."""
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import another_person, deadline_is_later, deadline_lies_ahead
from sanyi.workflows.plan_facts import PlanFacts
from sanyi.workflows.problem import closed_now
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

ANSWER = Field("answer", "text", "答复", "answer")
DEADLINE = Field("due", "date", "新的答复期限", "new deadline")


def answered(facts: PlanFacts, given: Given) -> dict:
    """Keep the answer, who gave it, and when."""
    return {"answer": given["answer"], "done_by": facts.actor.name, "done_at": facts.now}


def unanswered(facts: PlanFacts, given: Given) -> dict:
    """The answer did not do; the log keeps it."""
    return {"answer": "", "done_by": "", "done_at": None}


def extended(facts: PlanFacts, given: Given) -> dict:
    """Move the deadline."""
    return {"due": given["due"]}


SUPERVISION_ORDER = Workflow(
    "supervision_order", "督办单", "supervision order", "issued",
    states=(State("issued", "已下达", "issued"), State("acknowledged", "已签收", "acknowledged"),
            State("extended", "已延期", "extended"), State("answered", "已答复", "answered", True),
            State("closed", "已办结", "closed", True)),
    steps=(
        Step("acknowledge", "签收", "acknowledge", ("issued",), "acknowledged", ("lead", "office"), (NOTE,)),
        Step("extend", "延期", "extend", ("issued", "acknowledged", "extended"), "extended", ("office",), (DEADLINE, REASON),
             (deadline_lies_ahead, deadline_is_later), extended),
        Step("answer", "答复", "answer", ("acknowledged", "extended"), "answered", ("lead", "office"), (ANSWER,), (), answered),
        Step("send_back", "退回重办", "send back", ("answered",), "acknowledged", ("office",), (REASON,), effect=unanswered),
        Step("close", "办结", "close", ("answered",), "closed", ("office",), (NOTE,), (another_person,), closed_now),
    ),
    facts=PlanFacts,
)
