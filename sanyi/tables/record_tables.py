"""All tables of the regional record, found by folder."""
from functools import cache

from sanyi.tables.table import Table
from sanyi.terms.registry import find


@cache
def record_tables() -> dict[str, Table]:
    """The record's tables by name."""
    return {table.name: table for table in find("sanyi.tables.record", Table)}
