"""Putting work on the ledger that the plan does not name: a problem, a supervision order, a part of a task."""
from datetime import date, datetime

from django.db import transaction

from sanyi.store.act import check_known_unit
from sanyi.store.kinds import find_work
from sanyi.store.ledgers import find_ledger
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.models import Account, Item, ItemUnit, Ledger, Problem, SupervisionOrder
from sanyi.store.who import By, check_office, check_roles, check_unit
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, StaleVersion, UnknownWork, Withdrawn
from sanyi.workflows.take import LONGEST_TEXT, clean


def list_problem(plan: str, text: str, by: By, now: datetime, item: int | None = None) -> Problem:
    """Put a problem on the list; the office then names who answers for it. Errors: Refused. Source: JH-80."""
    with transaction.atomic():
        actor, ledger = check_roles(by, ("lead", "office")), find_ledger(plan)
        problem = Problem.objects.create(ledger=ledger, item=_item(ledger, item), text=_text(text, "text"), state=workflow_of("problem").start,
                                         opened_by=actor.name, opened_at=now)
        write_line(problem, "problem", "list", actor.name, now, "", {"text": problem.text, "item": item})
    return problem


def issue_order(plan: str, unit: str, text: str, due: date, by: By, now: datetime, item: int | None = None) -> SupervisionOrder:
    """Order a unit to answer by a day. Errors: Refused. Source: HK-52, TSK-4."""
    with transaction.atomic():
        actor, ledger = check_office(by), find_ledger(plan)
        check_known_unit(ledger, unit)
        if due < today_of(now):
            raise BadField(f"答复期限 {due} 已过去", f"the deadline {due} is already past", "due")
        order = SupervisionOrder.objects.create(
            ledger=ledger, item=_item(ledger, item), text=_text(text, "text"), unit=unit, due=due,
            state=workflow_of("supervision_order").start, opened_by=actor.name, opened_at=now)
        write_line(order, "supervision_order", "issue", actor.name, now, "", {"unit": unit, "due": due, "text": order.text, "item": item})
    return order


def add_part(item: int, text: str, unit: str, by: By, now: datetime, due: date | None = None, measures: str = "", en: str = "") -> Item:
    """Add a part under a task: what, which unit answers, until when, by which measures. Errors: Refused. Source: ZW-51.

    Any unit of the task may claim a part for itself, those that lead it and the office for others too. A part is not due
    after its task, and the task is not done before its parts.
    """
    with transaction.atomic():
        actor, parent = check_roles(by, ("lead", "office")), find_work("task", item, is_locked=True)
        body = check_known_unit(parent.ledger, unit)
        check_unit(actor, _who_may_add(parent, unit))
        if parent.state in workflow_of("task").finished:
            raise BadField("任务已完成，不能再细化", "the task is done; it takes no more parts")
        if due and due < today_of(now):
            raise BadField(f"期限 {due} 已过去", f"the deadline {due} is already past", "due")
        if due and parent.due and due > parent.due:
            raise BadField(f"子任务期限应不晚于 {parent.due}", f"a part is not due after its task, {parent.due}", "due")
        part = _part(parent, _text(text, "text"), _short(en, "en"), body, due, _short(measures, "measures"), now)
        write_change(parent, "task", "add_part", actor.name, now, {}, {"part": part.entry, "unit": unit, "due": due})
        write_line(part, "task", "enter", actor.name, now, "", {"text": part.zh, "unit": unit, "due": due, "measures": part.measures})
    return part


def set_owner(item: int, version: int, owner: str, by: By, now: datetime) -> Item:
    """Say which account looks after an item; an empty name takes it away. Errors: Refused."""
    with transaction.atomic():
        row, actor = find_work("task", item, is_locked=True), check_roles(by, ("lead", "office"))
        check_unit(actor, tuple(row.bodies.filter(part__in=("lead", "co_lead")).values_list("unit", flat=True)))
        if row.version != version:
            raise StaleVersion("此项刚被他人更新，请刷新后再办理", "somebody else has just changed this; reload and look again")
        account = Account.objects.filter(name=owner, is_active=True).first()
        if owner and account is None:
            raise BadField(f"没有可用的账户“{owner}”", f"there is no active account {owner!r}", "owner")
        write_change(row, "task", "owner", actor.name, now, {"owner_id": account and account.pk}, {"owner": owner})
    return row


def _who_may_add(parent: Item, unit: str) -> tuple[str, ...]:
    bodies = list(parent.bodies.values_list("part", "unit"))
    leading = tuple(name for part, name in bodies if part != "unit")
    return (*leading, *(name for _, name in bodies if name == unit))


def _part(parent: Item, zh: str, en: str, body, due: date | None, measures: str, now: datetime) -> Item:
    count = parent.parts.count() + 1
    part = Item.objects.create(
        ledger=parent.ledger, kind="part", entry=f"{parent.entry}/{parent.kind}-{count}", number=f"{parent.number or parent.entry}.{count}",
        parent=parent, position=parent.position, zh=zh, en=en or zh, group=parent.group, clause=parent.clause, lead=body.entry,
        lead_zh=body.zh, lead_en=body.en, due=due, due_source="given" if due else "", measures=measures,
        state=workflow_of("task").start, entered_at=now)
    ItemUnit.objects.create(item=part, unit=body.entry, zh=body.zh, en=body.en, part="lead", position=0)
    return part


def _item(ledger: Ledger, id: int | None) -> Item | None:
    if id is None:
        return None
    found = Item.objects.filter(ledger=ledger, pk=id).first()
    if found is None:
        raise UnknownWork(f"本台账没有编号为 {id} 的任务", f"this ledger has no task number {id}")
    if found.is_withdrawn:
        raise Withdrawn("方案已不含此项，仅供查阅", "the plan no longer holds this; it is kept for the record")
    return found


def _short(text: str, field: str) -> str:
    return _text(text, field) if clean(text) else ""


def _text(text: str, field: str) -> str:
    cleaned = clean(text)
    if not cleaned or len(cleaned) > LONGEST_TEXT:
        raise BadField(f"请填写内容（至多 {LONGEST_TEXT} 字）", f"say what it is, in at most {LONGEST_TEXT} characters", field)
    return cleaned
