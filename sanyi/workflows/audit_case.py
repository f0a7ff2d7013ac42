"""A case of the fund's supervision: a run's finding is told to the institution, heard, decided by another person, appealed against, closed. Source: B6."""
from datetime import timedelta

from sanyi.terms.fen import yuan
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import Block
from sanyi.workflows.hands import not_by
from sanyi.workflows.published import ANSWER, FINDING, INSTITUTION, RUN, WHY, PublishedFacts, by_a_run, in_time, time_is_over
from sanyi.workflows.workflow import Field, State, Step, Workflow

AMOUNT = Field("amount_fen", "fen", "认定金额（元）", "amount found, in yuan")
DOCUMENT = Field("document", "text", "文书编号", "number of the document", is_required=False)
BOOKED = Field("booked", "text", "追回所在批次或凭证", "batch or voucher that recovered it")
OPEN = ("found", "notified", "answered")
UNDECIDED = (*OPEN, "withdrawn")

not_who_notified = not_by("not_who_notified", "notify")
not_who_confirmed = not_by("not_who_confirmed", "confirm")


def was_heard(facts: PublishedFacts, given: Given) -> Block:
    """The institution has answered, or its time to do so has passed."""
    return None if facts.state == "answered" else time_is_over(facts, given)


def is_within_what_was_found(facts: PublishedFacts, given: Given) -> Block:
    """No more than the run found, and not less than nothing."""
    amount, most = given.get("amount_fen"), facts.amount_fen or 0
    if isinstance(amount, int) and 0 <= amount <= most:
        return None
    return f"认定金额应在 0 至 {yuan(most)} 元之间", f"the amount is between 0 and {yuan(most)} yuan"


def told(facts: PublishedFacts, given: Given) -> dict:
    """From today the institution has its days to answer."""
    return {"due": facts.today + timedelta(days=facts.answer_days)}


def answered(facts: PublishedFacts, given: Given) -> dict:
    """Keep what the institution says."""
    return {"answer": given["answer"]}


def confirmed(facts: PublishedFacts, given: Given) -> dict:
    """Keep the decision; from today the institution has its days to appeal."""
    return {**decided(facts, given), "agreed_fen": given["amount_fen"], "due": facts.today + timedelta(days=facts.appeal_days)}


def decided(facts: PublishedFacts, given: Given) -> dict:
    """Keep the finding, whose it is, when, and the document it stands in."""
    return {"finding": given["finding"], "document": given.get("document") or "", "done_by": facts.actor.name, "done_at": facts.now, "due": None}


def cleared(facts: PublishedFacts, given: Given) -> dict:
    """Nothing is to be recovered."""
    return {**decided(facts, given), "agreed_fen": 0}


def appealed(facts: PublishedFacts, given: Given) -> dict:
    """Keep what the institution says against the decision."""
    return {"appeal": given["answer"], "due": None}


def closed(facts: PublishedFacts, given: Given) -> dict:
    """Keep where the money came back."""
    return {"booked": given["booked"], "due": None}


def anew(facts: PublishedFacts, given: Given) -> dict:
    """Another sum or other lines: the institution is told and heard anew."""
    return {"due": None}


AUDIT_CASE = Workflow(
    "audit_case", "稽核案件", "audit case", "found",
    states=(State("found", "疑点", "found"), State("notified", "已告知", "institution told"), State("answered", "已说明", "institution answered"),
            State("confirmed", "认定违规", "violation"), State("appealed", "已申诉", "appealed"), State("upheld", "维持认定", "upheld"),
            State("cleared", "排除", "cleared", True), State("closed", "已追回结案", "recovered and closed", True), State("withdrawn", "已撤下", "withdrawn", True)),
    steps=(
        Step("notify", "告知机构", "tell the institution", ("found",), "notified", ("bureau",), (), (), told),
        Step("answer", "说明", "answer", ("notified",), "answered", INSTITUTION, (ANSWER,), (), answered),
        Step("confirm", "认定违规", "find a violation", ("notified", "answered"), "confirmed", ("bureau",), (AMOUNT, FINDING, DOCUMENT),
             (was_heard, not_who_notified, is_within_what_was_found), confirmed, needs_factor=True),
        Step("clear", "排除", "clear", OPEN, "cleared", ("bureau",), (FINDING, DOCUMENT), (), cleared),
        Step("appeal", "申诉", "appeal", ("confirmed",), "appealed", INSTITUTION, (ANSWER,), (in_time,), appealed),
        Step("uphold", "维持认定", "uphold", ("appealed",), "upheld", ("bureau",), (FINDING, DOCUMENT), (not_who_confirmed,), decided, needs_factor=True),
        Step("overturn", "撤销认定", "overturn", ("appealed",), "cleared", ("bureau",), (FINDING, DOCUMENT), (not_who_confirmed,), cleared, needs_factor=True),
        Step("close", "申诉期满后结案", "close after the time to appeal", ("confirmed",), "closed", ("bureau",), (BOOKED,), (time_is_over,), closed),
        Step("close_upheld", "结案", "close", ("upheld",), "closed", ("bureau",), (BOOKED,), (), closed),
        Step("restate", "随新运行更正", "restated by a newer run", OPEN, "found", ("office",), (RUN,), (by_a_run,), anew),
        Step("vanish", "新运行不再发现", "a newer run finds it no more", OPEN, "withdrawn", ("office",), (RUN, WHY), (by_a_run,), anew),
        Step("reappear", "新运行再次发现", "a newer run finds it again", ("withdrawn",), "found", ("office",), (RUN,), (by_a_run,), anew),
    ),
    facts=PublishedFacts,
)
