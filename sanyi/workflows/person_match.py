"""Two rows of the person index that may be one person: one opinion, a second person's, and back again where both were wrong. Source: R30."""
from dataclasses import dataclass

from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.hands import not_by
from sanyi.workflows.task import REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

KEEPERS = ("registrar", "office")
WHY = Field("why", "choice", "依据", "evidence", choices={
    "document_seen": ("已核验证件原件", "the document itself was seen"), "person_asked": ("已当面或电话核实本人", "the person was asked"),
    "record_compared": ("已核对病历与户籍资料", "records and household register were compared")})


@dataclass(frozen=True)
class MatchFacts(Facts):
    """A pair as it stands: whether each row is still in use, and whether its merge is the last one into the row that stayed."""

    are_active: bool = True
    is_merged: bool = False


def both_are_active(facts: MatchFacts, given: Given) -> Block:
    """A row that was merged elsewhere meanwhile cannot be merged again."""
    return None if facts.are_active else ("其中一条已并入他人，请先拆分或撤回本提示", "one of the two was merged elsewhere meanwhile; part them or withdraw this")


def is_still_merged(facts: MatchFacts, given: Given) -> Block:
    """The last merge is parted first."""
    return None if facts.is_merged else ("保留的一条之后又有合并，请先拆分后来的合并", "the row that stayed was merged again since; part that merge first")


PERSON_MATCH = Workflow(
    "person_match", "人员比对", "person match", "proposed",
    states=(State("proposed", "待核对", "to be looked at"), State("seconded", "一人认定同一人，待复核", "called one person, awaits a second opinion"),
            State("confirmed_same", "已认定同一人并合并", "one person, merged", True), State("confirmed_different", "已认定不同人", "two persons", True),
            State("withdrawn", "已撤回", "withdrawn", True), State("parted", "已拆分", "parted again", True)),
    steps=(
        Step("call_same", "认为是同一人", "call them one person", ("proposed",), "seconded", KEEPERS, (WHY,), (both_are_active,)),
        Step("confirm_same", "复核并合并", "confirm and merge", ("seconded",), "confirmed_same", KEEPERS, (WHY,),
             (not_by("a_second_person", "call_same"), both_are_active), needs_factor=True),
        Step("call_different", "认定不同人", "call them two persons", ("proposed", "seconded"), "confirmed_different", KEEPERS, (REASON,)),
        Step("withdraw", "撤回提示", "withdraw", ("proposed", "seconded"), "withdrawn", KEEPERS, (REASON,)),
        Step("part", "拆分", "part them again", ("confirmed_same",), "parted", KEEPERS, (REASON,), (is_still_merged,), needs_factor=True),
    ),
    facts=MatchFacts,
)
