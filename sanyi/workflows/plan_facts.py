"""What a step of the plan's ledger may know besides."""
from dataclasses import dataclass
from datetime import date

from sanyi.workflows.facts import Facts


@dataclass(frozen=True)
class Standing:
    """How a target stands: `status` is a word of the indicators' STATUS, or `no_judgement` where the text gives no number.

    `value` and `aim` are in words with their unit, Chinese and English; `is_above` says that a range's upper end is passed,
    `is_on_line` that the value is the very number of an upper limit.
    """

    target: str
    zh: str
    en: str
    status: str
    is_hard: bool
    period: str = ""
    value: str = ""
    aim: str = ""
    value_en: str = ""
    aim_en: str = ""
    is_above: bool = False
    is_on_line: bool = False


@dataclass(frozen=True)
class PlanFacts(Facts):
    """A task, a problem or an order.

    `open_needs` and `open_parts` are the (Chinese, English) names of what is not done yet, `evidence` the kinds of proof given
    in this round, `evidence_asked` the kinds that the plan asks for.
    """

    next_due: date | None = None
    waits_for: str = ""
    waits_for_en: str = ""
    round: int = 1
    open_needs: tuple[tuple[str, str], ...] = ()
    open_parts: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_asked: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
