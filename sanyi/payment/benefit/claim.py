"""A claim as the facts that decide it, what was counted before it, and what it comes to."""
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from collections.abc import Mapping

from sanyi.payment.benefit.policy import Choices, Key


@dataclass(frozen=True)
class Claim:
    """One bill: sums in fen; `referral_from` and `direction` only where a referral brought the patient and the plan lets it count."""

    settlement_id: str
    resident_id: str
    insurance: str
    care: str
    level: str
    settled_on: date
    total_fen: int
    in_scope_fen: int
    person: str = "ordinary"
    way: str = "local"
    encounter_id: str = ""
    institution_id: str = ""
    admitted_on: date | None = None
    discharged_on: date | None = None
    referral_from: str | None = None
    direction: str | None = None

    @property
    def key(self) -> Key:
        """The cell of the policy that decides the claim."""
        return (self.insurance, self.care, self.level, self.person, self.way)

    @property
    def order(self) -> tuple[date, str]:
        """The one order in which a year's claims count, whenever they arrive."""
        return (self.settled_on, self.settlement_id)

    @property
    def year(self) -> int:
        """The year whose accumulators it counts in."""
        return self.settled_on.year

    def policy_day(self, choices: Choices) -> date:
        """The day whose policy holds: of settlement, or of discharge for a stay where the plan says so."""
        late = choices.policy_date == "discharged_on" and self.care == "stay" and self.discharged_on
        return late or self.settled_on


@dataclass(frozen=True)
class Place:
    """Where a stay stands in its chain of referrals and in the year: the chain's first claim, its number (0 if it is last year's), whether it came down."""

    chain_id: str
    number: int = 1
    is_down: bool = False


@dataclass(frozen=True)
class Counted:
    """What a person's year has used up in one insurance, in fen. Source: BEN-2 (Du, X, F, P, Q)."""

    stay_count: int = 0
    deductible_fen: int = 0  # of stays: Du
    visit_deductible_fen: int = 0
    segment_fen: int = 0  # X: where the next stay's bands begin, if the plan counts them through the year
    visit_fund_fen: int = 0
    fund_fen: int = 0  # F, as far as the annual cap counts it
    self_pay_fen: int = 0  # P, as far as catastrophic insurance counts it
    catastrophic_fen: int = 0
    aid_fen: int = 0  # Q
    chains_fen: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # deductible paid in each chain


@dataclass(frozen=True)
class Part:
    """A piece of an amount that a band pays."""

    over_fen: int
    part_fen: int
    ratio_ppm: int


@dataclass(frozen=True)
class Settled:
    """What a claim comes to, layer by layer; deductible + payable = in scope, and the four payers sum to the total."""

    claim: Claim
    before: Counted
    full_deductible_fen: int
    deductible_fen: int
    parts: tuple[Part, ...]
    base_fen: int  # by the bands, before any cap
    fund_fen: int
    self_pay_fen: int  # in scope, not paid by the fund
    catastrophic_parts: tuple[Part, ...]
    catastrophic_fen: int
    aid_base_fen: int
    aid_fen: int

    @property
    def patient_fen(self) -> int:
        """What is left to the patient, out-of-scope items included."""
        return self.claim.total_fen - self.fund_fen - self.catastrophic_fen - self.aid_fen

    @property
    def amounts(self) -> dict[str, int]:
        """The sums that are posted."""
        return {"deductible_fen": self.deductible_fen, "base_fen": self.base_fen, "fund_fen": self.fund_fen,
                "catastrophic_fen": self.catastrophic_fen, "aid_fen": self.aid_fen, "patient_fen": self.patient_fen}
