"""A special review of one case: two experts of other institutions give the same answer, an appeal has a fresh panel. Source: DIP-24."""
from sanyi.tables.codes import REVIEW_OUTCOME
from sanyi.terms.fen import yuan
from sanyi.workflows.book_facts import ReviewFacts
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import Block
from sanyi.workflows.hands import not_by
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

OUTCOME = Field("outcome", "text", "核定结果", "outcome")
AMOUNT = Field("amount_fen", "fen", "核定金额（元）", "amount, in yuan", is_required=False)
GROUP = Field("group", "text", "改入病种", "group it is moved to", is_required=False)
BATCH = Field("batch", "period", "结算批次所属期间", "period of the settlement batch")
ANSWER = (OUTCOME, AMOUNT, GROUP, NOTE)
WITH_AMOUNT = ("as_spent", "adjusted_standard")
OPINIONS = ("give_first", "give_second", "give_first_again", "give_second_again", "revise")


def of_another_institution(facts: ReviewFacts, given: Given) -> Block:
    """An expert of the institution that applied may not review its case, nor one without an institution."""
    if facts.actor.unit and facts.actor.unit not in facts.units:
        return None
    return "评审专家不得来自申请机构，且须登记所在机构", "an expert may not belong to the institution that applied, and must be of a named one"


def answer_is_whole(facts: ReviewFacts, given: Given) -> Block:
    """The outcome is a known one; an amount goes with payment as spent or an adjusted standard, a group with moving it, and only then."""
    outcome, amount, group = given.get("outcome"), given.get("amount_fen"), given.get("group")
    if outcome not in REVIEW_OUTCOME:
        return (f"核定结果应为：{'、'.join(f'{code}（{words[0]}）' for code, words in REVIEW_OUTCOME.items())}",
                f"the outcome is one of {', '.join(REVIEW_OUTCOME)}")
    if (outcome in WITH_AMOUNT) != (amount is not None) or (amount is not None and amount <= 0):
        return "按实际费用或调整标准须填大于0的核定金额，其他结果不填", "an amount above 0 goes with payment as spent or an adjusted standard, and with no other outcome"
    if (outcome == "regroup") != bool(group):
        return "改入其他病种须填病种编码，其他结果不填", "a group goes with moving the case to it, and with no other outcome"
    if outcome == "as_spent" and facts.final_fen is not None and amount > facts.final_fen:
        return (f"按实际费用的比例支付不能超过实际费用 {yuan(facts.final_fen)} 元", f"a share of what was spent is at most the {yuan(facts.final_fen)} yuan spent")
    return None


def same_answer(facts: ReviewFacts, given: Given) -> Block:
    """Two experts who differ must agree first: the second gives the first's answer, or the first changes it. Source: EX-23."""
    if facts.answer == (given["outcome"], given.get("amount_fen"), given.get("group") or ""):
        return None
    return ("两位专家意见不一致，不能核定：请各自复核，第一位可修改其意见（互不显示对方的意见）",
            "the two experts do not give the same answer: both look again, and the first may change theirs (neither is shown the other's)")


nobody_twice = not_by("nobody_twice", *OPINIONS, "apply")


def is_who_gave_it(facts: ReviewFacts, given: Given) -> Block:
    """Only who gave the first answer of this round changes it."""
    last = [person for step, person in facts.hands if step in ("give_first", "give_first_again", "revise")][-1:]
    if last and last[0] in facts.actor.persons:
        return None
    return "只有给出第一意见的专家可以修改", "only the expert who gave the first answer may change it"


def given_now(facts: ReviewFacts, given: Given) -> dict:
    """Keep the answer."""
    return {"outcome": given["outcome"], "amount_fen": given.get("amount_fen"), "group": given.get("group", "")}


def decided_now(facts: ReviewFacts, given: Given) -> dict:
    """Both agree: keep who gave the second answer, and when."""
    return {**given_now(facts, given), "done_by": facts.actor.name, "done_at": facts.now}


def begun_anew(facts: ReviewFacts, given: Given) -> dict:
    """A fresh panel begins with nothing; the log keeps what was decided."""
    return {"outcome": "", "amount_fen": None, "group": "", "done_by": "", "done_at": None, "round": facts.round + 1}


def frozen_now(facts: ReviewFacts, given: Given) -> dict:
    """Keep the batch the decision goes into, by its period: it is drafted from the run that reads the decision."""
    return {"batch": given["batch"]}


EXPERT = ("expert",)
FIRST, SECOND = (of_another_institution, nobody_twice, answer_is_whole), (of_another_institution, nobody_twice, answer_is_whole, same_answer)
SPECIAL_REVIEW = Workflow(
    "special_review", "特例单议", "special review", "applied",
    states=(State("applied", "已申请", "applied for"), State("opined", "一位专家已评", "one expert has answered"),
            State("decided", "已核定", "decided"), State("appealed", "已申诉", "appealed"),
            State("opined_again", "复评一位专家已评", "one expert of the fresh panel has answered"), State("final", "复评已核定", "decided on appeal"),
            State("frozen", "已进入结算批次", "frozen into a settlement batch", True), State("rejected", "不予受理", "not taken up", True),
            State("withdrawn", "已撤回", "withdrawn", True)),
    steps=(
        Step("give_first", "第一位专家评审", "give the first answer", ("applied",), "opined", EXPERT, ANSWER, FIRST, given_now),
        Step("give_second", "第二位专家评审", "give the second answer", ("opined",), "decided", EXPERT, ANSWER, SECOND, decided_now),
        Step("revise", "修改第一意见", "change the first answer", ("opined",), "opined", EXPERT, ANSWER, (is_who_gave_it, answer_is_whole), given_now),
        Step("appeal", "申诉", "appeal", ("decided",), "appealed", ("hospital",), (REASON,), (), begun_anew),
        Step("give_first_again", "复评第一位专家评审", "give the first answer of the fresh panel", ("appealed",), "opined_again", EXPERT, ANSWER, FIRST,
             given_now),
        Step("revise", "修改第一意见", "change the first answer", ("opined_again",), "opined_again", EXPERT, ANSWER,
             (is_who_gave_it, answer_is_whole), given_now),
        Step("give_second_again", "复评第二位专家评审", "give the second answer of the fresh panel", ("opined_again",), "final", EXPERT, ANSWER, SECOND,
             decided_now),
        Step("freeze", "进入结算批次", "freeze into a batch", ("decided", "final"), "frozen", ("bureau",), (BATCH,), (nobody_twice,), frozen_now),
        Step("reject", "不予受理", "not take it up", ("applied",), "rejected", ("bureau",), (REASON,)),
        Step("withdraw", "撤回申请", "withdraw", ("applied",), "withdrawn", ("hospital",), (REASON,)),
    ),
    facts=ReviewFacts,
)
