"""A ledger at a glance: every item with its evidence counted and its targets judged, read in a few queries."""
from collections.abc import Iterable
from datetime import date

from django.db.models import Count

from sanyi.store.bulletin import bulletin, target_row
from sanyi.store.items import item_row
from sanyi.store.ledgers import find_ledger
from sanyi.store.models import Evidence, Item, LedgerTarget
from sanyi.store.one import milestones

DONE = ("done", "verified")


def board(plan: str, today: date) -> list[dict]:
    """Every item of a ledger, those that left the plan too: its row with `evidence_count` and `targets`. Errors: UnknownWork."""
    ledger = find_ledger(plan)
    found = Item.objects.filter(ledger=ledger).select_related("parent", "owner").prefetch_related("bodies").order_by("position", "id")
    proofs = dict(Evidence.objects.filter(subject="task", subject_id__in=Item.objects.filter(ledger=ledger).values("pk"))
                  .values_list("subject_id").annotate(count=Count("pk")).order_by())
    aims: dict[int, list[dict]] = {}
    pairs = Item.targets.through.objects.filter(item__ledger=ledger).values_list("item_id", "ledgertarget_id")
    judged = {row["id"]: row for row in _targets(LedgerTarget.objects.filter(pk__in={target for _, target in pairs}, is_withdrawn=False))}
    for item, target in sorted(pairs):
        if target in judged:
            aims.setdefault(item, []).append(judged[target])
    return [{**item_row(item, ledger, today), "evidence_count": proofs.get(item.pk, 0), "targets": aims.get(item.pk, [])} for item in found]


def targets_of(item: int) -> list[dict]:
    """The targets an item is measured by, each with its latest reading."""
    return _targets(LedgerTarget.objects.filter(items=item, is_withdrawn=False))


def _targets(rows) -> list[dict]:
    return [target_row(row) for row in rows.select_related("ledger").order_by("position")]


def figures(rows: Iterable[dict]) -> dict[str, int]:
    """Count what is owed (not exempt), done, and late, at the red and yellow line, waiting for a date, exempt; parts of tasks aside."""
    there = [row for row in rows if row["kind"] != "part" and not row["is_withdrawn"]]
    lines = {line: sum(row["line"] == line for row in there) for line in ("overdue", "red", "yellow", "waiting", "undated")}
    exempt = sum(row["state"] == "exempt" for row in there)
    return {"items": len(there), "owed": len(there) - exempt, "done": sum(row["state"] in DONE for row in there),
            "verified": sum(row["state"] == "verified" for row in there), "exempt": exempt, **lines}


def bulletin_with_events(plan: str, month: date, today: date) -> dict:
    """The monthly bulletin, with `events`: the words (Chinese, English) of the milestones that deadlines wait for. Errors: UnknownWork."""
    return {**bulletin(plan, month, today), "events": {each["milestone"]: (each["zh"], each["en"]) for each in milestones(plan)}}
