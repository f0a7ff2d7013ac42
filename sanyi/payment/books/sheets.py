"""The settlement sheet of an institution: what it declared, what the fund pays of it, and what it is paid at last."""
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sanyi.payment.books.accounts import UNDER_WAY
from sanyi.payment.books.carried import Entry
from sanyi.payment.books.vouchers import ADJUSTING, RESERVING, RETAINING
from sanyi.terms.fen import take_rate

MONTHLY = ("case_count", "declared_fen", "ratio_ppm", "payable_fen", "self_fen", "refused_fen", "receivable_fen")
ANNUAL = ("case_count", "fund_pay_fen", "factor_ppm", "payable_fen", "deducted_fen", "prepaid_fen")
PAID = ("cleared_fen", "adjustment_fen", "retained_fen", "reserve_fen", "final_fen")
Key = tuple[str, str]  # institution and fund


@dataclass(frozen=True)
class Sheet:
    """One institution's sheet in one fund: `figures` of the run, and what is paid in the end.

    final = cleared + adjustment − retained − reserve; cleared is what the run's entries let be paid. Source: DIP-27, EX-25.
    """

    institution_id: str
    name: str
    fund_code: str
    figures: Mapping[str, int]
    cleared_fen: int
    adjustment_fen: int = 0
    retained_fen: int = 0
    reserve_fen: int = 0

    @property
    def final_fen(self) -> int:
        """What is paid; below zero the institution pays back."""
        return self.cleared_fen + self.adjustment_fen - self.retained_fen - self.reserve_fen


def monthly_figures(declared_fen: int, ratio_ppm: int, self_fen: int, refused_fen: int, case_count: int = 0) -> dict[str, int]:
    """A month's line: the declared sum at its ratio, what patients paid, what was refused, and all three together.

    In fen; rounded half up once. Source: DIP-26, EX-26.
    """
    payable = take_rate(declared_fen, ratio_ppm)
    return {"case_count": case_count, "declared_fen": declared_fen, "ratio_ppm": ratio_ppm, "payable_fen": payable, "self_fen": self_fen,
            "refused_fen": refused_fen, "receivable_fen": payable + self_fen + refused_fen}


def totals(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The sums of a sheet's lines; ratios have none."""
    summed: Counter = Counter()
    for line in lines:
        summed.update({name: value for name, value in line.items() if isinstance(value, int) and not name.endswith("_ppm")})
    return dict(summed)


def sheets(entries: Iterable[Entry], vouchers: Iterable[Mapping[str, Any]], figures: Mapping[Key, Mapping[str, int]],
           names: Mapping[str, str]) -> list[Sheet]:
    """A sheet for each institution and fund that is paid something, owes something, or declared something.

    `entries` is what the batch will post, `vouchers` (kind_code, institution_id, fund_code, amount_fen) those that no payment
    has taken up yet. Source: DIP-26, DIP-27.
    """
    cleared, parts = Counter(), parts_of(vouchers)
    for entry in entries:
        for (account, party), amount in entry.sums.items():
            if account == UNDER_WAY:
                cleared[party, entry.fund_code] -= amount
    keys = sorted({*cleared, *figures, *(key for part in parts.values() for key, amount in part.items() if amount)})
    return [Sheet(institution, names.get(institution, institution), fund, figures.get((institution, fund), {}), cleared[institution, fund],
                  **{name: part[institution, fund] for name, part in parts.items()}) for institution, fund in keys]


def parts_of(vouchers: Iterable[Mapping[str, Any]]) -> dict[str, Counter]:
    """What vouchers adjust, retain and set aside, each by institution and fund."""
    parts: dict[str, Counter] = {"adjustment_fen": Counter(), "retained_fen": Counter(), "reserve_fen": Counter()}
    for row in vouchers:
        for part, signs in zip(parts.values(), (ADJUSTING, RETAINING, RESERVING), strict=True):
            part[row["institution_id"], row["fund_code"]] += signs.get(row["kind_code"], 0) * row["amount_fen"]
    return parts
