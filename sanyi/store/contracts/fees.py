"""What contracts earn their institutions in a year, by who pays: rows of the record table `contract_fees`; the parts sum to the prices. Source: FDR-3, JH-16."""
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sanyi.store.contracts.tables import Contract
from sanyi.store.contracts.words import PAYERS
from sanyi.workflows.contract import HOLDING, last_of_term

def begun_years(from_on: date, to_on: date, years: int, year: int) -> int:
    """How many years of a contract begin within a calendar year: none after its last day."""
    firsts = [from_on, *(last_of_term(from_on, number) + timedelta(days=1) for number in range(1, years))]
    return sum(first.year == year and first <= to_on for first in firsts)


def fee_rows(year: int) -> Iterator[dict[str, Any]]:
    """What is due for the contract years that begin in a year; what came in only the record knows.

    A contract that was undone owes nothing. Of each contract year the parts are the package's, so that all together sum to the prices.
    """
    due: dict[tuple[str, str], int] = {}
    rows = Contract.objects.filter(state__in=HOLDING, from_on__year__lte=year, to_on__year__gte=year).select_related("package").order_by("pk")
    for row in rows.iterator():
        times = begun_years(row.from_on, row.to_on, row.years, year)
        for payer in PAYERS:
            if fen := times * getattr(row.package, f"{payer}_fen"):
                due[row.institution, payer] = due.get((row.institution, payer), 0) + fen
    for (institution, payer), fen in sorted(due.items()):
        yield {"institution_id": institution, "year": year, "payer_code": payer, "due_fen": fen, "received_fen": 0}
