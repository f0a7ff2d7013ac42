"""Opening a plan's ledger, and opening it again when the pack was corrected: texts and deadlines follow, states stay."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sanyi.plans import Plan
from sanyi.plans.dues import milestone_dates
from sanyi.store.log import plain, today_of, write_change, write_line
from sanyi.store.models import Item, ItemUnit, Ledger, LedgerMilestone, LedgerTarget, LedgerUnit, MilestoneDate
from sanyi.store.plan_rows import KIND_OF, body_rows, item_rows, milestone_rows, target_rows, unit_rows, warning_days
from sanyi.store.who import By, check_office
from sanyi.workflows import workflow_of

RELATIONS = ("bodies", "needs", "targets", "parent")


@dataclass(frozen=True)
class Opened:
    """What opening did: the ledger's row, and how many items came in, changed, left the plan or came back."""

    ledger: Ledger
    entered: int = 0
    changed: int = 0
    withdrawn: int = 0
    restored: int = 0


def open_ledger(plan: Plan, by: By, now: datetime) -> Opened:
    """Bring a ledger up to its plan; the same plan again changes nothing. Errors: NotAllowed. Source: TSK-1, TSK-3."""
    with transaction.atomic():
        actor = check_office(by)
        ledger = _ledger(plan, actor.name, now)
        for table, rows in ((LedgerUnit, unit_rows(plan)), (LedgerMilestone, milestone_rows(plan)),
                            (LedgerTarget, target_rows(plan, ledger.opened_on))):
            _keep(table, ledger, rows)
        dated = milestone_dates(plan.milestones, reported_dates(ledger))
        return _items(plan, ledger, item_rows(plan, dated, ledger.opened_on), actor.name, now)


def reported_dates(ledger: Ledger) -> dict[str, date]:
    """The recorded day of each milestone; the newest row counts."""
    return dict(MilestoneDate.objects.filter(ledger=ledger).order_by("id").values_list("milestone", "on"))


def _ledger(plan: Plan, by: str, now: datetime) -> Ledger:
    wanted = {"digest": plan.digest, "title_zh": plan.identity.title_zh, "title_en": plan.identity.title_en,
              **warning_days(plan, today_of(now))}
    ledger = Ledger.objects.select_for_update().filter(plan=plan.name).first()
    if ledger is None:
        ledger = Ledger.objects.create(plan=plan.name, opened_on=today_of(now), opened_by=by, opened_at=now, **wanted)
        write_line(ledger, "ledger", "open", by, now, "", {"digest": plan.digest})
    elif changes := _differing(ledger, wanted):
        write_change(ledger, "ledger", "open", by, now, {name: new for name, (_, new) in changes.items()}, changes)
    return ledger


def _keep(table, ledger: Ledger, rows: Mapping[str, dict]) -> None:
    """Bring one of the ledger's lists up to the plan's; the ledger's own line in the log names the plan it came from."""
    there = {row.entry: row for row in table.objects.filter(ledger=ledger)}
    table.objects.bulk_create([table(ledger=ledger, entry=entry, **row) for entry, row in rows.items() if entry not in there])
    for entry, row in there.items():
        wanted = {**rows[entry], "is_withdrawn": False} if entry in rows else {"is_withdrawn": True}
        if changes := _differing(row, wanted):
            table.objects.filter(pk=row.pk).update(**{name: new for name, (_, new) in changes.items()})


def _items(plan: Plan, ledger: Ledger, rows: Mapping[tuple, dict], by: str, now: datetime) -> Opened:
    there = {(item.kind, item.entry): item for item in Item.objects.filter(ledger=ledger).exclude(kind="part").select_for_update()}
    there = _renamed(plan, there, rows)
    start = workflow_of("task").start
    new = {key: Item.objects.create(ledger=ledger, kind=key[0], entry=key[1], state=start, entered_at=now, **row)
           for key, row in rows.items() if key not in there}
    changes = {key: _differing(item, {**_wanted(item, rows.get(key)), "entry": key[1]}) for key, item in there.items()}
    for key, differing in _relate(plan, ledger, {**there, **new}).items():
        if key in there:
            changes[key] |= differing
    _reorder(there, changes)
    for item in new.values():
        write_line(item, "task", "enter", by, now, "", {"due": item.due})
    counts = {"changed": 0, "withdrawn": 0, "restored": 0}
    for key, differing in changes.items():
        if differing:
            counts[_write(there[key], differing, by, now)] += 1
    return Opened(ledger, len(new), **counts)


def _renamed(plan: Plan, there: Mapping[tuple, Item], rows: Mapping[tuple, dict]) -> dict[tuple, Item]:
    """Items under the ids they have now: an entry that says what it was called before takes over that item, state and all."""
    called = {(KIND_OF[type(entry)], old): entry.id for entry in (*plan.tasks, *plan.documents, *plan.milestones) for old in entry.formerly}
    now = {}
    for key, item in there.items():
        new = (key[0], called.get(key, key[1]))
        now[key if key in rows or new in there else new] = item
    return now


def _reorder(there: Mapping[tuple, Item], changes: Mapping[tuple, dict]) -> None:
    """An item's place in the list moves when others come and go; that is no change of the item."""
    for key, differing in changes.items():
        if moved := differing.pop("position", None):
            Item.objects.filter(pk=there[key].pk).update(position=moved[1])


def _wanted(item: Item, row: dict | None) -> dict:
    """What an item should hold; a later round keeps its own deadline while the work recurs, and what left the plan keeps all it had."""
    if row is None:
        return {"is_withdrawn": True}
    due = round_due(item, row["due"], row["last_due"]) if row["every"] else row["due"]
    return {**row, "due": due, "is_withdrawn": False}


def round_due(item: Item, first: date | None, last: date | None) -> date | None:
    """The deadline of the round that recurring work is in: of the first as the plan counts it, of a later its own, no later than a last day that moved."""
    if item.round == 1:
        return first
    is_cut = last is not None and last != item.last_due and item.due is not None and item.due > last
    return last if is_cut else item.due


def _write(item: Item, differing: dict, by: str, now: datetime) -> str:
    left = differing.get("is_withdrawn", (None, None))[1]
    step, counted = {True: ("withdraw", "withdrawn"), False: ("restore", "restored"), None: ("change", "changed")}[left]
    fields = {name: new for name, (_, new) in differing.items() if name not in RELATIONS}
    write_change(item, "task", step, by, now, fields, plain(differing))
    if left is not None:
        _write_parts(item, left, step, by, now)
    return counted


def _write_parts(item: Item, left: bool, step: str, by: str, now: datetime) -> None:
    """The parts that units added leave and come back with their task, and theirs with them."""
    for part in item.parts.filter(kind="part"):
        if part.is_withdrawn != left:
            write_change(part, "task", step, by, now, {"is_withdrawn": left}, {"parent": item.entry})
        _write_parts(part, left, step, by, now)


def _differing(row, wanted: Mapping[str, object]) -> dict[str, tuple]:
    return {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}


def _relate(plan: Plan, ledger: Ledger, items: Mapping[tuple, Item]) -> dict[tuple, dict]:
    """Set who takes part, what must come first, the targets and the parent of every item; gives what was otherwise before."""
    units, targets = unit_rows(plan), {row.entry: row for row in LedgerTarget.objects.filter(ledger=ledger)}
    entries = {**{("task", task.id): task for task in plan.tasks}, **{("document", each.id): each for each in plan.documents}}
    differing = {}
    for key, entry in entries.items():
        item = items[key]
        needs = [items["task", name] for name in getattr(entry, "needs", ())]
        found = {"bodies": _set_bodies(item, body_rows(entry, units)), "needs": _set_many(item.needs, needs),
                 "targets": _set_many(item.targets, [targets[name] for name in getattr(entry, "targets", ())]),
                 "parent": _set_parent(item, items.get(("task", getattr(entry, "parent", ""))))}
        differing[key] = {name: pair for name, pair in found.items() if pair}
    return differing


def _set_bodies(item: Item, rows: list[dict]) -> tuple | None:
    before = list(item.bodies.order_by("position").values("unit", "part", "position", "zh", "en"))
    if before == rows:
        return None
    item.bodies.all().delete()
    ItemUnit.objects.bulk_create([ItemUnit(item=item, **row) for row in rows])
    return [f"{row['part']}:{row['unit']}" for row in before], [f"{row['part']}:{row['unit']}" for row in rows]


def _set_many(relation, rows: list) -> tuple | None:
    before, wanted = sorted(relation.values_list("entry", flat=True)), sorted({row.entry for row in rows})
    if before == wanted:
        return None
    relation.set(rows)
    return before, wanted


def _set_parent(item: Item, parent: Item | None) -> tuple | None:
    if item.parent_id == (parent and parent.pk):
        return None
    before = item.parent.entry if item.parent else ""
    Item.objects.filter(pk=item.pk).update(parent=parent)
    item.parent = parent
    return before, parent.entry if parent else ""
