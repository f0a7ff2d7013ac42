"""A prescription: checked by rules, reviewed by a pharmacist, signed, circulated by a token, given out in parts. Source: RX-1, RX-2, NG-18, HK-18."""
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import Block
from sanyi.workflows.hands import not_by
from sanyi.workflows.prescription_facts import LineFacts, PrescriptionFacts
from sanyi.workflows.task import NOTE
from sanyi.workflows.workflow import Field, State, Step, Workflow

RETURN_REASONS = {"dose": ("用法用量不适宜", "dose or use does not fit"), "indication": ("诊断与用药不符", "does not fit the diagnosis"),
                  "interaction": ("相互作用或配伍禁忌", "interaction"), "duplicate": ("重复用药", "duplicate"), "contraindication": ("存在禁忌", "contraindicated"),
                  "days": ("用药天数不适宜", "days of supply do not fit"), "incomplete": ("处方书写不规范", "not written as it must be"), "other": ("其他", "other")}
REVOKE_REASONS = {"condition": ("病情变化", "the condition changed"), "mistake": ("开具有误", "written by mistake"), "patient": ("居民要求", "at the resident's wish"),
                  "corrected": ("由更正处方替代", "replaced by a corrected one"), "unsafe": ("药品安全问题", "the drug is not safe")}
BACK_REASONS = {"out_of_stock": ("缺药", "out of stock"), "mismatch": ("药品规格不符", "not this form or strength"), "patient": ("居民改到他处取药", "the resident goes elsewhere"),
                "other": ("其他", "other")}
SUBSTITUTE_REASONS = {"out_of_stock": ("原药缺货", "out of stock"), "patient": ("居民要求", "at the resident's wish"), "procurement": ("集采中选品种", "chosen in bulk purchase")}
WHY_NOT = Field("reason", "text", "坚持用药的理由", "why it is insisted on")
LINE = Field("line", "whole", "第几行药品", "line")
QUANTITY = Field("quantity", "whole", "数量（最小发药单位）", "units given out")
BATCH = Field("batch", "text", "批号", "batch number")
SUBSTITUTE = Field("substitute", "text", "替代药品编码", "drug given instead", is_required=False)
SUBSTITUTE_REASON = Field("substitute_reason", "choice", "替代理由", "why instead", is_required=False, choices=SUBSTITUTE_REASONS)
BEFORE_SIGNING = ("written", "checked", "returned", "insisted", "approved")
OPEN = ("signed", "circulating", "taken", "partly")
DOCTORS = ("doctor", "family_doctor")


def nothing_stops(facts: PrescriptionFacts, given: Given) -> Block:
    """What a rule does not allow goes no further, whoever wants it. Source: NG-18."""
    if not facts.stopping:
        return None
    return "；".join(zh for zh, _ in facts.stopping), "; ".join(en for _, en in facts.stopping)


def is_who_wrote(facts: PrescriptionFacts, given: Given) -> Block:
    """Only who wrote it signs it, insists on it, or puts it forward."""
    if any(step == "write" and person in facts.actor.persons for step, person in facts.hands):
        return None
    return "只有开具处方的医师可以办理", "only the doctor who wrote it may do this"


not_who_wrote = not_by("not_who_wrote", "write")
not_who_insists = not_by("not_who_insists", "write", "insist")


def is_in_time(facts: PrescriptionFacts, given: Given) -> Block:
    """After its last day it is not signed, and nothing is given on it."""
    if facts.valid_to is not None and facts.today <= facts.valid_to:
        return None
    return f"处方有效期至 {facts.valid_to}，已过期", f"the prescription held until {facts.valid_to} and has expired"


def is_past(facts: PrescriptionFacts, given: Given) -> Block:
    """It expires when its last day is over, not before."""
    if facts.valid_to is not None and facts.today > facts.valid_to:
        return None
    return f"处方有效期至 {facts.valid_to}，尚未过期", f"the prescription holds until {facts.valid_to}"


def _line(facts: PrescriptionFacts, given: Given) -> LineFacts | None:
    return next((line for line in facts.lines if line.position == given.get("line")), None)


def line_is_there(facts: PrescriptionFacts, given: Given) -> Block:
    """A line of this prescription, and at least one unit of it."""
    if _line(facts, given) is not None and given["quantity"] > 0:
        return None
    return f"处方共 {len(facts.lines)} 行药品，数量须大于 0", f"the prescription has {len(facts.lines)} lines, and at least one unit is given"


def remains(facts: PrescriptionFacts, given: Given) -> Block:
    """Never more than was written."""
    line = _line(facts, given)
    if line is None or given["quantity"] <= line.quantity - line.dispensed:
        return None
    return f"剩余 {line.quantity - line.dispensed}，不能发 {given['quantity']}", f"{line.quantity - line.dispensed} are left, not {given['quantity']}"


def window_is_open(facts: PrescriptionFacts, given: Given) -> Block:
    """Each refill of a long prescription in its own window. Source: RX-2."""
    line = _line(facts, given)
    if line is None or line.dispensed + given["quantity"] <= line.allowed:
        return None
    left = max(0, line.allowed - line.dispensed)
    after = (f"，下一次自 {line.next_on} 起", f"; the next from {line.next_on}") if line.next_on else ("", "")
    return f"分次调剂：本期还可发 {left}{after[0]}", f"given in parts: {left} may be given now{after[1]}"


def substitute_fits(facts: PrescriptionFacts, given: Given) -> Block:
    """Another drug only of the same contents and unit, where the doctor has not ruled it out, and with its reason."""
    wanted, line = given.get("substitute"), _line(facts, given)
    if line is None or not wanted or wanted == line.drug:
        return None
    if wanted not in line.substitutes:
        return (f"不能以“{wanted}”替代；可替代：{'、'.join(line.substitutes) or '无'}", f"{wanted!r} may not stand in; these may: {', '.join(line.substitutes) or 'none'}")
    return None if given.get("substitute_reason") else ("请选择替代理由", "say why another drug is given")


def everything_is_given(facts: PrescriptionFacts, given: Given) -> Block:
    """Closed as given out only where every line was given whole."""
    left = [line.position for line in facts.lines if line.dispensed < line.quantity]
    if not left:
        return None
    return f"尚有未发完的药品：第 {'、'.join(map(str, left))} 行", f"not all given out: lines {', '.join(map(str, left))}"


def no_goods_on_their_way(facts: PrescriptionFacts, given: Given) -> Block:
    """A delivery that is under way is finished first."""
    return ("该处方有未完成的配送单", "a delivery of it is under way") if facts.has_delivery else None


def reviewed_now(facts: PrescriptionFacts, given: Given) -> dict:
    """Keep who approved it, and when."""
    return {"done_by": facts.actor.name, "done_at": facts.now}


def signed_now(facts: PrescriptionFacts, given: Given) -> dict:
    """A signed prescription holds as long as its supply; one that is not signed has its few days and gives them back. Source: RX-2."""
    return {"valid_to": facts.lasts_to}


def let_go(facts: PrescriptionFacts, given: Given) -> dict:
    """No pharmacy has it; tokens of before are worth nothing."""
    return {"pharmacy": "", "round": facts.round + 1}


def taken_now(facts: PrescriptionFacts, given: Given) -> dict:
    """The pharmacy that has it now: the one that acts."""
    return {"pharmacy": facts.actor.unit}


DISPENSING = (is_in_time, not_who_wrote, line_is_there, remains, window_is_open, substitute_fits)
GIVEN_OUT = (LINE, QUANTITY, BATCH, SUBSTITUTE, SUBSTITUTE_REASON)
PRESCRIPTION = Workflow(
    "prescription", "处方", "prescription", "written",
    states=(State("written", "已开具", "written"), State("checked", "待药师审核", "waits for the pharmacist"), State("returned", "药师退回", "returned"),
            State("insisted", "医师坚持，待双签", "insisted on, waits for a second signature"), State("approved", "审核通过", "approved"),
            State("signed", "已签名", "signed"), State("circulating", "流转中", "circulating"), State("taken", "药房已接", "taken by a pharmacy"),
            State("partly", "部分发药", "partly given out"), State("closed", "已发药", "given out", True), State("expired", "已过期", "expired", True),
            State("revoked", "已作废", "revoked", True)),
    steps=(
        Step("check", "提交审方", "put forward", ("written",), "checked", DOCTORS, (), (is_who_wrote, nothing_stops), side="prescriber"),
        Step("approve", "审核通过", "approve", ("checked",), "approved", ("pharmacist",), (NOTE,), (not_who_wrote, nothing_stops), reviewed_now, side="reviewer"),
        Step("return", "退回医师", "return it", ("checked",), "returned", ("pharmacist",),
             (Field("reason", "choice", "退回原因", "reason", choices=RETURN_REASONS), NOTE), (not_who_wrote,), side="reviewer"),
        Step("insist", "坚持用药", "insist", ("returned",), "insisted", DOCTORS, (WHY_NOT,), (is_who_wrote, nothing_stops), side="prescriber"),
        Step("countersign", "第二医师签名", "sign as the second doctor", ("insisted",), "approved", (*DOCTORS, "director"), (NOTE,),
             (not_who_insists, nothing_stops), reviewed_now, side="prescriber"),
        Step("sign", "签名", "sign", ("approved",), "signed", DOCTORS, (), (is_who_wrote, nothing_stops, is_in_time), signed_now, side="prescriber"),
        Step("circulate", "流转外配", "circulate", ("signed",), "circulating", (*DOCTORS, "pharmacist", "resident"), (), (is_in_time,), let_go, side="prescriber"),
        Step("new_token", "重新出码", "make a new token", ("circulating",), "circulating", (*DOCTORS, "pharmacist", "resident"), (), (is_in_time,), let_go,
             side="prescriber"),
        Step("take_here", "本院药房接方", "take it at the own pharmacy", ("signed",), "taken", ("pharmacist",), (), (is_in_time,), taken_now, side="prescriber"),
        Step("take", "接方", "take it", ("circulating",), "taken", ("pharmacist",), (), (is_in_time,), taken_now, side="presented"),
        Step("give_back", "退回流转", "put it back", ("taken", "partly"), "circulating", ("pharmacist",),
             (Field("reason", "choice", "原因", "reason", choices=BACK_REASONS), NOTE), (no_goods_on_their_way,), let_go, side="pharmacy"),
        Step("dispense", "发药", "give out", ("taken", "partly"), "partly", ("pharmacist",), GIVEN_OUT, DISPENSING, side="pharmacy"),
        Step("close", "发药完成", "close as given out", ("partly",), "closed", ("pharmacist",), (), (everything_is_given,), side="pharmacy"),
        Step("revoke", "作废", "revoke", (*BEFORE_SIGNING, *OPEN), "revoked", (*DOCTORS, "director"),
             (Field("reason", "choice", "作废原因", "reason", choices=REVOKE_REASONS), NOTE), (no_goods_on_their_way,), side="prescriber"),
        Step("expire", "过期", "expire", (*BEFORE_SIGNING, *OPEN), "expired", ("office", "pharmacist", "supervisor"), (), (is_past,)),
    ),
    facts=PrescriptionFacts,
)
