"""The audit trail's door: one event with each change and each refusal, in the right transaction, saying no more than it may."""
import json
import random

import pytest
from ledger_work import NOW, opened, row, take_step

from sanyi.workflows.errors import StaleVersion


@pytest.fixture
def trail(undone):
    """An open ledger, and what was recorded since: newest last."""
    from sanyi.store.trail.tables import AuditEvent
    opened()
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return lambda: list(AuditEvent.objects.filter(id__gt=last).order_by("id"))


def test_a_change_leaves_one_event_with_all_its_fields(trail):
    take_step(row("late"), "start", "health-1")
    event, = trail()
    assert (event.account, event.role, event.institution, event.persons) == ("health-1", "lead", "health", "health-1")
    assert (event.action, event.step, event.subject, event.subject_id) == ("change", "start", "task", str(row("late").pk))
    assert (event.before, event.after, event.version, event.outcome) == ("not_started", "in_progress", 2, "done")


def test_what_somebody_wrote_stands_as_a_digest_that_the_key_can_tell(trail):
    from sanyi.store.models import LedgerEvent
    from sanyi.store.trail.plain_words import digest
    written = "患者张三 13800138000\n2026 admin signed in"
    take_step(row("late"), "exempt", "office-1", reason=written)
    event, = trail()
    said = LedgerEvent.objects.order_by("-id").first().given["reason"]
    assert event.given == {"reason": {"digest": digest(said), "length": len(said)}}
    assert "张三" not in json.dumps(event.given, ensure_ascii=False)


def test_nothing_recorded_can_break_a_line_or_speak_to_a_terminal(undone):
    from sanyi.store.trail.recording import record
    from sanyi.workflows.facts import Actor
    bad = "a\r\nb\x1b[31m\x00\u202e\u2028\ud800c"
    event = record("read", Actor(bad, bad, bad, (bad,)), step=bad, subject=bad, subject_id=bad, residents=[bad], institutions=[bad + "x"], purpose=bad,
                   given={bad: bad, "open": bad}, open_names={"open"})
    event.refresh_from_db()
    for text in (event.account, event.role, event.institution, event.persons, event.step, event.subject, event.subject_id, event.resident, event.institutions,
                 event.purpose, next(iter(event.given)), event.given["open"]):
        assert text.isprintable() and "\\x0d" in text or text.startswith("?"), text


def test_rows_make_the_lines_that_were_sealed_whatever_stands_in_them(undone, monkeypatch):
    """The database writes them by itself; a row of before keys were in order is read field by field, and proved as well."""
    from django.db import connection

    from sanyi.store.adding import add
    from sanyi.store.trail import rows
    from sanyi.store.trail.exporting import sealed_blocks
    from sanyi.store.trail.recording import event_of, record
    from sanyi.store.trail.sealing import head_now, seal
    from sanyi.store.trail.verifying import verify
    from sanyi.workflows.facts import Actor
    seal(NOW)
    before, by_field, read = head_now().number, [], rows._field_by_field
    monkeypatch.setattr(rows, "_field_by_field", lambda sealed: by_field.append(sealed.number) or read(sealed))
    for name in ("张三", "a\"b\\c/d", "𠮷😀é", "tab\there", "q\x7f"):
        record("change", Actor(name, "doctor", "H1", (name, "second")), subject="referral", subject_id=1, residents=[1, 2], institutions=("H2",), version=3,
               given={"z": 1, "a": {"d": 1, "c": "x"}, "b": name}, open_names={"b"}, now=NOW.replace(microsecond=0))
    record("read", None, now=NOW.replace(microsecond=5))
    seal(NOW)
    later = event_of("read", None)
    later.given = {"z": 1, "a": 2}
    add(later)
    seal(NOW)
    assert verify(sealed_blocks(before + 1), from_block=before + 1).events == 7
    assert by_field == ([] if connection.vendor == "postgresql" else [before + 2])


def test_a_list_names_each_resident_once_and_one_resident_stands_in_the_event(undone):
    from sanyi.store.trail.looking import listed
    from sanyi.store.trail.recording import record
    from sanyi.store.trail.sealing import seal
    one, many = record("read", None, residents=["7", 7]), record("read", None, residents=[*range(60), 3])
    assert one.resident == "7" and many.resident == "" and many.given["residents"] == [str(each) for each in range(60)]
    for is_sealed in (False, True):
        assert [list(listed(name)) for name in ("7", "59", "60", "5")] == [[many], [many], [], [many]], "found before its seal and after it"
        assert many.named.count() == (60 if is_sealed else 0) and one.named.count() == 0
        seal(NOW)


def test_a_refusal_within_a_transaction_waits_for_the_door_that_ends_it(trail):
    from sanyi.store.act import act
    with pytest.raises(StaleVersion) as refused:
        act("task", row("late").pk, 9, "start", {}, "health-1", NOW)
    assert trail() == [] and refused.value.audit_note[1]["step"] == "start"


@pytest.mark.parametrize("table", ["auditevent", "auditnamed", "auditseal", "auditlink"])
def test_the_database_refuses_change(undone, table):
    from django.db import DatabaseError, connection, transaction
    from sanyi.store.trail.tables import AuditLink, AuditNamed, AuditSeal
    from sanyi.store.trail.recording import record
    event = record("read", None, residents=[1, 2])
    AuditNamed.objects.create(event=event, resident="1")
    AuditLink.objects.create(position=10**9, event=event, mark="0")
    AuditSeal.objects.create(number=10**9, first=10**9, count=1, size=1, algorithm="sha256", at=NOW, hash="0")
    key = {"auditseal": "number", "auditlink": "position"}.get(table, "id")
    for statement in (f"UPDATE store_{table} SET {key} = {key}", f"DELETE FROM store_{table}"):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_thousand_faults_in_the_trail_and_no_change_without_its_event(trail, monkeypatch):
    """R43: the trail fails before or after its own insert, at random; state, log and trail stay of one mind."""
    from sanyi.store.models import LedgerEvent
    from sanyi.store.trail import recording
    chance, insert, faults = random.Random(7), recording.insert_all, 0

    def failing(events):
        where = chance.randrange(3)
        if where == 0:
            raise OSError("no space left")
        insert(events)
        if where == 1:
            raise OSError("the trail's disk is gone")

    monkeypatch.setattr(recording, "insert_all", failing)
    late, logged, done = row("late"), LedgerEvent.objects.count(), 0
    following = {"not_started": "start", "in_progress": "exempt", "exempt": "end_exemption"}
    while faults < 1000:
        step = following[late.state]
        try:
            take_step(late, step, "office-1", **({} if step == "start" else {"reason": "x"}))
            done += 1
        except OSError:
            faults += 1
            assert (row("late").state, row("late").version) == (late.state, done + 1), "a change stands without its event"
        late = row("late")
    changed = [event for event in trail() if event.action == "change"]
    assert LedgerEvent.objects.count() - logged == done == len(changed) == late.version - 1
    assert [(event.step, event.version) for event in changed[:2]] == [("start", 2), ("exempt", 3)]
