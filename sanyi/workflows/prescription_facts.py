"""What a step of a prescription, or of a delivery, may know besides."""
from dataclasses import dataclass
from datetime import date

from sanyi.workflows.facts import Facts


@dataclass(frozen=True)
class LineFacts:
    """One line as it stands: units written, given so far, and allowed so far by the refills that are open; the drugs that may stand in for it."""

    position: int
    drug: str
    quantity: int
    dispensed: int
    allowed: int
    substitutes: tuple[str, ...] = ()
    next_on: date | None = None


@dataclass(frozen=True)
class PrescriptionFacts(Facts):
    """`stopping` are findings that nobody may go past, in two languages; `warning_count` those that the pharmacist has to weigh.

    `valid_to` is the last day on which it may be signed, and once it is signed the last on which anything may be given; `lasts_to` is what the latter will be. `open_delivery` says that an order for it is on its way.
    """

    lines: tuple[LineFacts, ...] = ()
    stopping: tuple[tuple[str, str], ...] = ()
    warning_count: int = 0
    valid_to: date | None = None
    lasts_to: date | None = None
    has_delivery: bool = False
    round: int = 0


@dataclass(frozen=True)
class DeliveryFacts(Facts):
    """`has_goods`: something of the prescription was given out that no other order carries."""

    has_goods: bool = True
