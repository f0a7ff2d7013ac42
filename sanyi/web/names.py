"""What codes that point to another table are called: institutions, consortia, charge items."""
from collections.abc import Mapping
from functools import lru_cache

from sanyi.runs.results import Results
from sanyi.tables.table import Column
from sanyi.web.opened import has, results

MOST = 100_000


def names(reference: str) -> Mapping[str, str]:
    """Names by code for a reference such as "institutions.institution_id"; empty where the table has no names."""
    table = reference.partition(".")[0]
    return _names(results(), reference) if table and has(table) else {}


@lru_cache(maxsize=64)
def _names(opened: Results, reference: str) -> Mapping[str, str]:
    table, _, key = reference.partition(".")
    promised = opened.promise(table)
    if "name" not in promised.names or opened.count(table) > MOST:
        return {}
    return {row[key]: row["name"] for row in opened.page(table, limit=None)}


def reference_of(column: Column) -> str:
    """Which table's key a column holds: as promised, or by its name."""
    if column.references:
        return column.references
    for ending, reference in (("institution_id", "institutions.institution_id"), ("consortium_id", "consortia.consortium_id")):
        if column.type == "text" and column.name.endswith(ending):
            return reference
    return ""
