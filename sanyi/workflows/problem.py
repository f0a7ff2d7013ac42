"""A problem on the list (list it, name who answers, set the time, cross it off): closed only by another person. Source: JH-80."""
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import another_person, deadline_lies_ahead, evidence_is_there
from sanyi.workflows.plan_facts import PlanFacts
from sanyi.workflows.task import NOTE, REASON, done_now
from sanyi.workflows.workflow import Field, State, Step, Workflow

RESPONSIBLE = Field("unit", "unit", "责任单位", "unit answerable")
DEADLINE = Field("due", "date", "整改期限", "deadline")


def assigned(facts: PlanFacts, given: Given) -> dict:
    """Keep who answers for it and until when."""
    return {"unit": given["unit"], "due": given["due"]}


def closed_now(facts: PlanFacts, given: Given) -> dict:
    """Keep who crossed it off, and when."""
    return {"closed_by": facts.actor.name, "closed_at": facts.now}


def open_again(facts: PlanFacts, given: Given) -> dict:
    """It is neither solved nor closed."""
    return {"done_by": "", "done_at": None, "closed_by": "", "closed_at": None}


PROBLEM = Workflow(
    "problem", "问题清单", "problem list", "listed",
    states=(State("listed", "已列入清单", "listed"), State("assigned", "已明确责任", "assigned"),
            State("in_progress", "整改中", "being put right"), State("solved", "待销号", "put right, to be confirmed"),
            State("closed", "已销号", "closed", True)),
    steps=(
        Step("assign", "明确责任和期限", "assign", ("listed",), "assigned", ("office",), (RESPONSIBLE, DEADLINE),
             (deadline_lies_ahead,), assigned),
        Step("reassign", "调整责任或期限", "assign anew", ("assigned", "in_progress"), "assigned", ("office",),
             (RESPONSIBLE, DEADLINE, REASON), (deadline_lies_ahead,), assigned),
        Step("start", "开始整改", "start", ("assigned",), "in_progress", ("lead", "office"), (NOTE,)),
        Step("report_solved", "报告整改完成", "report it put right", ("in_progress",), "solved", ("lead", "office"), (NOTE,),
             (evidence_is_there,), done_now),
        Step("close", "销号", "close", ("solved",), "closed", ("office",), (NOTE,), (another_person, evidence_is_there), closed_now),
        Step("send_back", "退回整改", "send back", ("solved",), "in_progress", ("office",), (REASON,), effect=open_again),
        Step("reopen", "重新挂账", "reopen", ("closed",), "in_progress", ("office",), (REASON,), effect=open_again),
    ),
    facts=PlanFacts,
)
