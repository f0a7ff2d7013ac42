"""Running sums of bills by institution and month: what finance reports and budgets are made from."""
from dataclasses import dataclass

import numpy as np

from sanyi.worlds.bills import Bills
from sanyi.worlds.cases import Cases

ROWS = ("visit_count", "discharge_count", "bed_days_count", "outpatient_fen", "inpatient_fen", "primary_drug_fen")


@dataclass(frozen=True)
class Tally:
    """Sums of one month: by institution (rows named in ROWS, then the eleven classes of charges), and fund by insurance × pool."""

    year: int
    month: int
    by_institution: np.ndarray
    fund: np.ndarray
    cash_fen: int


def tally(year: int, month: int, cases: Cases, stay_count: int, settled: Bills, by_class: np.ndarray, institutions: int,
          off_site: np.ndarray) -> Tally:
    """Sum one month's bills; the first `stay_count` cases are stays."""
    is_stay = np.arange(len(cases)) < stay_count
    one = np.ones(len(cases), dtype=np.int64)
    columns = [~is_stay * one, is_stay * one, cases.stay_days, ~is_stay * settled.total_fen, is_stay * settled.total_fen, by_class[:, 0]]
    columns += list(by_class.T)
    sums = np.stack([np.bincount(cases.institution, weights=column, minlength=institutions).astype(np.int64) for column in columns])
    pool = np.where(np.isin(cases.institution, off_site), 2, np.where(is_stay, 0, 1))
    fund = np.bincount(cases.insurance.astype(np.int64) * 3 + pool, weights=settled.fund_fen, minlength=6).astype(np.int64).reshape(2, 3)
    return Tally(year, month, sums, fund, int(settled.cash_fen.sum()))


def added(tallies: list[Tally]) -> dict[tuple[int, int], Tally]:
    """Tallies summed by year and month, in that order, whatever order they come in."""
    found: dict[tuple[int, int], Tally] = {}
    for one in sorted(tallies, key=lambda part: (part.year, part.month)):
        seen = found.get((one.year, one.month))
        found[one.year, one.month] = one if seen is None else Tally(
            one.year, one.month, seen.by_institution + one.by_institution, seen.fund + one.fund, seen.cash_fen + one.cash_fen)
    return found
