"""A remote consultation: asked for, accepted by an expert, held, answered, closed with an evaluation and its fee. Source: NG-05, HK-27."""
from dataclasses import dataclass

from sanyi.workflows.exam_facts import lies_ahead
from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.workflow import Field, State, Step, Workflow

ASKERS = ("doctor", "family_doctor")
UNANSWERED = ("requested", "accepted", "scheduled")
DECLINES = {"not_our_field": ("不属本专科", "not our field"), "no_time": ("时间无法安排", "no time"), "papers_lacking": ("资料不全", "papers are lacking"),
            "needs_transfer": ("应直接转诊", "should be referred at once"), "other": ("其他", "other")}
GRADES = {"5": ("很满意", "very good"), "4": ("满意", "good"), "3": ("一般", "fair"), "2": ("不满意", "poor"), "1": ("很不满意", "very poor")}
REASON = Field("reason", "text", "理由", "reason")


@dataclass(frozen=True)
class ConsultationFacts(Facts):
    """A consultation; `hands` has whoever accepted it as (accept, person)."""

    urgency: str = ""


def is_the_expert(facts: ConsultationFacts, given: Given) -> Block:
    """Who accepted it, or one of the team named with it, gives the opinion."""
    if any(step == "accept" and person in facts.actor.persons for step, person in facts.hands):
        return None
    return "会诊意见须由接受会诊的专家出具", "the opinion is given by the expert who accepted"


def is_arranged(facts: ConsultationFacts, given: Given) -> Block:
    """Only what is urgent is answered without an arranged time."""
    if facts.state == "scheduled" or facts.urgency in ("urgent", "emergency"):
        return None
    return "普通会诊须先安排时间", "unless it is urgent, a time is arranged first"


def accepted_now(facts: ConsultationFacts, given: Given) -> dict:
    """Keep the expert and the team."""
    return {"expert": facts.actor.name, "team": given.get("team", ""), "accepted_at": facts.now}


def scheduled_now(facts: ConsultationFacts, given: Given) -> dict:
    """Keep the time."""
    return {"scheduled_at": given["at"]}


def opined_now(facts: ConsultationFacts, given: Given) -> dict:
    """Keep the opinion."""
    return {"opinion": given["opinion"], "done_by": facts.actor.name, "done_at": facts.now}


def closed_now(facts: ConsultationFacts, given: Given) -> dict:
    """Keep the evaluation."""
    return {"grade": int(given["grade"]), "evaluation": given.get("note", ""), "closed_at": facts.now}


CONSULTATION = Workflow(
    "consultation", "远程会诊", "remote consultation", "requested",
    states=(State("requested", "已申请", "requested"), State("accepted", "已接受", "accepted"), State("scheduled", "已安排", "scheduled"),
            State("answered", "已出意见", "answered"), State("closed", "已办结", "closed", True), State("declined", "未接受", "declined", True),
            State("cancelled", "已取消", "cancelled", True)),
    steps=(
        Step("accept", "接受会诊", "accept", ("requested",), "accepted", ("doctor",), (Field("team", "text", "会诊团队", "team", False),), effect=accepted_now, side="experts"),
        Step("decline", "不予接受", "decline", ("requested",), "declined", ("doctor", "director"),
             (Field("reason", "choice", "理由", "reason", choices=DECLINES), Field("note", "text", "说明", "note", False)), side="experts"),
        Step("schedule", "安排时间", "schedule", ("accepted", "scheduled"), "scheduled", ("doctor", "registrar"), (Field("at", "moment", "会诊时间", "time"),), (lies_ahead,),
             scheduled_now, side="experts"),
        Step("give_opinion", "出具会诊意见", "give the opinion", ("accepted", "scheduled"), "answered", ("doctor",), (Field("opinion", "text", "会诊意见", "opinion", level=4),),
             (is_the_expert, is_arranged), opined_now, side="experts"),
        Step("close", "评价并办结", "evaluate and close", ("answered",), "closed", ASKERS,
             (Field("grade", "choice", "评价", "grade", choices=GRADES), Field("note", "text", "评价说明", "evaluation in words", False)), effect=closed_now, side="clinic"),
        Step("cancel", "取消申请", "cancel", UNANSWERED, "cancelled", ASKERS, (REASON,), side="clinic"),
    ),
    facts=ConsultationFacts,
)
