"""What contracts earn their institutions in a year, by who pays: rows of the record table `contract_fees`; the parts sum to the prices. Source: FDR-3, JH-16."""
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sanyi.store.contracts.tables import Contract
from sanyi.store.contracts.terms import fees_stay
from sanyi.store.contracts.words import PAYERS
from sanyi.workflows.contract import HOLDING, TAKES_OVER, last_of_term

Chain = Mapping[int, tuple[str, int, date]]  # entry, number of the earlier contract and first day, by the number of each that took over


def begun_years(origin: date, from_on: date, to_on: date, year: int) -> int:
    """How many contract years begin within a calendar year, on one of a contract's days: years that are counted from a day, its own first or an earlier contract's."""
    number, found = 0, 0
    while (first := last_of_term(origin, number) + timedelta(days=1) if number else origin) <= to_on and first.year <= year:
        found += first.year == year and first >= from_on
        number += 1
    return found


def origin_of(pk: int, from_on: date, chain: Chain, is_kept: bool) -> date:
    """The day from which a contract's years are counted.

    A succession goes on with the years of the contract that passed on: nothing is owed twice for one year. So does a transfer, or a change of
    package, where the plan leaves the fees of a running year with the old one (`is_kept`); and a renewal of what went on so.
    """
    if pk not in chain:
        return from_on
    entry, earlier, first = chain[pk]
    if entry == "succession" or is_kept and entry in TAKES_OVER:
        return origin_of(earlier, first, chain, is_kept)
    return origin_of(earlier, first, chain, is_kept) if entry == "renewal" and _goes_on(earlier, chain, is_kept) else from_on


def _goes_on(pk: int, chain: Chain, is_kept: bool) -> bool:
    """Whether a contract's years are not its own."""
    entry, earlier, _ = chain.get(pk, ("first", 0, date.min))
    return entry == "succession" or is_kept and entry in TAKES_OVER or entry == "renewal" and _goes_on(earlier, chain, is_kept)


def _chain() -> Chain:
    """How every contract that took over from another did; and the first day of that other."""
    rows = Contract.objects.filter(state__in=HOLDING, earlier__isnull=False).values_list("pk", "entry", "earlier", "earlier__from_on")
    return {pk: (entry, earlier, first) for pk, entry, earlier, first in rows.iterator()}


def fee_rows(year: int) -> Iterator[dict[str, Any]]:
    """What is due for the contract years that begin in a year; what came in only the record knows.

    A contract that was undone owes nothing. Of each contract year the parts are the package's, so that all together sum to the prices; a year
    is owed once, to whoever held its first day.
    """
    chain, is_kept = _chain(), fees_stay()
    due: dict[tuple[str, str], int] = {}
    rows = Contract.objects.filter(state__in=HOLDING, from_on__year__lte=year, to_on__year__gte=year).select_related("package").order_by("pk")
    for row in rows.iterator():
        times = begun_years(origin_of(row.pk, row.from_on, chain, is_kept), row.from_on, row.to_on, year)
        for payer in PAYERS:
            if fen := times * getattr(row.package, f"{payer}_fen"):
                due[row.institution, payer] = due.get((row.institution, payer), 0) + fen
    for (institution, payer), fen in sorted(due.items()):
        yield {"institution_id": institution, "year": year, "payer_code": payer, "due_fen": fen, "received_fen": 0}
