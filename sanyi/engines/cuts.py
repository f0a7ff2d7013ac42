"""How rows are cut so that a step may be run on a part of them: conditions in the engine's words, "" for a table that is taken whole."""
from sanyi.tables.table import Table

MONTH, RESIDENT = "settled_month", "resident_id"


def in_month(table: Table, month: str) -> str:
    """The rows of one month (both engines)."""
    return f"{MONTH} = {int(month)}" if MONTH in table.names else ""


def in_share(table: Table, number: int, shares: int) -> str:
    """The rows of one share of the residents, 0 to shares − 1. The hash is the embedded engine's own: one write of one table
    on one machine uses it, and what is written does not show it.
    """
    return f"hash({RESIDENT}) % {shares} = {number}" if RESIDENT in table.names else ""
