"""An electronic health card: in use, suspended, or withdrawn for good. Source: national function guide, electronic health card."""
from dataclasses import dataclass

from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.task import REASON
from sanyi.workflows.workflow import State, Step, Workflow

DESK = ("registrar", "office")


@dataclass(frozen=True)
class CardFacts(Facts):
    """A card as it stands: whether its person has another one in use."""

    has_other: bool = False


def is_the_only_one(facts: CardFacts, given: Given) -> Block:
    """A person has one card in use."""
    return ("此人已有另一张正常的健康卡", "this person has another card in use") if facts.has_other else None


HEALTH_CARD = Workflow(
    "health_card", "电子健康卡", "electronic health card", "in_use",
    states=(State("in_use", "正常", "in use"), State("suspended", "已挂失", "suspended"), State("revoked", "已注销", "revoked", True)),
    steps=(
        Step("suspend", "挂失", "suspend", ("in_use",), "suspended", (*DESK, "resident"), (REASON,)),
        Step("resume", "解挂", "resume", ("suspended",), "in_use", DESK, (REASON,), (is_the_only_one,)),
        Step("revoke", "注销", "revoke", ("in_use", "suspended"), "revoked", (*DESK, "resident"), (REASON,)),
    ),
    facts=CardFacts,
)
