"""Correcting what is posted: a reversing entry, never a change."""
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def reversing_entry(lines: Sequence[Mapping[str, Any]], entry_id: str, posted_on: date) -> list[dict[str, Any]]:
    """Give the lines that undo a posted entry: debit and credit change places, and the entry it undoes is named.

    Raises KeyError where there is no such entry, ValueError where it is undone already or is itself a reversal.
    Source: R03.
    """
    original = sorted((line for line in lines if line["entry_id"] == entry_id), key=lambda line: line["line_number"])
    if not original:
        raise KeyError(f"没有分录 / there is no entry {entry_id}")
    if original[0]["reversed_entry_id"] or any(line["reversed_entry_id"] == entry_id for line in lines):
        raise ValueError(f"分录已冲销或本身是冲销分录 / the entry {entry_id} is reversed already, or is itself a reversal")
    return [{**line, "entry_id": f"{entry_id}-REVERSED", "posted_on": posted_on, "reversed_entry_id": entry_id,
             "debit_fen": line["credit_fen"], "credit_fen": line["debit_fen"], "text_zh": f"冲销：{line['text_zh']}",
             "text_en": f"reversal: {line['text_en']}"} for line in original]
