"""What publishing would do to each case: a finding of the run held against what is there."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
import json
from typing import Any

from sanyi.store.kinds import kind_of
from sanyi.store.publishing.tables import Published
from sanyi.workflows import audit_case, result_notice
from sanyi.workflows.published import Finding, Part, Run

UNDECIDED = {"audit_case": audit_case.UNDECIDED, "result_notice": result_notice.UNDECIDED}
WORDS = {"new": ("新增", "new"), "followed": ("已决而结果不同，另立新案", "decided, now otherwise: a case that follows"), "restated": ("更正", "restated"), "back": ("再次出现", "back again"),
         "withdrawn": ("撤下", "withdrawn"), "same": ("未变", "unchanged"), "decided": ("已决，不动", "decided, left as it is"), "gone": ("已决而新运行不再有，不动", "decided and gone from the run, left as it is")}
WRITTEN = ("new", "followed", "restated", "back", "withdrawn")


@dataclass(frozen=True)
class Verdict:
    """A finding, what becomes of it, and the row it is about: the open or withdrawn one, else the last decided of the same content, else the last decided."""

    finding: Finding
    what: str
    row: Published | None


def of_part(run: Run, part: Part):
    """The cases of a part of the run's plan and year."""
    return kind_of(part.kind).table._default_manager.filter(plan=run.plan, year=run.year, part=part.name)


def verdicts(run: Run, part: Part, findings: Sequence[Finding], is_held: bool = False) -> list[Verdict]:
    """Hold findings against the cases of the same keys. Nothing is written; `is_held` locks the cases, so that nobody decides one between the look and the writing."""
    there: dict[str, Published] = {}
    said = {each.key: digest_of(each) for each in findings}
    rows = of_part(run, part).filter(row_key__in=[each.key for each in findings]).order_by("id")
    for row in rows.select_for_update(of=("self",)) if is_held else rows:
        known = there.get(row.row_key)
        if known is None or _nearness(row, part, said[row.row_key]) >= _nearness(known, part, said[row.row_key]):
            there[row.row_key] = row
    return [Verdict(each, _what(row := there.get(each.key), part, said[each.key]), row) for each in findings]


def _nearness(row: Published, part: Part, digest: str) -> tuple[bool, bool]:
    return row.state in UNDECIDED[part.kind], row.digest == digest


def _what(row: Published | None, part: Part, digest: str) -> str:
    if row is None:
        return "new"
    is_same = row.digest == digest
    if row.state not in UNDECIDED[part.kind]:
        return "decided" if is_same else "followed"
    return "back" if row.state == "withdrawn" else "same" if is_same else "restated"


def vanished(run: Run, part: Part, seen: Iterable[str]) -> tuple[list[int], int]:
    """The open cases whose rows the run has no more, and how many decided ones it has no more either."""
    keys, open_ones, decided = set(seen), [], set()
    for id, key, state in of_part(run, part).order_by("id").values_list("id", "row_key", "state").iterator():
        if key not in keys and state != "withdrawn":
            open_ones.append(id) if state in UNDECIDED[part.kind] else decided.add(key)
    return open_ones, len(decided)


def digest_of(finding: Finding) -> str:
    """What names a finding's content: whose it is, what it comes to, its rows; the words of a clause are no content."""
    said: dict[str, Any] = {"institution": finding.institution, "amount": finding.amount_fen, "rows": finding.rows}
    return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
