"""Who may not take a step because the same person has had a hand in the work: of maker, approver and payer none is another. Source: R11."""
from collections.abc import Callable

from sanyi.terms.fen import yuan
from sanyi.workflows.book_facts import BookFacts
from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block

STEP_WORDS = {"draft": ("制单", "made it"), "review": ("复核", "reviewed it"), "approve": ("审批", "approved it"), "post": ("过账", "posted it"),
              "request_reopening": ("申请重开", "asked for the reopening"), "raise": ("提出", "raised it"), "apply": ("提出申请", "applied for it"),
              "write": ("开具", "wrote it"), "insist": ("坚持用药", "insisted on it"), "break_glass": ("紧急调阅", "broke the glass"),
              "notify": ("告知机构", "told the institution"), "confirm": ("认定违规", "found the violation"),
              **dict.fromkeys(("give_first", "give_second", "give_first_again", "give_second_again", "revise"), ("评审", "reviewed it"))}


def not_by(name: str, *steps: str) -> Callable[[Facts, Given], Block]:
    """A guard that refuses every person who took one of some earlier steps, by whichever account or for whomever."""
    def guard(facts: Facts, given: Given) -> Block:
        mine = [step for step, person in facts.hands if step in steps and person in facts.actor.persons]
        if not mine:
            return None
        zh, en = STEP_WORDS.get(mine[0], ("办理前一步", "took the step before"))
        return f"同一人已{zh}，不能再办理此步，须由他人办理", f"the same person {en} and may not take this step; somebody else must"
    guard.__name__, guard.__doc__ = name, f"Refuses whoever took {' or '.join(steps)} before."
    return guard


not_the_maker = not_by("not_the_maker", "draft")
neither_maker_nor_reviewer = not_by("neither_maker_nor_reviewer", "draft", "review")
neither_maker_nor_approver = not_by("neither_maker_nor_approver", "draft", "approve")
not_who_asked = not_by("not_who_asked", "request_reopening", "raise")


def nothing_is_open(facts: BookFacts, given: Given) -> Block:
    """What belongs to it must be finished first: batches and vouchers of a period, disputes of a batch."""
    if not facts.open_work:
        return None
    return (f"尚未办结：{'；'.join(zh for zh, _ in facts.open_work)}", f"not finished: {'; '.join(en for _, en in facts.open_work)}")


def amount_is_final(facts: BookFacts, given: Given) -> Block:
    """Exactly what the batch comes to is paid, no other amount. Source: EX-25."""
    if given.get("amount_fen") == facts.final_fen:
        return None
    return (f"应付 {yuan(facts.final_fen)} 元，不能按其他金额支付", f"{yuan(facts.final_fen)} yuan are to be paid, and no other amount")
