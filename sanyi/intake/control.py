"""The source's own totals: how many rows each file (or each table) has and what its fen columns sum to."""
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONTROL = "control.json"
LARGEST = 4 << 20


@dataclass(frozen=True)
class Declared:
    """What is declared of one file."""

    rows: int
    fen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Control:
    """What is declared by file, or by table over all its files; whether the batch is sent as a correction."""

    files: Mapping[str, Declared] = field(default_factory=dict)
    tables: Mapping[str, Declared] = field(default_factory=dict)
    is_correction: bool = False


class BrokenControl(ValueError):
    """control.json cannot be read as totals."""


def read_control(folder: Path) -> Control | None:
    """Read control.json; None without one. Raises BrokenControl.

    By file: {"files": {"charge_lines/202001.csv": {"rows": 3, "fen": {"amount_fen": 100}}}, "kind": "correction"};
    by table: {"charge_lines": {"rows": 3, "sums": {"amount_fen": 100}}}.
    """
    path = folder / CONTROL
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise BrokenControl("not a plain file")
    if not path.exists():
        return None
    if path.stat().st_size > LARGEST:
        raise BrokenControl(f"larger than {LARGEST >> 20} MB")
    try:
        given = json.loads(path.read_text("utf-8-sig"))
        files = {name: _declared(name, each) for name, each in given.get("files", {}).items()}
        tables = {name: _declared(name, each) for name, each in given.items() if name not in ("files", "kind")}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, OSError) as error:
        raise BrokenControl(f"{type(error).__name__}: {error}"[:200]) from None
    return Control(files, tables, given.get("kind") == "correction")


def _declared(name: str, given: Mapping[str, object]) -> Declared:
    rows, fen = given["rows"], given.get("fen", given.get("sums", {}))
    if not _is_count(rows) or not isinstance(fen, dict) or not all(_is_count(each) for each in fen.values()):
        raise ValueError(f"{name}: whole numbers were expected for rows and fen")
    return Declared(rows, dict(fen))  # type: ignore[arg-type]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def differences(declared: Declared, rows: int, fen: Mapping[str, int], unreadable: Mapping[str, int]) -> list[tuple[str, str]]:
    """Where a file differs from what was declared of it: (reason, what was seen).

    A sum can be checked only when every cell of its column can be read; otherwise the refused cells name the gap.
    """
    found = []
    if rows != declared.rows:
        found.append(("rows_differ", f"declared {declared.rows:,}, counted {rows:,}, difference {rows - declared.rows:+,}"))
    for name, total in declared.fen.items():
        if name in fen and fen[name] != total and not unreadable.get(name):
            found.append(("fen_differ", f"{name}: declared {total:,} fen, counted {fen[name]:,}, "
                                        f"difference {fen[name] - total:+,}"))
    return found
