"""A dispute: raised by an institution on its settlement sheet before the batch is locked, answered by the bureau; upheld, it stops the batch. Source: EX-25."""
from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.hands import not_who_asked
from sanyi.workflows.task import NOTE
from sanyi.workflows.workflow import Field, State, Step, Workflow

ANSWER = Field("answer", "text", "答复", "answer")


def answered(facts: Facts, given: Given) -> dict:
    """Keep the answer and who gave it."""
    return {"answer": given["answer"], "done_by": facts.actor.name, "done_at": facts.now}


DISPUTE = Workflow(
    "dispute", "结算异议", "dispute", "raised",
    states=(State("raised", "已提出", "raised"), State("upheld", "成立", "upheld", True), State("rejected", "不成立", "rejected", True),
            State("dropped", "已撤销", "dropped", True)),
    steps=(
        Step("uphold", "认定成立", "uphold", ("raised",), "upheld", ("bureau",), (ANSWER,), (not_who_asked,), answered),
        Step("reject", "认定不成立", "reject", ("raised",), "rejected", ("bureau",), (ANSWER,), (not_who_asked,), answered),
        Step("drop", "撤销异议", "drop", ("raised",), "dropped", ("hospital",), (NOTE,)),
    ),
)
