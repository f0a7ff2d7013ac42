"""All tables of a DRG scheme: as published (`scheme`) and as compiled for the engine (`compiled_scheme`), found by folder."""
from functools import cache

from sanyi.tables.table import Table
from sanyi.terms.registry import find

MAY_BE_LACKING = ("mcc", "cc", "cce", "proc_valid", "dx_name", "proc_name", "dx_crosswalk", "proc_crosswalk", "switches")


@cache
def scheme_tables() -> dict[str, Table]:
    """The published tables by name: a scheme's folder holds one file for each, or its workbook one sheet."""
    return {table.name: table for table in find("sanyi.tables.scheme", Table)}


@cache
def compiled_scheme_tables() -> dict[str, Table]:
    """The compiled tables by name: what a step of grouping asks for."""
    return {table.name: table for table in find("sanyi.tables.compiled_scheme", Table)}
