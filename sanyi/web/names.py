"""What codes that point to another table are called: institutions, consortia, charge items, accounts."""
from collections.abc import Mapping
from functools import lru_cache

from sanyi.runs.results import Results
from sanyi.tables.table import Column
from sanyi.web.opened import has, results

MOST = 100_000
INSTITUTIONS, CONSORTIA, EITHER, DIAGNOSES = "institutions.institution_id", "consortia.consortium_id", "either.id", "diagnosis_codes.diagnosis_code"
UNDIVIDED = "00"  # what a code list of six signs puts behind a code of four that it does not divide further
ENDINGS = (("institution_id", INSTITUTIONS), ("consortium_id", CONSORTIA), ("party_id", EITHER), ("party", EITHER), ("scope_id", EITHER),
           ("item_code", "charge_items.item_code"))


def names(reference: str, language: str = "zh") -> Mapping[str, str]:
    """Names by code for a reference such as "institutions.institution_id"; empty where the table has no names."""
    if reference == EITHER:
        return {**names(CONSORTIA), **names(INSTITUTIONS)}
    table = reference.partition(".")[0]
    return _names(results(), reference, language) if table and has(table) else {}


@lru_cache(maxsize=64)
def _names(opened: Results, reference: str, language: str) -> Mapping[str, str]:
    table, _, key = reference.partition(".")
    promised = opened.promise(table)
    name = next((each for each in (f"name_{language}", "name") if each in promised.names), "")
    if not name or opened.count(table) > MOST:
        return {}
    return {row[key]: row[name] for row in opened.page(table, limit=None)}


def diagnosis_words(code: str) -> str:
    """A diagnosis's code with what the record's own code list calls it; the code alone where no list was loaded or it has none."""
    known = names(DIAGNOSES)
    name = known.get(code) or known.get(code + UNDIVIDED, "")
    return f"{code} {name}" if name else code


def reference_of(column: Column) -> str:
    """Which table's key a column holds: as promised, or by its name."""
    if column.references or column.type != "text":
        return column.references
    return next((reference for ending, reference in ENDINGS if column.name.endswith(ending)), "")


def target_of(reference: str, code: str) -> str:
    """The route of the page that a referenced code has, if any."""
    if reference == INSTITUTIONS or reference == EITHER and code in names(INSTITUTIONS):
        return "institution"
    return "consortium" if reference == CONSORTIA or reference == EITHER and code in names(CONSORTIA) else ""
