"""What a run says that people then work on: a case to look into, or a notice to an institution; and what a step may know of it."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sanyi.workflows.facts import SYSTEM, Facts, Given
from sanyi.workflows.guards import Block, after_due, until_due
from sanyi.workflows.workflow import Field

ANSWER = Field("answer", "text", "说明或异议", "explanation or objection", level=3)
FINDING = Field("finding", "text", "认定意见", "finding", level=3)
RUN = Field("run", "text", "运行", "run")
WHY = Field("reason", "text", "理由", "reason")
INSTITUTION, ANSWERERS = ("hospital", "director"), ("bureau", "office")


@dataclass(frozen=True)
class Part:
    """A kind of result that is published: to work of which kind (a workflow's name), by which role, from which table of the run."""

    name: str
    zh: str
    en: str
    kind: str
    role: str
    table: str


PARTS = {part.name: part for part in (
    Part("audit", "审核命中", "audit findings", "audit_case", "bureau", "audit_hits"),
    Part("deductions", "审核扣款", "audit deductions", "result_notice", "bureau", "audit_deductions"),
    Part("clearings", "住院年终清算", "inpatient clearings", "result_notice", "bureau", "inpatient_clearings"),
    Part("budgets", "医联体包干预算", "consortium budgets", "result_notice", "bureau", "consortium_budgets"),
    Part("consortia", "医联体年终清算", "consortium settlements", "result_notice", "bureau", "consortium_settlements"),
    Part("appraisals", "年度绩效考核", "yearly appraisals", "result_notice", "office", "appraisals"))}


@dataclass(frozen=True)
class Run:
    """The run that says it: its plan and year, the digest of its card, when it was finished."""

    plan: str
    year: int
    digest: str
    finished_at: datetime


@dataclass(frozen=True)
class Finding:
    """One case as a run says it: `key` names its row (or rows) of the part's table, `rows` are those rows; amounts in whole fen, none where there is none."""

    key: str
    institution: str
    clause: str
    rows: tuple[Mapping[str, object], ...]
    amount_fen: int | None = None
    encounter: str = ""
    rule: str = ""


@dataclass(frozen=True)
class PublishedFacts(Facts):
    """A published case: what it comes to, how many days an answer and an appeal have, who answers objections (a role)."""

    amount_fen: int | None = None
    answer_days: int = 0
    appeal_days: int = 0
    answerer: str = ""


def by_a_run(facts: Facts, given: Given) -> Block:
    """Only the publishing of a run takes this step, no person."""
    return None if facts.actor.name == SYSTEM else ("由发布运行结果时自动办理", "the publishing of a run takes this step, nobody by hand")


in_time = until_due("in_time", "Until the end of the day it is due.", "已过期限 {due}", "the last day was {due}")
time_is_over = after_due("time_is_over", "Not before the day it was due has passed.", "期限 {due} 未到", "the last day, {due}, has not passed")
