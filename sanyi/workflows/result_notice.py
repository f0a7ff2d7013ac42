"""A notice of a run's result to an institution: acknowledged, or objected to and answered; an upheld objection waits for a run that says otherwise."""
from datetime import timedelta

from sanyi.workflows.facts import ROLES, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.published import ANSWER, ANSWERERS, FINDING, INSTITUTION, RUN, WHY, PublishedFacts, by_a_run, in_time, time_is_over
from sanyi.workflows.workflow import State, Step, Workflow

OPEN = ("issued", "objected")
UNDECIDED = (*OPEN, "withdrawn")


def answers_for_it(facts: PublishedFacts, given: Given) -> Block:
    """Whoever published the result answers for it: the bureau for money, the reform office for appraisals."""
    if facts.actor.role == facts.answerer:
        return None
    zh, en = ROLES[facts.answerer]
    return f"须由{zh}答复", f"the {en} answers for it"


def acknowledged(facts: PublishedFacts, given: Given) -> dict:
    """Keep who acknowledged it, and when."""
    return {"done_by": facts.actor.name, "done_at": facts.now, "due": None}


def objected(facts: PublishedFacts, given: Given) -> dict:
    """Keep what the institution says."""
    return {"answer": given["answer"], "due": None}


def answered(facts: PublishedFacts, given: Given) -> dict:
    """Keep the answer."""
    return {**acknowledged(facts, given), "finding": given["finding"]}


def anew(facts: PublishedFacts, given: Given) -> dict:
    """From today the institution has its days again."""
    return {"due": facts.today + timedelta(days=facts.answer_days)}


def gone(facts: PublishedFacts, given: Given) -> dict:
    """Nothing is due any more."""
    return {"due": None}


RESULT_NOTICE = Workflow(
    "result_notice", "结果通知", "notice of a result", "issued",
    states=(State("issued", "待确认", "to be acknowledged"), State("objected", "已提出异议", "objected to"), State("acknowledged", "已确认", "acknowledged", True),
            State("upheld", "异议成立", "objection upheld", True), State("rejected", "异议不成立", "objection rejected", True), State("withdrawn", "已撤下", "withdrawn", True)),
    steps=(
        Step("acknowledge", "确认", "acknowledge", ("issued",), "acknowledged", INSTITUTION, (), (), acknowledged),
        Step("object", "提出异议", "object", ("issued",), "objected", INSTITUTION, (ANSWER,), (in_time,), objected),
        Step("deem", "逾期视同确认", "take as acknowledged", ("issued",), "acknowledged", ANSWERERS, (), (answers_for_it, time_is_over), acknowledged),
        Step("uphold", "异议成立", "uphold the objection", ("objected",), "upheld", ANSWERERS, (FINDING,), (answers_for_it,), answered),
        Step("reject", "异议不成立", "reject the objection", ("objected",), "rejected", ANSWERERS, (FINDING,), (answers_for_it,), answered),
        Step("restate", "随新运行更正", "restated by a newer run", OPEN, "issued", ("office",), (RUN,), (by_a_run,), anew),
        Step("vanish", "新运行不再得出", "a newer run says it no more", OPEN, "withdrawn", ("office",), (RUN, WHY), (by_a_run,), gone),
        Step("reappear", "新运行再次得出", "a newer run says it again", ("withdrawn",), "issued", ("office",), (RUN,), (by_a_run,), anew),
    ),
    facts=PublishedFacts,
)
