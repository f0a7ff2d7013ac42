"""What a resident asks of a family-doctor team online: to sign, renew, change team or package, or end; the team accepts or declines. Source: NG-11, HK-15, JH-14."""
from dataclasses import dataclass
from datetime import timedelta

from sanyi.workflows.contract import DAILY, TEAM
from sanyi.workflows.contract_guards import code_was_shown
from sanyi.workflows.facts import SYSTEM, Facts, Given
from sanyi.workflows.guards import Block, after_due, until_due
from sanyi.workflows.task import NOTE
from sanyi.workflows.workflow import Field, State, Step, Workflow

WANTED = {"first": ("首次签约", "a first contract"), "renewal": ("续签", "to renew"), "transfer": ("更换团队（转签）", "another team"),
          "package": ("更换服务包", "another package"), "end": ("解约", "to end")}
OPEN = ("submitted", "confirmed")
DECLINED = {"full": ("团队签约人数已满", "the team has no room"), "outside": ("不在本团队服务范围", "outside the team's area"), "unfit": ("不符合该服务包的条件", "the package is not for this resident"),
            "settle": ("有未结清的费用或服务", "fees or services are still to be settled"), "unproven": ("无法核实本人意愿", "it could not be made sure that the resident wishes it"),
            "other": ("其他（见说明）", "another reason (see the note)")}
CLOSED = {"signed": ("已另行签约", "another contract was signed"), "over": ("原签约已结束", "the contract is over"), "passed_on": ("机构合并，签约已转接", "the institutions merged"),
          "merged": ("人员档案合并", "rows of the person were merged"), "accepted": ("另一项申请已受理", "another request was accepted")}
WHY = Field("reason", "choice", "不受理原因", "why not", choices=DECLINED)
CAUSE = Field("cause", "choice", "关闭原因", "why it closes", choices=CLOSED)


@dataclass(frozen=True)
class ContractRequestFacts(Facts):
    """`request_days`: how long the team has. `is_code_confirmed`: the one-time code was shown just now. `contract_state` is that of the contract it is about, empty for a first one."""

    request_days: int = 0
    is_code_confirmed: bool = False
    contract_state: str = ""


request_still_stands = until_due("request_still_stands", "The team answers by the last day.", "申请已于 {due} 逾期", "the request stood until {due}")
request_is_late = after_due("request_is_late", "Only what nobody answered in time lapses.", "申请到 {due} 止仍有效", "the request stands until {due}")


def contract_is_in_force(facts: ContractRequestFacts, given: Given) -> Block:
    """What is suspended waits until it resumes."""
    if facts.contract_state in ("", "active"):
        return None
    return "有关的签约现未生效（暂停中）", "the contract it is about is not in force now"


def comes_with_something_else(facts: ContractRequestFacts, given: Given) -> Block:
    """It closes with the contract that ends, passes on or is signed, in the same transaction, and never by hand."""
    if facts.actor.name == SYSTEM:
        return None
    return "随签约变化自动关闭，不能手工办理", "it closes with the contract, not by hand"


def answered(facts: Facts, given: Given) -> dict:
    """Keep why, who and when; nothing of it is due any more."""
    return {"answer": given.get("reason") or given.get("cause", ""), "due": None, "done_by": facts.actor.name, "done_at": facts.now}


def in_hand_of_the_team(facts: ContractRequestFacts, given: Given) -> dict:
    """The team's days count from when the resident is known to wish it."""
    return {"due": facts.today + timedelta(days=facts.request_days)}


CONTRACT_REQUEST = Workflow(
    "contract_request", "签约网上申请", "resident's request about a contract", "submitted",
    states=(State("submitted", "已提交，待本人确认", "submitted, to be confirmed by code"), State("confirmed", "已确认，待团队受理", "confirmed, waits for the team"),
            State("accepted", "已受理", "accepted", True), State("declined", "未受理", "declined", True), State("withdrawn", "本人撤回", "withdrawn", True),
            State("lapsed", "逾期失效", "lapsed", True), State("closed", "随签约变化关闭", "closed with the contract", True)),
    steps=(
        Step("confirm", "输码确认", "confirm by code", ("submitted",), "confirmed", ("resident",), (), (request_still_stands, code_was_shown), in_hand_of_the_team),
        Step("accept", "受理", "accept", ("confirmed",), "accepted", TEAM, (NOTE,), (request_still_stands, contract_is_in_force), answered),
        Step("decline", "不受理", "decline", OPEN, "declined", TEAM, (WHY, NOTE), (), answered),
        Step("withdraw", "撤回申请", "withdraw", OPEN, "withdrawn", ("resident",), (NOTE,), (), answered),
        Step("lapse", "申请失效", "let it lapse", OPEN, "lapsed", DAILY, (), (request_is_late,), answered),
        Step("close", "随签约关闭", "close with the contract", OPEN, "closed", DAILY, (CAUSE,), (comes_with_something_else,), answered),
    ),
    facts=ContractRequestFacts,
)
