"""A break-glass is looked at afterwards by somebody else: justified or not; one that waits too long raises an alert. Source: R41."""
from dataclasses import dataclass
from datetime import datetime

from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.hands import not_by
from sanyi.workflows.workflow import Field, State, Step, Workflow

FINDING = Field("finding", "text", "复核意见", "finding")
REVIEWERS = ("audit_admin", "director")


@dataclass(frozen=True)
class AccessReviewFacts(Facts):
    """What a step may know of a break-glass: when the alert was raised, if it was."""

    alerted_at: datetime | None = None


not_who_broke_it = not_by("not_who_broke_it", "break_glass")


def is_overdue(facts: AccessReviewFacts, given: Given) -> Block:
    """There is an alert once the day of the review has passed. Source: R41."""
    if facts.due is not None and facts.due < facts.today:
        return None
    return "复核期限未到", "the day of its review has not passed"


def is_not_alerted(facts: AccessReviewFacts, given: Given) -> Block:
    """One alert is enough."""
    return None if facts.alerted_at is None else ("已经告警", "the alert was raised")


def found(facts: Facts, given: Given) -> dict:
    """Keep the finding, whose it is, and when."""
    return {"finding": given["finding"], "done_by": facts.actor.name, "done_at": facts.now}


def alerted(facts: Facts, given: Given) -> dict:
    """Keep when the alert was raised."""
    return {"alerted_at": facts.now}


ACCESS_REVIEW = Workflow(
    "access_review", "紧急调阅复核", "break-glass review", "opened",
    states=(State("opened", "待复核", "to be reviewed"), State("justified", "理由成立", "justified", True), State("unjustified", "理由不成立", "unjustified", True)),
    steps=(
        Step("justify", "认定理由成立", "find it justified", ("opened",), "justified", REVIEWERS, (FINDING,), (not_who_broke_it,), found),
        Step("find_unjustified", "认定理由不成立", "find it unjustified", ("opened",), "unjustified", REVIEWERS, (FINDING,), (not_who_broke_it,), found),
        Step("alert", "逾期告警", "raise the alert", ("opened",), "opened", ("office",), (), (is_overdue, is_not_alerted), alerted),
    ),
    facts=AccessReviewFacts,
)
