"""One piece of work with all that belongs to it: its log, evidence, targets, parts, orders, problems, and what may be done now."""
from dataclasses import asdict
from datetime import date, datetime

from sanyi.store.items import item_row
from sanyi.store.kinds import check_seen, kind_of, kinds
from sanyi.store.ledgers import find_ledger, open_plans
from sanyi.store.log import today_of
from sanyi.store.models import BookEvent, Evidence, Item, Ledger, LedgerEvent, LedgerMilestone, LedgerUnit, MilestoneDate, Problem, Reading, SupervisionOrder
from sanyi.plans.aims import number_words
from sanyi.store.standings import standings_of
from sanyi.store.who import By, actor_of
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import UnknownWork
from sanyi.workflows.lines import line_of
from sanyi.workflows.take import may


def item(id: int, today: date) -> dict:
    """One item with `targets`, `evidence`, `events`, `parts`, `orders`, `problems`, `needs`, `plan`. Errors: UnknownWork."""
    found = _row("task", id)
    ledger = found.ledger
    rows = {"needs": found.needs.order_by("position"), "needed_by": found.needed_by.order_by("position"), "parts": found.parts.order_by("id")}
    return {**item_row(found, ledger, today), "plan": ledger.plan, "parent": found.parent and item_row(found.parent, ledger, today),
            **{name: [item_row(each, ledger, today) for each in each_rows] for name, each_rows in rows.items()},
            "targets": [asdict(standing) for standing in standings_of(found)], "evidence": evidence("task", id), "events": events("task", id),
            "orders": [order_row(order, today) for order in found.orders.order_by("-id")],
            "problems": [problem_row(problem, today) for problem in found.problems.order_by("-id")]}


def problem(id: int, today: date) -> dict:
    """One problem with its `evidence` and `events`. Errors: UnknownWork."""
    return {**problem_row(_row("problem", id), today), "evidence": evidence("problem", id), "events": events("problem", id)}


def order(id: int, today: date) -> dict:
    """One supervision order with its `evidence` and `events`. Errors: UnknownWork."""
    return {**order_row(_row("supervision_order", id), today), "evidence": evidence("supervision_order", id),
            "events": events("supervision_order", id)}


def problems(plan: str, today: date, state: str = "", unit: str = "") -> list[dict]:
    """The problem list, newest first."""
    return [problem_row(row, today) for row in _of(Problem, plan, state, unit)]


def orders(plan: str, today: date, state: str = "", unit: str = "") -> list[dict]:
    """The supervision orders, newest first."""
    return [order_row(row, today) for row in _of(SupervisionOrder, plan, state, unit)]


def allowed_steps(kind: str, id: int, by: By, now: datetime) -> list[dict]:
    """The steps an account may take now, with their fields.

    `blocks` says (zh, en) what a guard would refuse with no field filled in; `is_blocked` that filling them in does not help.
    """
    row, actor = _row(kind, id), actor_of(by)
    check_seen(kind_of(kind), row, id, actor)
    if getattr(row, "is_withdrawn", False):
        return []
    with kind_of(kind).in_hand(row):
        facts = kind_of(kind).facts(row, actor, now)
    return [{"name": step.name, "zh": step.zh, "en": step.en, "after": step.after, "fields": [asdict(field) for field in step.fields],
             "is_blocked": _is_blocked(step, facts),
             "blocks": [block for guard in step.guards if not any(field.is_required for field in step.fields) and (block := guard(facts, {}))]}
            for step in workflow_of(kind).steps_from(row.state) if may(step, facts)]


def _is_blocked(step, facts) -> bool:
    if any(field.kind not in ("text", "fen") for field in step.fields):
        return False
    filled = {field.name: getattr(facts, "final_fen", None) if field.kind == "fen" else field.zh for field in step.fields}
    return any(guard(facts, filled) for guard in step.guards)


def log_of(subject: str) -> type:
    """The log that a subject's lines are in; what is no kind of work (readings, milestones) is in the ledger's."""
    return kinds()[subject].log if subject in kinds() else LedgerEvent


def events(subject: str, id: int) -> list[dict]:
    """The log of one piece of work, oldest first."""
    names = ("id", "at", "by", "step", "before", "after", "version", "given")
    return [{**event, **_step_words(subject, event["step"])}
            for event in log_of(subject).objects.filter(subject=subject, subject_id=id).order_by("id").values(*names)]


def recent_events(plan: str, count: int = 50) -> list[dict]:
    """The newest lines of a ledger's log."""
    rows = LedgerEvent.objects.filter(ledger=find_ledger(plan)).order_by("-id")[:count]
    return [{**row, **_step_words(row["subject"], row["step"])}
            for row in rows.values("id", "at", "by", "subject", "subject_id", "step", "before", "after", "version", "given")]


def evidence(subject: str, id: int) -> list[dict]:
    """The evidence of one piece of work, oldest first; `link` or `sha256` is empty."""
    return list(Evidence.objects.filter(subject=subject, subject_id=id).order_by("id").values(
        "id", "round", "kind", "name", "sha256", "size", "link", "by", "at"))


def readings(plan: str, indicator: str, scope: str, unit: str = "count") -> list[dict]:
    """Every reading of an indicator for a scope, newest period first, corrected ones too (`is_current` false), with their evidence."""
    rows = Reading.objects.filter(ledger=find_ledger(plan), indicator=indicator, scope=scope).order_by("-ends_on", "-months", "-id")
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append({"id": row.id, "period": row.period, "value": row.value, "value_e6": row.value_e6, "words": number_words(row.value, unit, "zh"),
                      "words_en": number_words(row.value, unit, "en"),
                      "origin": row.origin, "run": row.run, "note": row.note, "by": row.by, "at": row.at, "is_current": row.period not in seen,
                      "evidence": evidence("reading", row.id)})
        seen.add(row.period)
    return found


def ledgers() -> list[dict]:
    """The ledgers that are open."""
    return list(Ledger.objects.filter(plan__in=open_plans()).order_by("plan").values(
        "plan", "digest", "title_zh", "title_en", "yellow_days", "red_days", "opened_on", "opened_by", "version"))


def units(plan: str) -> list[dict]:
    """The bodies of a plan."""
    return list(LedgerUnit.objects.filter(ledger=find_ledger(plan), is_withdrawn=False).order_by("id").values("entry", "zh", "en"))


def milestones(plan: str) -> list[dict]:
    """The milestones of a plan, each with its date (`on`), every record of it, and how many items count from it."""
    from sanyi.store.dating import dates_of
    ledger = find_ledger(plan)
    dated = dates_of(ledger)
    rows = LedgerMilestone.objects.filter(ledger=ledger, is_withdrawn=False).order_by("id")
    return [{"milestone": row.entry, "zh": row.zh, "en": row.en, "start": row.start, "due": row.due, "is_event": row.is_event,
             "due_after": row.due_after, "due_after_months": row.due_after_months, "on": dated.get(row.entry),
             "items": Item.objects.filter(ledger=ledger, due_after=row.entry, is_withdrawn=False).count(),
             "records": list(MilestoneDate.objects.filter(ledger=ledger, milestone=row.entry).order_by("id").values("on", "note", "by", "at"))}
            for row in rows]


def problem_row(row: Problem, today: date) -> dict:
    """One problem as plain data."""
    return _posted("problem", row, today)


def order_row(row: SupervisionOrder, today: date) -> dict:
    """One supervision order as plain data."""
    return {**_posted("supervision_order", row, today), "answer": row.answer}


def _posted(kind: str, row, today: date) -> dict:
    plain = {name: getattr(row, name) for name in ("id", "text", "unit", "due", "state", "version", "item_id", "opened_by", "opened_at", "done_by",
                                                   "done_at", "closed_by", "closed_at")}
    is_finished = row.state in workflow_of(kind).finished
    line = line_of(is_finished, row.due, today, row.ledger.yellow_days, row.ledger.red_days)
    named = LedgerUnit.objects.filter(ledger=row.ledger, entry=row.unit).first()
    state = workflow_of(kind).state(row.state)
    return {**plain, "plan": row.ledger.plan, "unit_zh": named.zh if named else row.unit, "unit_en": named.en if named else row.unit,
            "state_zh": state.zh, "state_en": state.en, "is_finished": is_finished, "line": line,
            "days_late": (today - row.due).days if line == "overdue" else 0, "item_zh": row.item.zh if row.item else "",
            "item_en": row.item.en if row.item else "", "item_number": row.item.number if row.item else ""}


def _of(table, plan: str, state: str, unit: str):
    asked = {name: value for name, value in (("state", state), ("unit", unit)) if value}
    return table.objects.filter(ledger=find_ledger(plan), **asked).select_related("ledger", "item").order_by("-id")


def _row(kind: str, id: int):
    row = kind_of(kind).table.objects.filter(pk=id).first()
    if row is None:
        check_seen(kind_of(kind), None, id, None)
    return row


NOT_STEPS = {"enter": ("进入台账", "entered"), "change": ("随方案更正", "changed with the plan"), "withdraw": ("方案已不含此项", "left the plan"),
             "restore": ("重新列入方案", "back in the plan"), "date": ("期限确定", "deadline known"), "evidence": ("补充佐证", "evidence added"),
             "add_part": ("细化子任务", "part added"), "owner": ("指定经办人", "owner named"), "list": ("列入清单", "listed"), "issue": ("下达", "issued"),
             "open": ("建立台账", "ledger opened"), "read": ("填报数值", "value read"), "draft": ("制单", "drafted"), "raise": ("提出", "raised"), "order": ("开立", "ordered"),
             "ask": ("申请", "asked for"), "make_way": ("让出后续日期", "gave up its later days"), "tell": ("告知居民", "resident told"),
             "carry": ("由运行结果发布", "published from a run"),
             "book": ("预约", "booked"), "join": ("加入候补", "joined the waiting list"), "write": ("开具", "written"), "begin": ("草拟", "begun"), "pass_on": ("随合并转来", "passed on by a merger"),
             "apply": ("申请", "applied for"), "propose": ("提出", "proposed")}


def _step_words(subject: str, step: str) -> dict[str, str]:
    """A step's words: the workflow's own, or those of what is logged besides its steps."""
    named = next((each for each in workflow_of(subject).steps if each.name == step), None) if subject in kinds() else None
    zh, en = (named.zh, named.en) if named else NOT_STEPS.get(step, (step, step))
    return {"step_zh": zh, "step_en": en}
