"""Idle equipment: offered by its institution, asked for by one that needs it, lent or passed on by the rules of assets. Source: HK-29, HK-47."""
from dataclasses import dataclass

from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.task import REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

WAYS = {"lend": ("借用", "lent"), "transfer": ("划转", "passed on for good")}
KEEPERS = ("director", "registrar")
OPEN = ("idle", "asked", "agreed", "approved", "handed", "held")


@dataclass(frozen=True)
class EquipmentFacts(Facts):
    """A piece of equipment; `owner` offers it, `way` says how. `is_apart`: one of the two is a private member whose assets are its own."""

    owner: str = ""
    way: str = "lend"
    is_apart: bool = False


def is_anothers(facts: EquipmentFacts, given: Given) -> Block:
    """Nobody asks for what is their own."""
    return None if facts.actor.unit and facts.actor.unit != facts.owner else ("本机构的设备无需申请", "it is your institution's own")


def assets_stay_apart(facts: EquipmentFacts, given: Given) -> Block:
    """A private member joined with its business, its assets are its own: they are lent, never passed on. Source: HK-47."""
    if facts.way == "transfer" and facts.is_apart:
        return "社会办成员的人、财、物独立：设备只能借用，不能划转", "a private member's assets are its own: equipment is lent, not passed on"
    return None


def is_passed_on(facts: EquipmentFacts, given: Given) -> Block:
    """Only what changes hands for good needs leave by the rules of assets."""
    return None if facts.way == "transfer" else ("借用无需资产处置批复", "what is lent needs no leave")


def has_leave(facts: EquipmentFacts, given: Given) -> Block:
    """What changes hands for good waits for leave by the rules of assets."""
    return None if facts.way == "lend" or facts.state == "approved" else ("划转须先按资产处置规定批复", "leave by the rules of assets comes first")


def is_lent(facts: EquipmentFacts, given: Given) -> Block:
    """Only what is lent is held for some time."""
    return None if facts.way == "lend" else ("划转的设备请办理“验收入账”", "what is passed on for good is taken into the books")


def day_lies_ahead(facts: EquipmentFacts, given: Given) -> Block:
    """What is lent comes back on a day to come; what is passed on does not."""
    if (facts.way == "lend") == (given.get("until_on") is not None) and (facts.way != "lend" or given["until_on"] > facts.today):
        return None
    return "借用须写明今后的归还日期，划转不写", "a loan has a day to come on which it is back; what is passed on has none"


def asked_now(facts: EquipmentFacts, given: Given) -> dict:
    """Keep who asks, and what for."""
    return {"asker": facts.actor.unit, "need": given["need"]}


def free_again(facts: EquipmentFacts, given: Given) -> dict:
    """It is on offer again; a leave was for this asker alone, the next one needs its own."""
    return {"asker": "", "need": "", "due": None, "leave": ""}


def agreed_now(facts: EquipmentFacts, given: Given) -> dict:
    """Keep when it is back."""
    return {"due": given.get("until_on")}


def approved_now(facts: EquipmentFacts, given: Given) -> dict:
    """Keep the leave."""
    return {"leave": given["leave"]}


def ended(facts: EquipmentFacts, given: Given) -> dict:
    """Keep who ended it, and when."""
    return {"due": None, "done_by": facts.actor.name, "done_at": facts.now}


EQUIPMENT = Workflow(
    "equipment", "闲置设备", "idle equipment", "idle",
    states=(State("idle", "闲置待用", "idle, on offer"), State("asked", "已申请", "asked for"), State("agreed", "已同意", "agreed"), State("approved", "已批复", "leave was given"),
            State("handed", "已交出", "handed over"), State("held", "借用中", "lent"), State("transferred", "已划转", "passed on", True), State("withdrawn", "已撤回", "withdrawn", True)),
    steps=(
        Step("ask", "申请使用", "ask for it", ("idle",), "asked", KEEPERS, (Field("need", "text", "用途与急需情况", "what for"),), (is_anothers, assets_stay_apart), asked_now),
        Step("decline", "不予流转", "decline", ("asked",), "idle", ("director",), (REASON,), (), free_again, side="owner"),
        Step("cancel", "撤销申请", "cancel the request", ("asked", "agreed", "approved"), "idle", KEEPERS, (REASON,), (), free_again, side="asker"),
        Step("agree", "同意流转", "agree", ("asked",), "agreed", ("director",), (Field("until_on", "date", "借用归还日期", "back on", False),), (assets_stay_apart, day_lies_ahead), agreed_now, side="owner"),
        Step("approve", "资产处置批复", "give leave", ("agreed",), "approved", ("office",), (Field("leave", "text", "批复文号", "number of the leave"),), (is_passed_on,), approved_now),
        Step("hand_over", "交出", "hand over", ("agreed", "approved"), "handed", KEEPERS, (), (has_leave,), side="owner"),
        Step("receive", "验收借用", "receive", ("handed",), "held", KEEPERS, (), (is_lent,), side="asker"),
        Step("take_in", "验收入账", "take into the books", ("handed",), "transferred", KEEPERS, (), (is_passed_on,), ended, side="asker"),
        Step("return_unreceived", "未验收收回", "take back what was not received", ("handed",), "idle", KEEPERS, (REASON,), (), free_again, side="owner"),
        Step("take_back", "归还收回", "take back", ("held",), "idle", KEEPERS, (), (), free_again, side="owner"),
        Step("withdraw", "撤回", "withdraw", ("idle",), "withdrawn", ("director",), (REASON,), (), ended, side="owner"),
    ),
    facts=EquipmentFacts,
)
