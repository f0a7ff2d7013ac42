"""A what-if in words: what was changed, what it comes to, and why for those it moves most."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.plans import Plan, Value
from sanyi.plans.compare import differences, said
from sanyi.runs.comparison import compared
from sanyi.runs.measures import DIFFERENCES, SUBJECTS
from sanyi.terms.fen import yuan

LARGEST = 3
EXPLAINED = 5


def changed_words(plan: Plan, changed: Plan, day: date, language: str) -> list[str]:
    """Each value, target or other entry that differs: what it is, what it was, what it would be; of a small table's rows those that differ."""
    pairs = ((pair, *_rows_apart(pair.left, pair.right)) for pair in differences(plan, changed, day))
    return [f"{_title(pair.left or pair.right, language)} {pair.key}: {said(left, language) or '—'} → {said(right, language) or '—'}" for pair, left, right in pairs]


def _rows_apart(left: Any, right: Any) -> tuple[Any, Any]:
    """Two small tables with as many rows, each left with the rows that differ; anything else as it is."""
    if not (isinstance(left, Value) and isinstance(right, Value) and left.unit == right.unit == "tables" and len(left.value) == len(right.value)):
        return left, right
    places = [place for place, rows in enumerate(zip(left.value, right.value, strict=True)) if rows[0] != rows[1]]
    return tuple(replace(each, value=tuple(each.value[place] for place in places)) for each in (left, right))


def total_words(rows: Iterable[dict[str, Any]], language: str) -> list[str]:
    """The sum of each measure that moved, over all insurance schemes, as `measure: base → tried (difference)`."""
    sums: dict[str, Counter] = {}
    for row in rows:
        sums.setdefault(row["measure_code"], Counter()).update({name: row[name] for name in ("base_fen", "tried_fen", "difference_fen")})
    words, of_measure = 0 if language == "zh" else 1, DIFFERENCES["measure_code"].allowed
    lines = [f"  {SUBJECTS[code.partition('_')[0]][words]} {of_measure[code][words]}: {yuan(found['base_fen'])} → {yuan(found['tried_fen'])} "
             f"({signed(found['difference_fen'])})" for code, found in sums.items() if found["difference_fen"]]
    return lines or ["没有差额：各表逐字节相同" if language == "zh" else "no difference: every table is the same byte for byte"]


def reason_words(folder: Path, language: str, most: int = EXPLAINED) -> list[str]:
    """The institutions whose clearing moves most, each with its three largest reasons."""
    return [sentence(key, reasons, language) for key, reasons in largest(compared(folder, CLEARING_REASONS))[:most]]


def largest(rows: Iterable[dict[str, Any]]) -> list[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """Reasons by institution and insurance, the largest difference first, each one's reasons in the order of their size."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["place"]):
        found.setdefault((row["institution_id"], row["insurance_code"]), []).append(row)
    return sorted(found.items(), key=lambda each: (-abs(sum(row["amount_fen"] for row in each[1])), each[0]))


def sentence(key: tuple[str, str], reasons: Sequence[dict[str, Any]], language: str) -> str:
    """One institution's clearing, by how much and why: `H00001 居民: −12.00 元；点值 −10.00，…`."""
    words = 0 if language == "zh" else 1
    of_insurance, of_reason = (CLEARING_REASONS[name].allowed for name in ("insurance_code", "reason_code"))
    parts = ("，" if language == "zh" else ", ").join(f"{of_reason[row['reason_code']][words]} {signed(row['amount_fen'])}" for row in reasons[:LARGEST])
    return f"  {key[0]} {of_insurance[key[1]][words]}: {signed(sum(row['amount_fen'] for row in reasons))} {'元' if language == 'zh' else 'yuan'}; {parts}"


def signed(fen: int) -> str:
    """An amount in yuan with its sign."""
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def _title(entry: Any, language: str) -> str:
    return entry.zh if language == "zh" else entry.en
