"""A period of the books: open, closed, and reopened only by two persons with a reason. Source: R10."""
from sanyi.workflows.book_facts import BookFacts
from sanyi.workflows.facts import Given
from sanyi.workflows.hands import not_who_asked, nothing_is_open
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import State, Step, Workflow

BUREAU = ("bureau",)


def next_round(facts: BookFacts, given: Given) -> dict:
    """A reopened period goes into its next round; what was closed before stays readable."""
    return {"round": facts.round + 1}


SETTLEMENT_PERIOD = Workflow(
    "settlement_period", "结算期间", "settlement period", "open",
    states=(State("open", "开放", "open"), State("closed", "已关账", "closed", True), State("reopening", "申请重开", "reopening asked for"),
            State("reopened", "已重开", "reopened")),
    steps=(
        Step("close", "关账", "close", ("open", "reopened"), "closed", BUREAU, (NOTE,), (nothing_is_open,)),
        Step("request_reopening", "申请重开", "ask to reopen", ("closed",), "reopening", BUREAU, (REASON,)),
        Step("approve_reopening", "同意重开", "agree to reopen", ("reopening",), "reopened", ("bureau", "office"), (REASON,), (not_who_asked,),
             next_round, needs_factor=True),
        Step("refuse_reopening", "不同意重开", "refuse to reopen", ("reopening",), "closed", ("bureau", "office"), (REASON,)),
    ),
    facts=BookFacts,
)
