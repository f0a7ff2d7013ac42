"""Decisions about audit findings, as rows of the record table `audit_decisions`: always all of them, whatever the days; the next run goes by them. Source: B6."""
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from sanyi.store.exports import RecordExport, Row
from sanyi.store.log import today_of
from sanyi.store.publishing.tables import AuditCase
from sanyi.tables.record.audit_decisions import AUDIT_DECISIONS as PROMISE
from sanyi.terms.fen import share_out
from sanyi.workflows.audit_case import UNDECIDED

OURS = "SJ-"  # how the number of an exported decision begins
FOUND = PROMISE.names[1:PROMISE.names.index("action_code") + 1]  # the finding's own columns, as a run wrote them


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    """Each decided case, line by line; of several about one content only the last."""
    today, decided = today_of(timezone.now()), AuditCase.objects.exclude(state__in=UNDECIDED)
    latest = {(key, digest): id for key, digest, id in decided.order_by("done_at", "id").values_list("row_key", "digest", "id")}
    last_ones = set(latest.values())
    for row in decided.order_by("id").iterator():
        if row.pk in last_ones:
            yield from decision_rows(row, today)


def decision_rows(case: AuditCase, today: date) -> Iterator[dict[str, Any]]:
    """A decided case's lines, each with its part of the sum agreed: the case as a whole and its lines stand against each other, as in the finding."""
    agreed = case.agreed_fen or 0
    lines = {row["line_number"]: row["amount_fen"] for row in case.rows if row["line_number"]}
    parts = share_out(min(agreed, sum(lines.values())), lines)
    for row in case.rows:
        yield {**{name: row[name] for name in FOUND}, "decision_id": f"{OURS}{case.pk}", "line_count": len(case.rows), "status_code": _status(case, today),
               "agreed_fen": parts.get(row["line_number"], min(agreed, row["amount_fen"])), "decided_by": case.done_by, "decided_on": today_of(case.done_at),
               "document_code": case.document or None, "plan_code": case.plan, "year": case.year, "run_digest": case.run}


def _status(case: AuditCase, today: date) -> str:
    """A violation is final when an appeal has upheld it or the time to appeal is over."""
    if case.state == "cleared":
        return "cleared"
    may_appeal = case.state == "appealed" or case.state == "confirmed" and case.due is not None and today <= case.due
    return "appealable" if may_appeal else "final"


def _is_own(row: Row, first: date, last: date) -> bool:
    return str(row["decision_id"]).startswith(OURS)


AUDIT_DECISIONS = RecordExport("audit_decisions", _rows, _is_own)
