"""What a step of the clearing books may know besides."""
from dataclasses import dataclass

from sanyi.workflows.facts import Facts


@dataclass(frozen=True)
class BookFacts(Facts):
    """A batch, a period, a voucher, a dispute.

    `open_work` are the names of what must be finished before it, `final_fen` what is to be paid, `round` counts its reopenings.
    """

    round: int = 1
    open_work: tuple[tuple[str, str], ...] = ()
    final_fen: int | None = None


@dataclass(frozen=True)
class ReviewFacts(BookFacts):
    """A special review: `final_fen` is what the case cost, `answer` what its first expert said (outcome, fen, group), `round` 2 the appeal."""

    answer: tuple[str, int | None, str] = ("", None, "")
