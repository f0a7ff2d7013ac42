"""What a step may know: plain values, gathered by the store before the step is judged."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

ROLES = {"office": ("医改办", "reform office"), "lead": ("牵头单位", "lead unit"), "bureau": ("医保经办机构", "insurance bureau"),
         "hospital": ("医疗机构", "medical institution"), "expert": ("评审专家", "expert reviewer"), "reader": ("只读", "reader")}
BOUND_TO_UNIT = ("lead", "hospital")  # they act for their account's unit alone


@dataclass(frozen=True)
class Actor:
    """Who acts: account name, role, the unit the account belongs to, and the persons whose hand it is.

    An account belongs to one person, who may have others; who acts for somebody else brings both persons. Source: R11.
    """

    name: str
    role: str = "reader"
    unit: str = ""
    persons: tuple[str, ...] = ()


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
class Facts:
    """One piece of work as it stands now; `units` are those whose accounts may act on it.

    `open_needs` and `open_parts` are the (Chinese, English) names of what is not done yet, `evidence` the kinds of proof given
    in this round, `evidence_asked` the kinds that the plan asks for, `done_by` who reported it done.
    Of settlement: `hands` are the (step, person) that worked on it, `open_work` the names of what must be finished before it,
    `final_fen` what is to be paid (of a special review what was spent), `answer` what its first expert said: outcome, fen, group.
    """

    state: str
    actor: Actor
    now: datetime
    today: date
    units: tuple[str, ...] = ()
    due: date | None = None
    next_due: date | None = None
    waits_for: str = ""
    waits_for_en: str = ""
    round: int = 1
    open_needs: tuple[tuple[str, str], ...] = ()
    open_parts: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_asked: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    done_by: str = ""
    hands: tuple[tuple[str, str], ...] = ()
    open_work: tuple[tuple[str, str], ...] = ()
    final_fen: int | None = None
    answer: tuple[str, int | None, str] = ("", None, "")


Given = Mapping[str, object]
