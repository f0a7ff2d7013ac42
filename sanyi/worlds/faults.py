"""Planted faults: cells of the big tables that intake should refuse, told apart in the truth."""
from dataclasses import dataclass, replace

import numpy as np

from sanyi.worlds.batch import Batch, Words, Values

PER_MILLION = 40  # each kind of fault, in rows of its table
KINDS = {
    "encounters": (("missing", "institution_id"), ("unknown_code", "type_code"), ("orphan", "resident_id"), ("date_order", "discharged_on"),
                   ("negative", "stay_days"), ("unparsable", "admitted_on")),
    "diagnoses": (("missing", "diagnosis_code"), ("orphan", "encounter_id"), ("duplicate", "sequence_number")),
    "operations": (("missing", "operation_code"), ("negative", "cost_fen"), ("unparsable", "operated_on")),
    "charge_class_totals": (("unknown_code", "class_code"), ("orphan", "encounter_id")),
    "settlements": (("total", "total_fen"), ("negative", "cash_fen"), ("missing", "insurance_code"), ("unparsable", "total_fen")),
    "charge_lines": (("missing", "item_code"), ("unknown_code", "class_code"), ("orphan", "encounter_id"), ("duplicate", "line_number"),
                     ("negative", "unit_price_fen"), ("unparsable", "amount_fen")),
    "prescriptions": (("missing", "item_code"), ("negative", "supply_days"), ("orphan", "encounter_id")),
}
KEYS = {"encounters": ("encounter_id",), "diagnoses": ("encounter_id", "sequence_number"), "operations": ("encounter_id", "sequence_number"),
        "charge_class_totals": ("encounter_id", "class_code"), "settlements": ("settlement_id",),
        "charge_lines": ("encounter_id", "line_number"), "prescriptions": ("prescription_id",)}
RATE = {"encounters": 8, "settlements": 15, "charge_lines": 25}  # per million and kind, where it differs


@dataclass(frozen=True)
class Faults:
    """What was planted in one batch: column, reason, key as text and amount in fen, row by row; `places` are the rows' numbers."""

    table: str
    month: int
    rows: tuple[tuple[str, str, str, int], ...]
    places: tuple[int, ...] = ()


def with_faults(random: np.random.Generator, batch: Batch, has_spoiled_text: bool) -> tuple[Batch, Faults]:
    """Plant faults in a batch, each in a row of its own; the key told is the row's as it stands afterwards."""
    if not batch.row_count:
        return batch, Faults(batch.table, batch.month, ())
    kinds = [one for one in KINDS[batch.table] if has_spoiled_text or one[0] != "unparsable"]
    count, rate = batch.row_count, RATE.get(batch.table, PER_MILLION)
    numbers = random.poisson(count * rate / 1e6, len(kinds))
    rows = np.unique(random.integers(1, max(2, count), int(numbers.sum())))
    rows = rows[(rows < count) & np.insert(np.diff(rows) > 1, 0, True)] if len(rows) else rows
    rows = random.permutation(rows)
    columns, spoiled, told, start = dict(batch.columns), [], [], 0
    for (reason, column), number in zip(kinds, numbers.tolist()):
        mine, start = rows[start:start + number], start + number
        if reason == "duplicate" and batch.table == "charge_lines":  # within a bill: a fee moved to another would be charged twice
            owner = columns["encounter_id"].codes
            mine = mine[owner[mine] == owner[mine - 1]]
        if not len(mine):
            continue
        if reason == "duplicate":
            columns["encounter_id"] = _repeated(columns["encounter_id"], mine)
        columns[column] = _spoil(columns, reason, column, mine)
        if reason == "unparsable":
            spoiled += [(column, int(row), "二〇二〇年" if column.endswith("_on") else "12.3x4") for row in mine]
        told += [(reason, column, int(row)) for row in mine]
    made = replace(batch, columns=columns, spoiled=tuple(spoiled))
    rows_told = tuple((column, reason, key_text(made, row), _amount(made, row)) for reason, column, row in told)
    return made, Faults(batch.table, batch.month, rows_told, tuple(row for _, _, row in told))


def _spoil(columns: dict[str, Values], reason: str, column: str, rows: np.ndarray) -> Values:
    values = columns[column]
    if reason == "missing":
        return _emptied(values, rows)
    if reason == "unknown_code":
        codes = values.codes.copy()
        codes[rows] = len(values.vocabulary)
        return Words(codes, (*values.vocabulary, "zz9"))
    if reason == "unparsable":
        return values
    changed = values.copy() if isinstance(values, np.ndarray) else Words(values.codes.copy(), values.vocabulary)
    if reason == "orphan":
        return _orphaned(changed, rows)
    if reason == "duplicate":
        return _repeated(values, rows)
    if reason == "date_order":
        changed[rows] = columns["admitted_on"][rows] - np.timedelta64(3, "D")
    elif reason == "total":
        changed[rows] += 10_000
    else:
        changed[rows] = -1 - np.abs(changed[rows])
    return changed


def _repeated(values: Values, rows: np.ndarray) -> Values:
    """Give each row the value of the row before it."""
    changed = (values.codes if isinstance(values, Words) else values).copy()
    changed[rows] = changed[rows - 1]
    return Words(changed, values.vocabulary) if isinstance(values, Words) else changed


def _emptied(values: Values, rows: np.ndarray) -> Values:
    if isinstance(values, Words):
        codes = values.codes.copy()
        codes[rows] = -1
        return Words(codes, values.vocabulary)
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return np.ma.masked_array(values, mask)


def _orphaned(values: Values, rows: np.ndarray) -> Values:
    """Point each row at an owner that is in no table: its own identifier with two letters no number reaches."""
    if isinstance(values, Words):
        strange = _strange(values.vocabulary[values.codes[rows]])
        values.codes[rows] = len(values.vocabulary) + np.arange(len(rows))
        return Words(values.codes, np.append(values.vocabulary, strange))
    values[rows] = _strange(values[rows])
    return values


def _strange(owners: np.ndarray) -> np.ndarray:
    return np.array([owner[:1] + b"ZZ" + owner[3:] for owner in owners.tolist()], dtype=owners.dtype)


def key_text(batch: Batch, row: int) -> str:
    """A row's key as text, its parts set apart by a bar."""
    return "|".join(_cell(batch.columns[name], row) for name in KEYS[batch.table])


def _cell(values: Values, row: int) -> str:
    if isinstance(values, Words):
        word = values.vocabulary[values.codes[row]] if values.codes[row] >= 0 else ""
    else:
        word = values[row]
    return word.decode() if isinstance(word, bytes) else str(word)


def _amount(batch: Batch, row: int) -> int:
    name = next((one for one in ("amount_fen", "total_fen", "cost_fen") if one in batch.columns), None)
    return int(batch.columns[name][row]) if name else 0
