"""Bringing a disease catalogue beside a region's records under a name of its own, and saying which there are."""
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.raw_sheet import sheets_of
from sanyi.engines.text_rows import TextRow, text_rows
from sanyi.grouping.dip.dip_levels import LEVELS_OF
from sanyi.intake.dip_catalogue import Catalogue, CatalogueRefused, Fault, checked, read_coefficients, read_groups
from sanyi.intake.reasons import expected
from sanyi.runs.added_tables import replace_rows, rows_beside

GROUPS, CONDITIONS, COEFFICIENTS = "dip_catalogue_groups", "dip_catalogue_conditions", "dip_catalogue_coefficients"
NAME = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
FILES = {"groups": ("groups", "病种目录", "病种"), "coefficients": ("coefficients", "辅助目录", "辅助系数")}
ENDINGS = (".csv", ".xlsx", ".parquet")


def import_catalogue(source: Path, name: str, records: Path) -> dict[str, int]:
    """Read a catalogue (a file, or a folder with groups.* and perhaps coefficients.*) and put it beside the record; counts by table.

    An earlier catalogue of the same name is replaced, others stay. Raises CatalogueRefused with every fault, and then changes
    nothing; NoRecords, RecordBusy. Source: DIP-3.
    """
    catalogue = read_catalogue(source, name)
    made = {GROUPS: catalogue.groups, CONDITIONS: catalogue.conditions, COEFFICIENTS: catalogue.coefficients}
    replace_rows(records, {table: (lambda row: row["catalogue_code"] == name, rows) for table, rows in made.items()})
    return {table: len(rows) for table, rows in made.items()}


def read_catalogue(source: Path, name: str) -> Catalogue:
    """Read and check a catalogue; raises CatalogueRefused."""
    catalogue = Catalogue(name)
    if not NAME.fullmatch(name) or name == "built":
        raise CatalogueRefused([Fault("--as", 0, "name", name, "名称应为小写字母开头的字母、数字（built 为建库所用）",
                                      "a name of small letters and digits; built is taken")])
    for file, rows in _tables(source, "groups", catalogue):
        read_groups(catalogue, file, rows)
    for file, rows in _tables(source, "coefficients", catalogue):
        read_coefficients(catalogue, file, rows, LEVELS_OF)
    return checked(catalogue)


def _tables(source: Path, kind: str, catalogue: Catalogue) -> Iterator[tuple[str, list[TextRow]]]:
    """The files (or sheets) of one kind; a single file that is no workbook holds groups only."""
    found = _in_folder(source, kind) if source.is_dir() else _in_file(source, kind)
    if not found and kind == "groups":
        catalogue.faults.append(Fault(str(source), 0, "file", "", f"应有 {FILES[kind][0]}.csv、.xlsx 或 .parquet", f"{FILES[kind][0]}.csv, .xlsx or .parquet was expected"))
    for path, sheet in found:
        try:
            yield f"{path.name}[{sheet}]" if sheet else path.name, list(text_rows(path, sheet))
        except (Unreadable, OSError) as error:
            reason = expected(error.reason) if isinstance(error, Unreadable) else "不能读取 / cannot be read"
            zh, _, en = reason.partition(" / ")
            catalogue.faults.append(Fault(path.name, 0, sheet or "file", getattr(error, "seen", str(error)), zh, en))


def _in_folder(source: Path, kind: str) -> list[tuple[Path, str]]:
    return [(path, "") for path in sorted(source.iterdir()) if path.suffix.lower() in ENDINGS and path.stem in FILES[kind]]


def _in_file(source: Path, kind: str) -> list[tuple[Path, str]]:
    if not source.is_file():
        return []
    if source.suffix.lower() != ".xlsx":
        return [(source, "")] if kind == "groups" else []
    sheets = sheet_names(source)
    named = [(source, sheet) for sheet in sheets if sheet in FILES[kind]]
    return named or ([(source, "")] if kind == "groups" else [])


def sheet_names(path: Path) -> list[str]:
    """A workbook's sheets; none where it cannot be read (reading it says why)."""
    try:
        return sheets_of(path)
    except Unreadable:
        return []


def catalogues(records: Path) -> dict[str, Counter]:
    """The catalogues beside a record by name, each with how many groups of each layer it has."""
    found: dict[str, Counter] = {}
    for row in rows_beside(records, GROUPS):
        found.setdefault(row["catalogue_code"], Counter())[row["layer_code"]] += 1
    return found
