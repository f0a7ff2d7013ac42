"""The ledger behind its one door: what enters, who may do what, what is logged with it, and what the bulletin says."""
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from ledger_work import NOW, TASKS, TODAY, finish, opened, prove, row, small_plan, take_step, task

from sanyi.plans.pack import read_pack
from sanyi.runs.packs import open_plan
from sanyi.workflows.errors import (
    BadField, GuardRefused, NotAllowed, StaleVersion, UndeclaredStep, UnknownWork, Withdrawn,
)

PACKS = Path(__file__).parents[2] / "packs"
PLANS = sorted(path.parent.name for path in PACKS.glob("*/pack.toml") if read_pack(path.parent).identity.kind == "plan")


@pytest.mark.parametrize("name", PLANS)
def test_every_task_of_every_plan_enters_the_ledger(name, undone):
    from sanyi.store.models import Item, LedgerEvent
    plan = open_plan(name)
    done = opened(plan)
    items = {(item.kind, item.entry): item for item in Item.objects.filter(ledger=done.ledger)}
    clocks = {each.due_after for each in (*plan.tasks, *plan.documents, *plan.milestones) if each.due_after}
    dated = [each for each in plan.milestones if each.due or each.due_after or each.id not in clocks]
    wanted = {**{("task", each.id): each for each in plan.tasks}, **{("document", each.id): each for each in plan.documents},
              **{("milestone", each.id): each for each in dated}}
    assert set(items) == set(wanted) and done.entered == len(wanted) > 0
    for (kind, _), each in wanted.items():
        item = items[kind, each.id]
        assert (item.zh, item.en, item.state, item.version) == (each.zh, each.en, "not_started", 1)
        assert item.clause and item.obligations.split() == list(dict.fromkeys(each.obligations))
        if not each.every:
            assert item.due == each.due
    for each in plan.tasks:
        item = items["task", each.id]
        bodies = {part: [body.unit for body in item.bodies.order_by("position") if body.part == part] for part in ("lead", "co_lead", "unit")}
        assert bodies == {"lead": [each.lead], "co_lead": list(dict.fromkeys(each.co_leads)), "unit": list(dict.fromkeys(each.units))}
        assert {need.entry for need in item.needs.all()} == set(each.needs)
        assert {target.entry for target in item.targets.all()} == set(each.targets)
        assert (item.parent.entry if item.parent else "") == each.parent and item.start == each.start
    assert LedgerEvent.objects.filter(ledger=done.ledger, subject="task").count() == len(wanted)
    again = opened(open_plan(name), NOW + timedelta(days=40))
    assert (again.entered, again.changed, again.withdrawn, again.restored) == (0, 0, 0, 0)


def test_a_corrected_pack_changes_words_and_deadlines_and_loses_no_state(undone):
    from sanyi.store.one import events
    opened()
    take_step(row("plain"), "start", "health-1")
    corrected = [replace(each, zh="改正的文字", due=date(2024, 1, 31)) if each.id == "plain" else each for each in TASKS if each.id != "undated"]
    done = opened(small_plan(tuple(corrected)))
    assert (done.entered, done.changed, done.withdrawn, done.restored) == (0, 1, 1, 0)
    assert (row("plain").state, row("plain").zh, row("plain").due) == ("in_progress", "改正的文字", date(2024, 1, 31))
    last = events("task", row("plain").pk)[-1]
    assert (last["step"], last["before"], last["after"]) == ("change", "in_progress", "in_progress")
    assert last["given"] == {"zh": ["事项 plain", "改正的文字"], "due": ["2023-12-31", "2024-01-31"], "last_due": ["2023-12-31", "2024-01-31"]}
    assert row("undated").is_withdrawn
    with pytest.raises(Withdrawn):
        take_step(row("undated"), "start", "health-1")
    back = opened()
    assert (back.changed, back.restored) == (1, 1) and not row("undated").is_withdrawn


def test_only_the_office_opens_a_ledger(undone):
    from sanyi.store.opening import open_ledger
    opened()
    for name in ("health-1", "looker", "nobody"):
        with pytest.raises(NotAllowed):
            open_ledger(small_plan(), name, NOW)


def test_a_relative_due_resolves_when_the_parent_document_is_dated(undone):
    from sanyi.store.dating import date_milestone
    from sanyi.store.one import item, milestones
    opened()
    waiting = row("waiting")
    assert waiting.due is None and item(waiting.pk, TODAY)["line"] == "waiting"
    with pytest.raises(GuardRefused) as refused:
        take_step(waiting, "start", "health-1")
    assert refused.value.guard == "clock_has_started"
    moved = date_milestone("small-2023", "parent-issued", date(2023, 11, 30), "office-1", NOW)
    assert [each.entry for each in moved] == ["waiting"] and row("waiting").due == date(2024, 2, 29)
    assert take_step(waiting, "start", "health-1").state == "in_progress"
    date_milestone("small-2023", "parent-issued", date(2023, 10, 8), "office-1", NOW)
    assert (row("waiting").due, row("waiting").state) == (date(2024, 1, 8), "in_progress")
    assert [record["on"] for record in milestones("small-2023")[0]["records"]] == [date(2023, 11, 30), date(2023, 10, 8)]
    assert [event["step"] for event in item(waiting.pk, TODAY)["events"]] == ["enter", "date", "start", "date"]
    assert opened().changed == 0
    with pytest.raises(UnknownWork) as unknown:
        date_milestone("small-2023", "parent-isued", TODAY, "office-1", NOW)
    assert "parent-issued" in unknown.value.en
    with pytest.raises(NotAllowed):
        date_milestone("small-2023", "parent-issued", TODAY, "health-1", NOW)


def test_every_plans_relative_dues_resolve(undone):
    from sanyi.store.dating import date_milestone
    from sanyi.store.models import Item
    resolved = 0
    for name in PLANS:
        plan = open_plan(name)
        opened(plan)
        for event in {each.due_after for each in (*plan.tasks, *plan.documents, *plan.milestones) if each.due_after}:
            date_milestone(name, event, date(2030, 1, 31), "office-1", NOW)
        assert not Item.objects.filter(ledger__plan=name, due=None).exclude(due_after="").exists()
        resolved += Item.objects.filter(ledger__plan=name).exclude(due_after="").count()
    assert resolved >= 1


def test_the_way_of_a_task_from_start_to_verified(undone):
    from sanyi.store.one import allowed_steps, item
    opened()
    late = row("late")
    assert [step["name"] for step in allowed_steps("task", late.pk, "health-1", NOW)] == ["start"]
    finish(late)
    assert row("late").done_by == "health-1"
    with pytest.raises(GuardRefused) as refused:
        take_step(late, "verify", "office-1")
    assert refused.value.guard == "evidence_is_there" and "佐证" in refused.value.zh
    prove(late, "health-1")
    assert take_step(late, "verify", "office-1").state == "verified"
    shown = item(late.pk, TODAY)
    assert [(event["step"], event["before"], event["after"], event["by"]) for event in shown["events"]] == [
        ("enter", "", "not_started", "office-1"), ("start", "not_started", "in_progress", "health-1"),
        ("report_done", "in_progress", "done", "health-1"), ("evidence", "done", "done", "health-1"), ("verify", "done", "verified", "office-1")]
    assert [event["version"] for event in shown["events"]] == [1, 2, 3, 4, 5] and shown["version"] == 5
    assert shown["line"] == "settled" and shown["evidence"][0]["link"] == "https://example.org/proof"
    take_step(late, "reopen", "office-1", reason="查出问题")
    assert (row("late").state, row("late").done_by, row("late").verified_by) == ("in_progress", "", "")


def test_who_reported_a_task_done_does_not_verify_it(undone):
    opened()
    undated = row("undated")
    finish(undated, "office-1")
    prove(undated, "office-1")
    with pytest.raises(GuardRefused) as refused:
        take_step(undated, "verify", "office-1")
    assert refused.value.guard == "another_person"
    assert take_step(undated, "verify", "office-2").state == "verified"


def test_a_met_target_without_evidence_is_not_verified_and_a_missed_one_needs_a_reason(undone):
    from sanyi.store.readings import Proof, take_reading
    opened()
    measured, proof = row("measured"), Proof("data", "表", "https://example.org/table")
    take_reading("small-2023", "bed-count", "county", "2023", 18_000, proof, "health-1", NOW)
    finish(measured)
    with pytest.raises(GuardRefused) as refused:
        take_step(measured, "verify", "office-1")
    assert refused.value.guard == "evidence_is_there"
    prove(measured, "health-1", evidence_kind="site")
    with pytest.raises(GuardRefused):  # the plan asks for data, a visit is not that
        take_step(measured, "verify", "office-1")
    prove(measured, "health-1")
    take_reading("small-2023", "bed-count", "county", "2023", 17_000, proof, "health-1", NOW)
    with pytest.raises(GuardRefused) as refused:
        take_step(measured, "verify", "office-1")
    assert refused.value.guard == "hard_targets_are_met" and "1.7" in refused.value.zh
    take_reading("small-2023", "soft-share", "county", "2023", 1, proof, "health-1", NOW)  # soft: never blocks
    take_reading("small-2023", "bed-count", "county", "2023", 18_000, proof, "health-1", NOW)
    assert take_step(measured, "verify", "office-1").state == "verified"


def test_a_missed_hard_target_is_verified_with_a_reason_that_the_log_keeps(undone):
    from sanyi.store.one import events
    opened()
    measured = row("measured")
    finish(measured)
    prove(measured, "health-1")
    with pytest.raises(GuardRefused):
        take_step(measured, "verify", "office-1")  # no reading at all is not a target met
    take_step(measured, "verify", "office-1", reason="目标到年底才考核")
    assert events("task", measured.pk)[-1]["given"] == {"reason": "目标到年底才考核"}


def test_what_a_task_needs_comes_first_and_its_parts_too(undone):
    from sanyi.store.posting import add_part
    opened()
    needing, plain, part = row("needing"), row("plain"), row("part-of-plain")
    take_step(needing, "start", "health-1")
    with pytest.raises(GuardRefused) as refused:
        take_step(needing, "report_done", "health-1")
    assert refused.value.guard == "needs_are_done" and "事项 plain" in refused.value.zh
    take_step(plain, "start", "health-1")
    own = add_part(plain.pk, "分片包干", "clinic", "clinic-1", NOW, date(2023, 9, 30), "每周上报")
    with pytest.raises(GuardRefused) as refused:
        take_step(plain, "report_done", "health-1")
    assert refused.value.guard == "parts_are_done" and "分片包干" in refused.value.zh
    finish(own, "clinic-1")
    take_step(part, "exempt", "office-1", reason="上级暂缓")
    take_step(plain, "report_done", "health-1")
    assert take_step(needing, "report_done", "health-1").state == "done"


def test_a_unit_refines_its_tasks_and_no_others(undone):
    from sanyi.store.posting import add_part
    opened()
    plain = row("plain")
    for unit, by in (("insurance", "clinic-1"), ("clinic", "looker")):
        with pytest.raises(NotAllowed):
            add_part(plain.pk, "细化", unit, by, NOW)
    with pytest.raises(NotAllowed):
        add_part(row("late").pk, "细化", "clinic", "clinic-1", NOW)
    with pytest.raises(BadField):
        add_part(plain.pk, "细化", "clinic", "health-1", NOW, date(2024, 1, 1))
    with pytest.raises(BadField):
        add_part(plain.pk, "细化", "elsewhere", "office-1", NOW)
    part = add_part(plain.pk, "细化", "clinic", "health-1", NOW)
    assert (part.number, part.kind, part.lead, part.parent_id) == ("1.2", "part", "clinic", plain.pk)
    assert opened().withdrawn == 0 and not row(part.entry).is_withdrawn


@pytest.mark.parametrize(("by", "id"), [("insurance-1", "late"), ("clinic-1", "plain"), ("looker", "plain"), ("nobody", "plain")])
def test_a_stranger_takes_no_step(by, id, undone):
    from sanyi.store.evidence import add_link
    opened()
    with pytest.raises(NotAllowed):
        take_step(row(id), "start", by)
    with pytest.raises(NotAllowed):
        add_link("task", row(id).pk, 1, "data", "x", "https://example.org/", by, NOW)
    assert (row(id).state, row(id).version) == ("not_started", 1)


def test_a_co_lead_works_on_it_and_only_the_office_verifies(undone):
    opened()
    plain = row("plain")
    assert take_step(plain, "start", "insurance-1").state == "in_progress"
    take_step(row("part-of-plain"), "exempt", "office-1", reason="合并")
    take_step(plain, "report_done", "insurance-1")
    with pytest.raises(NotAllowed):
        take_step(plain, "verify", "health-1")


def test_refusals_leave_no_trace(undone):
    from sanyi.store.act import act
    from sanyi.store.models import LedgerEvent
    opened()
    late, before = row("late"), LedgerEvent.objects.count()
    asked = [("verify", 1, {}, UndeclaredStep), ("fly", 1, {}, UndeclaredStep), ("start", 2, {}, StaleVersion), ("start", 0, {}, StaleVersion),
             ("start", 1, {"colour": "red"}, BadField), ("exempt", 1, {}, BadField), ("exempt", 1, {"reason": " \u200b\n"}, BadField),
             ("exempt", 1, {"reason": "x" * 4001}, BadField), ("exempt", 1, {"reason": 7}, BadField), ("renew", 1, {}, UndeclaredStep)]
    for step, version, given, error in asked:
        with pytest.raises(error) as refused:
            act("task", late.pk, version, step, given, "office-1", NOW)
        assert refused.value.zh and refused.value.en
    for kind, id, error in (("fly", late.pk, UndeclaredStep), ("task", 10**9, UnknownWork), ("problem", 10**9, UnknownWork)):
        with pytest.raises(error):
            act(kind, id, 1, "start", {}, "office-1", NOW)
    assert LedgerEvent.objects.count() == before and (row("late").state, row("late").version) == ("not_started", 1)


def test_a_change_and_its_line_in_the_log_are_one(undone, monkeypatch):
    from sanyi.store import log
    from sanyi.store.models import LedgerEvent
    opened()
    late, before = row("late"), LedgerEvent.objects.count()

    def broken(*_, **__):
        assert row("late").state == "in_progress"  # the change is written, the log's line is not yet
        raise OSError("the disk is gone")

    monkeypatch.setattr(log, "write_line", broken)
    with pytest.raises(OSError):
        take_step(late, "start", "health-1")
    assert (row("late").state, row("late").version) == ("not_started", 1) and LedgerEvent.objects.count() == before


@pytest.mark.parametrize("table", ["store_ledgerevent", "store_reading", "store_milestonedate", "store_evidence"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET by = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_only_added_to(table, verb, undone):
    from django.db import DatabaseError, connection, transaction

    from sanyi.store.dating import date_milestone
    from sanyi.store.readings import Proof, take_reading
    opened()
    date_milestone("small-2023", "parent-issued", TODAY, "office-1", NOW)
    take_reading("small-2023", "bed-count", "county", "2023", 1, Proof("data", "a", "https://example.org/"), "office-1", NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def test_an_exemption_has_its_reason_and_ends(undone):
    from sanyi.store.items import Wanted, items
    opened()
    late = row("late")
    take_step(late, "exempt", "office-1", reason="上级文件未出台")
    assert row("late").exempt_reason == "上级文件未出台"
    assert [each["entry"] for each in items("small-2023", Wanted(line="overdue"), TODAY).rows] == []
    take_step(late, "end_exemption", "office-1", reason="文件已出台")
    assert (row("late").state, row("late").exempt_reason) == ("in_progress", "")
    assert [each["entry"] for each in items("small-2023", Wanted(line="overdue"), TODAY).rows] == ["late"]


def test_recurring_work_begins_again_with_the_next_deadline_and_new_evidence(undone):
    opened()
    monthly = row("monthly")
    assert (monthly.due, monthly.due_source) == (date(2023, 6, 30), "period")
    finish(monthly)
    prove(monthly, "health-1")
    take_step(monthly, "verify", "office-1")
    take_step(monthly, "renew", "health-1")
    assert (row("monthly").state, row("monthly").due, row("monthly").round) == ("not_started", date(2023, 7, 31), 2)
    finish(monthly)
    with pytest.raises(GuardRefused) as refused:
        take_step(monthly, "verify", "office-1")
    assert refused.value.guard == "evidence_is_there"  # last month's proof is not this month's
    assert opened().changed == 0 and row("monthly").due == date(2023, 7, 31)
    late = row("late")
    finish(late)
    prove(late, "health-1")
    take_step(late, "verify", "office-1")
    with pytest.raises(GuardRefused):
        take_step(late, "renew", "health-1")


def test_the_lines_stand_where_the_plan_draws_them(undone):
    from sanyi.store.items import Wanted, counts, items
    opened()
    found = {each["entry"]: each["line"] for each in items("small-2023", Wanted(size=500), TODAY).rows}
    assert found == {"plain": "green", "late": "overdue", "red": "red", "yellow": "yellow", "undated": "undated", "waiting": "waiting",
                     "needing": "undated", "measured": "undated", "monthly": "yellow", "part-of-plain": "green", "rules": "yellow", "half-way": "yellow"}
    for line in set(found.values()):
        assert {each["entry"] for each in items("small-2023", Wanted(line=line), TODAY).rows} == {id for id, own in found.items() if own == line}
    assert counts("small-2023", TODAY)["lines"] == {"overdue": 1, "red": 1, "yellow": 4, "green": 2, "waiting": 1, "undated": 3, "settled": 0}
    for before, line in ((-1, "overdue"), (0, "red"), (7, "red"), (8, "yellow"), (30, "yellow"), (31, "green")):
        today = date(2023, 5, 31) - timedelta(days=before)
        assert items("small-2023", Wanted(search="late"), today).rows[0]["line"] == line
        assert [each["entry"] for each in items("small-2023", Wanted(search="late", line=line), today).rows] == ["late"]
        assert sum(counts("small-2023", today)["lines"].values()) == 12
    assert items("small-2023", Wanted(search="late"), date(2023, 6, 1)).rows[0]["days_late"] == 1


def test_lists_filter_search_sort_and_cut_into_pages(undone):
    from sanyi.store.items import Wanted, items

    def ids(**asked):
        return [each["entry"] for each in items("small-2023", Wanted(**asked), TODAY).rows]

    opened()
    assert ids(lead="insurance") == ["red", "yellow"] and "plain" in ids(lead="insurance", with_co_leads=True)
    assert ids(unit="clinic") == ["plain"] and ids(kind="document") == ["rules"] and ids(state="done") == [] and ids(group="first")[0] == "plain"
    assert ids(search="yellow") == ["yellow"] and ids(search="事项 红") == [] and ids(search="8") == ["measured"] and ids(search="' OR 1=1 --") == []
    assert ids(due_from=date(2023, 7, 1), due_to=date(2023, 7, 31)) == ["yellow"] and ids(line="purple") == [] and ids(withdrawn=True) == []
    assert ids(sort="due")[:2] == ["late", "red"] and set(ids(sort="due")[-4:]) == {"undated", "waiting", "needing", "measured"}
    assert ids(sort="; DROP TABLE") == ids()
    pages = [items("small-2023", Wanted(size=5, page=page), TODAY) for page in (1, 2, 3, 99)]
    assert [each["entry"] for page in pages[:3] for each in page.rows] == ids() and (pages[0].total, pages[0].pages, pages[3].page) == (12, 3, 3)


def test_the_bulletin_counts_what_is_done_and_lists_what_is_late_by_lead(undone):
    from sanyi.store.bulletin import bulletin
    opened()
    finish(row("red"), "insurance-1")
    finish(row("undated"))
    take_step(row("yellow"), "exempt", "office-1", reason="外部原因")
    told = bulletin("small-2023", date(2023, 6, 1), date(2023, 7, 10))
    assert told["total"] == {"items": 12, "done": 2, "verified": 0, "exempt": 1, "overdue": 4, "open": 9, "done_ppm": 181_818}
    assert {lead["lead"]: (lead["items"], lead["done"], lead["exempt"], lead["overdue"], lead["done_ppm"]) for lead in told["by_lead"]} == {
        "health": (9, 1, 0, 3, 111_111), "insurance": (2, 1, 1, 0, 1_000_000), "": (1, 0, 0, 1, 0)}
    assert [row_["entry"] for row_ in told["newly_done"]] == ["red", "undated"]
    assert bulletin("small-2023", date(2023, 5, 1), date(2023, 7, 10))["newly_done"] == []
    assert [(row_["entry"], row_["days_late"]) for row_ in told["overdue"]][0] == ("late", 40)
    assert {lead["lead"]: [(row_["entry"], row_["days_late"]) for row_ in lead["rows"]] for lead in told["overdue_by_lead"]} == {
        "health": [("late", 40), ("monthly", 10), ("rules", 10)], "": [("half-way", 10)]}
    assert [(row_["entry"], row_["exempt_reason"]) for row_ in told["exempt"]] == [("yellow", "外部原因")]
    assert [row_["entry"] for row_ in told["waiting"]] == ["waiting"] and [target["entry"] for target in told["targets"]] == ["beds", "share", "years"]


def test_an_empty_ledgers_bulletin_divides_nothing(undone):
    from sanyi.store.bulletin import bulletin
    opened(small_plan((), documents=(), milestones=()))
    assert bulletin("small-2023", TODAY, TODAY)["total"]["done_ppm"] == 0


def test_a_supervision_order_needs_an_answer(undone):
    from sanyi.store.bulletin import bulletin
    from sanyi.store.one import order, orders
    from sanyi.store.posting import issue_order
    opened()
    with pytest.raises(NotAllowed):
        issue_order("small-2023", "health", "请说明", date(2023, 6, 30), "health-1", NOW)
    with pytest.raises(BadField):
        issue_order("small-2023", "health", "请说明", date(2023, 6, 14), "office-1", NOW)
    with pytest.raises(BadField):
        issue_order("small-2023", "elsewhere", "请说明", date(2023, 6, 30), "office-1", NOW)
    made = issue_order("small-2023", "health", "请说明逾期原因", date(2023, 6, 30), "office-1", NOW, row("late").pk)
    kind = {"kind": "supervision_order"}
    for step, by, error in (("close", "office-2", UndeclaredStep), ("answer", "health-1", UndeclaredStep), ("acknowledge", "insurance-1", NotAllowed)):
        with pytest.raises(error):
            take_step(made, step, by, **kind)
    take_step(made, "acknowledge", "health-1", **kind)
    with pytest.raises(BadField):
        take_step(made, "answer", "health-1", **kind)
    with pytest.raises(GuardRefused):
        take_step(made, "extend", "office-1", **kind, due="2023-06-20", reason="x")
    take_step(made, "extend", "office-1", **kind, due="2023-07-15", reason="需调研")
    assert orders("small-2023", date(2023, 7, 20))[0]["days_late"] == 5
    take_step(made, "answer", "health-1", **kind, answer="已完成招标")
    take_step(made, "send_back", "office-1", **kind, reason="未附材料")
    assert order(made.pk, TODAY)["answer"] == ""
    take_step(made, "answer", "health-2", **kind, answer="已附材料")
    assert [each["id"] for each in bulletin("small-2023", TODAY, TODAY)["orders_open"]] == [made.pk]
    take_step(made, "close", "office-1", **kind)
    shown = order(made.pk, TODAY)
    assert (shown["state"], shown["answer"], shown["closed_by"], shown["unit_zh"], shown["item_zh"]) == (
        "closed", "已附材料", "office-1", "事项 health", "事项 late")
    assert [event["given"].get("answer") for event in shown["events"] if event["step"] == "answer"] == ["已完成招标", "已附材料"]
    assert bulletin("small-2023", TODAY, TODAY)["orders_open"] == []


def test_who_answers_an_order_does_not_close_it(undone):
    from sanyi.store.posting import issue_order
    opened()
    made = issue_order("small-2023", "health", "请说明", date(2023, 6, 30), "office-1", NOW)
    take_step(made, "acknowledge", "office-1", kind="supervision_order")
    take_step(made, "answer", "office-1", kind="supervision_order", answer="代答")
    with pytest.raises(GuardRefused):
        take_step(made, "close", "office-1", kind="supervision_order")
    assert take_step(made, "close", "office-2", kind="supervision_order").state == "closed"


def test_a_problem_is_closed_only_with_its_evidence(undone):
    from sanyi.store.bulletin import bulletin
    from sanyi.store.one import problem
    from sanyi.store.posting import list_problem
    opened()
    kind = {"kind": "problem"}
    with pytest.raises(NotAllowed):
        list_problem("small-2023", "无人看", "looker", NOW)
    made = list_problem("small-2023", "转诊系统未联通", "health-1", NOW, row("late").pk)
    with pytest.raises(UndeclaredStep):
        take_step(made, "start", "health-1", **kind)
    for given in ({"unit": "clinic"}, {"due": "2023-07-31"}, {"unit": "elsewhere", "due": "2023-07-31"}, {"unit": "clinic", "due": "soon"}):
        with pytest.raises(BadField):
            take_step(made, "assign", "office-1", **kind, **given)
    with pytest.raises(GuardRefused):
        take_step(made, "assign", "office-1", **kind, unit="clinic", due="2023-06-14")
    take_step(made, "assign", "office-1", **kind, unit="clinic", due="2023-07-31")
    with pytest.raises(NotAllowed):
        take_step(made, "start", "health-1", **kind)
    take_step(made, "start", "clinic-1", **kind)
    with pytest.raises(GuardRefused) as refused:
        take_step(made, "report_solved", "clinic-1", **kind)
    assert refused.value.guard == "evidence_is_there"
    prove(made, "clinic-1", "problem", "record")
    take_step(made, "report_solved", "clinic-1", **kind)
    with pytest.raises(NotAllowed):
        take_step(made, "close", "clinic-1", **kind)
    assert [each["id"] for each in bulletin("small-2023", TODAY, TODAY)["problems_open"]] == [made.pk]
    take_step(made, "close", "office-1", **kind)
    told = bulletin("small-2023", TODAY, TODAY)
    assert told["problems_open"] == [] and [each["id"] for each in told["problems_closed"]] == [made.pk]
    take_step(made, "reopen", "office-1", **kind, reason="复发")
    shown = problem(made.pk, TODAY)
    assert (shown["state"], shown["closed_by"], shown["unit_zh"]) == ("in_progress", "", "事项 clinic")
    assert [event["step"] for event in shown["events"]] == ["list", "assign", "start", "evidence", "report_solved", "close", "reopen"]


def test_files_are_kept_by_their_content_and_orphans_are_swept(undone, tmp_path):
    from sanyi.store.evidence import add_file, evidence_file, sweep_files
    from sanyi.store.files import TooLarge, file_path, keep_file, sweep
    opened()
    sweep(undone, set(), older_than_seconds=-1)  # what earlier tests left
    late = row("late")
    found = add_file("task", late.pk, 1, "document", "../../etc/通知.pdf", [b"one ", b"two"], "health-1", NOW)
    shown, path = evidence_file(found.pk)
    assert shown.name == "通知.pdf" and path.read_bytes() == b"one two" and path.name == found.sha256 and path.stat().st_mode & 0o077 == 0
    with pytest.raises(StaleVersion):
        add_file("task", late.pk, 1, "document", "b", [b"orphan"], "health-1", NOW)
    with pytest.raises(NotAllowed):
        add_file("task", late.pk, 2, "document", "b", [b"stranger"], "clinic-1", NOW)
    with pytest.raises(BadField):
        add_file("task", late.pk, 2, "rumour", "b", [b"x"], "health-1", NOW)
    assert sweep_files() == []  # too young: its row may be on its way
    names = sweep(undone, {found.sha256}, older_than_seconds=-1)
    assert len(names) == 2 and path.exists()
    with pytest.raises(TooLarge):
        keep_file(tmp_path, [b"x" * 60, b"x" * 60], cap=100)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    with pytest.raises(ValueError):
        file_path(tmp_path, "../../secret-key")


def test_a_task_that_was_renamed_keeps_its_state_and_its_log(undone):
    from sanyi.store.models import Item
    from sanyi.store.one import events
    opened()
    take_step(row("undated"), "start", "health-1")
    kept = row("undated").pk
    renamed = tuple(replace(each, id="undated-work", formerly=("undated",)) if each.id == "undated" else each for each in TASKS)
    done = opened(small_plan(renamed))
    assert (done.entered, done.changed, done.withdrawn) == (0, 1, 0)
    assert (row("undated-work").pk, row("undated-work").state) == (kept, "in_progress") and not Item.objects.filter(entry="undated").exists()
    assert events("task", kept)[-1]["given"] == {"entry": ["undated", "undated-work"]}
    again = opened(small_plan(renamed))
    assert (again.entered, again.changed, again.withdrawn) == (0, 0, 0)
    both = (*TASKS, next(each for each in renamed if each.id == "undated-work"))  # the old id is in use again: nothing is taken over
    assert opened(small_plan(both)).entered == 1 and row("undated-work").pk == kept


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org", "https://", "http://[", "https://a b", "",
                                  'https://a/"><script>', "https://example.org/" + "x" * 1000])
def test_only_web_addresses_are_links(link, undone):
    from sanyi.store.evidence import add_link
    opened()
    with pytest.raises(BadField):
        add_link("task", row("late").pk, 1, "data", "x", link, "health-1", NOW)


def test_a_note_cannot_forge_a_line(undone):
    from sanyi.store.one import events
    opened()
    take_step(row("late"), "start", "health-1", note="一\r\n2023 office-1 verify\x1b[2J\x00\u202e二")
    assert events("task", row("late").pk)[-1]["given"] == {"note": "一  2023 office-1 verify[2J二"}


def test_an_owner_is_an_account_and_the_system_no_name_for_one(undone):
    from sanyi.store.accounts import make_account
    from sanyi.store.errors import BadAccount
    from sanyi.store.one import item
    from sanyi.store.posting import set_owner
    opened()
    set_owner(row("late").pk, 1, "health-2", "health-1", NOW)
    assert item(row("late").pk, TODAY)["owner"] == "health-2"
    for name, by, error in (("ghost", "health-1", BadField), ("health-1", "clinic-1", NotAllowed)):
        with pytest.raises(error):
            set_owner(row("late").pk, 2, name, by, NOW)
    for name, role, unit in (("system", "office", ""), ("a", "lead", ""), ("b", "king", "")):
        with pytest.raises(BadAccount):
            make_account(undone, name, "a long enough password", role, unit)


def test_an_account_that_is_closed_or_changed_acts_no_more(undone):
    from sanyi.store.models import Account
    opened()
    Account.objects.filter(name="health-1").update(is_active=False)
    Account.objects.filter(name="health-2").update(role="reader")
    for by in ("health-1", "health-2"):
        with pytest.raises(NotAllowed):
            take_step(row("late"), "start", by)


def test_the_day_is_that_of_the_place(undone):
    from sanyi.store.log import today_of
    assert today_of(datetime(2023, 6, 14, 17, 0, tzinfo=timezone.utc)) == TODAY


def test_the_parts_of_a_task_leave_and_come_back_with_it(undone):
    from sanyi.store.posting import add_part
    opened()
    part = add_part(row("undated").pk, "细化", "clinic", "office-1", NOW)
    opened(small_plan(tuple(each for each in TASKS if each.id != "undated")))
    assert row("undated").is_withdrawn and row(part.entry).is_withdrawn
    opened()
    assert not row("undated").is_withdrawn and not row(part.entry).is_withdrawn


def test_no_migration_is_missing(site_folder):
    from django.core.management import call_command
    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)


def only(*tasks):
    """A plan of these tasks alone."""
    return small_plan(tasks, documents=(), milestones=(), targets=(), indicators=())


def test_nothing_is_verified_over_parts_or_needs_that_were_opened_again(undone):
    opened(only(task("whole"), task("part", parent="whole"), task("before"), task("after", needs=("before",))))
    for name in ("part", "whole", "before", "after"):
        finish(row(name))
    for name in ("part", "before"):
        take_step(row(name), "send_back", "office-1", reason="不全")
    for name, guard in (("whole", "parts_are_done"), ("after", "needs_are_done")):
        prove(row(name), "health-1")
        with pytest.raises(GuardRefused) as refused:
            take_step(row(name), "verify", "office-1")
        assert refused.value.guard == guard


def a_round(work, is_last: bool = False) -> None:
    """Finish a round of recurring work and begin the next; after its last day there is none."""
    finish(work)
    prove(work, "health-1")
    take_step(work, "verify", "office-1")
    if is_last:
        with pytest.raises(GuardRefused):
            take_step(work, "renew", "office-1")
    else:
        take_step(work, "renew", "office-1")


def test_a_part_that_goes_on_for_ever_holds_its_task_up_for_its_first_round_only(undone):
    opened(only(task("whole"), task("monthly", every="month", parent="whole"), task("ending", every="month", parent="whole", due=date(2023, 8, 15))))
    take_step(row("whole"), "start", "health-1")
    for is_last in (False, False, True):  # June, July, 15 August
        with pytest.raises(GuardRefused):
            take_step(row("whole"), "report_done", "health-1")
        a_round(row("ending"), is_last)
    with pytest.raises(GuardRefused, match="Work monthly"):
        take_step(row("whole"), "report_done", "health-1")
    a_round(row("monthly"))
    assert take_step(row("whole"), "report_done", "health-1").state == "done"


def test_a_later_round_follows_a_plan_that_no_longer_recurs_or_ends_sooner(undone):
    opened(only(task("monthly", every="month")))
    a_round(row("monthly"))
    assert (row("monthly").round, row("monthly").due) == (2, date(2023, 7, 31))
    opened(only(task("monthly", every="month", due=date(2023, 7, 10))))
    assert row("monthly").due == date(2023, 7, 10)
    opened(only(task("monthly", due=date(2025, 12, 31))))
    assert (row("monthly").due, row("monthly").due_source, row("monthly").every) == (date(2025, 12, 31), "plan", "")


def test_a_corrected_event_ends_later_rounds_sooner_too(undone):
    from sanyi.store.dating import date_milestone
    opened(small_plan((task("monthly", every="month", due_after="parent-issued", due_after_months=6),)))
    date_milestone("small-2023", "parent-issued", date(2023, 6, 1), "office-1", NOW)
    a_round(row("monthly"))
    assert (row("monthly").due, row("monthly").last_due) == (date(2023, 7, 31), date(2023, 12, 1))
    date_milestone("small-2023", "parent-issued", date(2023, 1, 15), "office-1", NOW)
    assert (row("monthly").due, row("monthly").last_due) == (date(2023, 7, 15), date(2023, 7, 15))


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1)])
def test_an_event_of_another_age_is_a_slip_of_the_pen(day, undone):
    from sanyi.store.dating import date_milestone
    opened()
    with pytest.raises(BadField, match="1900"):
        date_milestone("small-2023", "parent-issued", day, "office-1", NOW)


def test_parts_of_parts_leave_and_come_back_too(undone):
    from sanyi.store.posting import add_part
    opened(only(task("whole")))
    part = add_part(row("whole").pk, "细化", "health", "health-1", NOW)
    deeper = add_part(part.pk, "再细化", "health", "health-1", NOW)
    for tasks, is_gone in (((), True), ((task("whole"),), False)):
        opened(only(*tasks))
        deeper.refresh_from_db()
        assert deeper.is_withdrawn is is_gone


def test_a_need_named_twice_is_one_and_no_correction_every_day(undone):
    plan = only(task("first"), task("second", needs=("first", "first")))
    opened(plan)
    assert opened(plan).changed == 0


def test_no_order_and_no_problem_is_hung_on_work_that_left_the_plan(undone):
    from sanyi.store.posting import issue_order, list_problem
    opened()
    gone = row("undated").pk
    opened(small_plan(tuple(each for each in TASKS if each.id != "undated")))
    with pytest.raises(Withdrawn):
        issue_order("small-2023", "health", "请说明", date(2023, 12, 1), "office-1", NOW, gone)
    with pytest.raises(Withdrawn):
        list_problem("small-2023", "问题", "health-1", NOW, gone)


@pytest.mark.parametrize("more", [{"due": date(2023, 6, 14)}, {"measures": "文" * 4001}, {"en": "x" * 4001}])
def test_a_part_is_not_born_late_and_loses_no_word(more, undone):
    from sanyi.store.posting import add_part
    opened()
    with pytest.raises(BadField):
        add_part(row("plain").pk, "细化", "health", "health-1", NOW, **more)


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "a\nb", " office", "system", "System", "甲\u202e", "x" * 151])
def test_a_name_that_could_be_taken_for_another_is_none(name, undone):
    from sanyi.store import make_account
    from sanyi.store.errors import BadAccount
    with pytest.raises(BadAccount):
        make_account(undone, name, "a-long-enough-password-7", "reader")


def test_what_left_the_plan_holds_nobody_up_and_offers_no_step(undone):
    from sanyi.store.one import allowed_steps
    opened(only(task("whole"), task("part", parent="whole")))
    gone = row("part")
    opened(only(task("whole")))
    row("whole").parts.add(gone)  # as a part that a unit added and that was withdrawn alone would stand
    assert finish(row("whole")).state == "done" and allowed_steps("task", gone.pk, "office-1", NOW) == []
