"""Messages to residents: what is put down and what is not, what they say, each sent once at most, tried again only where it was surely not sent."""
import json
from datetime import timedelta

import pytest
from contract_work import NOW, offered, person, town
from signed_in import signed_in
from web_results import invent

pytestmark = pytest.mark.usefixtures("undone")
NUMBERS = {"reminder_hours": 24, "attempts_count": 3, "retry_minutes": 5, "valid_hours": 24, "seconds_count": 2}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """An invented run: the pages' frame speaks of it."""
    return invent(tmp_path_factory.mktemp("message-pages"))


@pytest.fixture
def spool(undone, tmp_path):
    """A town whose first resident has a phone, and a folder as sender."""
    from sanyi.store.messages.sender import set_sender, unset_sender
    from sanyi.store.persons.tables import Person
    town()
    for number in (1, 2):
        Person.objects.filter(pk=person(number)).update(**phone(f"1380000000{number}"))
    set_sender("folder", tmp_path, NUMBERS)
    yield tmp_path
    unset_sender()


def phone(number: str) -> dict:
    from sanyi.store.ciphers import enciphered
    return {"phone_cipher": enciphered(number, "phone_cipher"), "phone_masked": number[:3] + "****" + number[-4:]}


def program(folder, lines: str):
    """A sender that is a program of the operator's; it writes down what it gets."""
    from sanyi.store.messages.sender import set_sender
    path = folder / "send.sh"
    path.write_text(f"#!/bin/sh\ncat >> {folder}/got\n{lines}\n")
    path.chmod(0o700)
    set_sender("command", path, NUMBERS)


def one():
    from sanyi.store.messages.tables import Message
    return Message.objects.get()


def put(number: int = 1, about: str = "x 1", kind: str = "result", **more):
    from sanyi.store.messages.queueing import put_down
    return put_down(person(number), "C1", kind, about, more.pop("now", NOW), **more)


def send(now=NOW) -> int:
    from sanyi.store.messages.sending import send_due
    return send_due(now)


def test_a_code_goes_to_the_phone_alone_and_is_kept_nowhere(spool, results_folder, monkeypatch):
    from sanyi.store.contracts.codes import hand_out, show_code
    from sanyi.store.messages.tables import Message
    from sanyi.store.trail.tables import AuditEvent
    row = offered(1)
    assert hand_out(row.pk, "gp1", NOW) is None and hand_out(row.pk, "nurse1", NOW + MINUTE) is None
    assert [(each.state, each.secret_cipher == "") for each in Message.objects.order_by("pk")] == [("dropped", True), ("waiting", False)], "the newer code stands in the place of the older one"
    assert send(NOW + 2 * MINUTE) == 1 == len(list(spool.iterdir())) and send(NOW + 3 * MINUTE) == 0
    said = json.loads(next(spool.iterdir()).read_text())
    code = said["text"].split("验证码 ")[1][:6]
    assert said["expires_at"] == Message.objects.get(state="sent").expires_at.isoformat() and said["to"] == "13800000001" and code.isdigit() and next(spool.iterdir()).stat().st_mode & 0o77 == 0
    show_code(row.pk, code, "r1", NOW + 4 * MINUTE)
    assert not Message.objects.exclude(secret_cipher="").exists()
    events = list(AuditEvent.objects.filter(subject="message").order_by("id"))
    assert [each.step for each in events] == ["put_down", "dropped", "put_down", "sending", "sent"]
    assert not any(code in str(vars(each)) for each in AuditEvent.objects.all())


@pytest.mark.parametrize("why", ["off", "opted_out", "no_phone"])
def test_where_no_message_can_go_the_code_is_told_as_ever(spool, why):
    from sanyi.store.contracts.codes import hand_out
    from sanyi.store.messages.queueing import set_wish
    from sanyi.store.messages.sender import unset_sender
    from sanyi.store.messages.tables import Message
    from sanyi.store.persons.tables import Person
    row = offered(1)
    {"off": unset_sender, "opted_out": lambda: set_wish(person(1), False, "r1", NOW), "no_phone": lambda: Person.objects.filter(pk=person(1)).update(phone_cipher="")}[why]()
    assert hand_out(row.pk, "gp1", NOW).isdigit() and not Message.objects.exists()


def test_who_wants_none_after_it_was_put_down_gets_none_and_may_want_again(spool):
    from sanyi.store.messages.queueing import set_wish, wants_messages
    from sanyi.workflows.errors import NotAllowed
    put()
    set_wish(person(1), False, "nurse1", NOW)
    assert send() == 0 and (one().state, one().reason) == ("dropped", "opted_out") and not wants_messages(person(1))
    set_wish(person(1), True, "r1", NOW)
    assert put(about="x 2") and send() == 1 and wants_messages(person(1))
    for by in ("r2", "bureau", "doctor-d1"):
        with pytest.raises(NotAllowed):
            set_wish(person(1), False, by, NOW)


def test_the_same_thing_is_told_once_and_never_to_the_dead(spool):
    from datetime import date

    from sanyi.store.messages.tables import Message
    from sanyi.store.persons.tables import Person
    assert put() and put() and Message.objects.count() == 1
    put(2)  # the same thing of somebody else is the same thing
    assert Message.objects.count() == 1
    Person.objects.filter(pk=person(1)).update(died_on=date(2026, 5, 1))
    assert send() == 0 and one().reason == "died" and not put(about="x 2")


def test_what_was_not_sent_is_tried_again_a_few_times_and_not_after_its_time(spool, tmp_path):
    program(spool, "exit 1")
    put(), put(about="x 2", until=NOW + 7 * MINUTE)
    for minute in (0, 1, 5, 6, 10, 15, 60):
        assert send(NOW + minute * MINUTE) == 0
    from sanyi.store.messages.tables import Message
    assert {row.about: (row.state, row.reason, row.attempt_count) for row in Message.objects.all()} == {"x 1": ("dropped", "failed", 3), "x 2": ("dropped", "failed", 2)}
    program(spool, "exit 0")
    put(about="x 3"), put(about="x 4", until=NOW + MINUTE)
    assert send(NOW + 2 * MINUTE) == 1
    assert Message.objects.get(about="x 4").reason == "late"


def test_what_was_broken_off_is_not_sent_again(spool):
    from sanyi.store.messages.sender import Sender
    from sanyi.store.messages.sending import do_all
    program(spool, "sleep 5")
    put()
    assert send() == 0 and (one().state, one().reason) == ("unsure", "lost") and send(NOW + HOUR) == 0
    assert (spool / "got").read_text().count("{") == 1
    put(about="x 2")
    kept = Sender.send
    Sender.send = lambda *given: (_ for _ in ()).throw(KeyboardInterrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            send()
    finally:
        Sender.send = kept
    from sanyi.store.messages.tables import Message
    from django.utils import timezone
    later = timezone.now() + HOUR  # when it was claimed is by the wall's clock
    assert Message.objects.get(about="x 2").state == "sending" and do_all(later) == (0, 0)
    assert Message.objects.get(about="x 2").state == "unsure"


def test_two_workers_send_one_message_once(spool):
    from sanyi.store.messages import sending
    from sanyi.store.messages.tables import Message
    put()
    kept, seen = sending.why_none, []

    def meanwhile(one):
        if not seen:
            seen.append(1)
            assert sending.send_due(NOW) == 1  # the other one, between this one's look and its claim
        return kept(one)
    sending.why_none = meanwhile
    try:
        assert sending.send_due(NOW) == 0
    finally:
        sending.why_none = kept
    assert len(list(spool.iterdir())) == 1 and Message.objects.get().attempt_count == 1


def test_no_words_say_who_where_or_what_for():
    from sanyi.store.messages.words import WORDS
    import string
    for kind, (_, _, text) in WORDS.items():
        fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert fields <= {"code", "when", "until"} and ("code" in fields) == (kind == "code")


def test_notices_news_and_results_are_put_down_and_level_five_is_not(spool):
    from appointment_work import a_referral
    from sanyi.store.appointments.telling import KINDS, tell
    from sanyi.store.messages.tables import Message
    from sanyi.store.messages.words import WORDS
    from sanyi.store.referrals.following import tell_patient
    from sanyi.store.referrals.tables import Referral
    from sanyi.store.who import actor_of
    assert set(KINDS) <= set(WORDS)
    tell(person(1), "C1", "displaced", NOW)
    row = Referral.objects.get(pk=a_referral(person(1), sender="C1", receiver="D1"))
    tell_patient(row, actor_of("doctor-d1"), NOW, {})
    assert not Message.objects.filter(kind="referral").exists(), "a draft is no news"
    row.submitted_at = NOW
    tell_patient(row, actor_of("r1"), NOW, {})
    assert not Message.objects.filter(kind="referral").exists(), "what the patient did is none"
    tell_patient(row, actor_of("doctor-d1"), NOW, {})
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["displaced", "referral"]


def test_an_appointment_is_reminded_of_once_and_not_when_it_was_given_up(undone, tmp_path):
    from appointment_work import NOW as THEN, RULES, a_roster, people, step
    from sanyi.store.appointments.booking import book
    from sanyi.store.messages.sender import set_sender, unset_sender
    from sanyi.store.messages.sending import do_all
    from sanyi.store.messages.tables import Message
    from sanyi.store.persons.tables import Person
    they = people()
    Person.objects.update(**phone("13800000009"))
    set_sender("folder", tmp_path, NUMBERS)
    try:
        _, slots = a_roster(they["desk"], capacity=2, slots=1)
        first = book(slots[0].pk, they["patients"][0], they["desk"], THEN, RULES)
        soon = first.starts_at - 25 * HOUR
        assert do_all(soon) == (0, 0) and do_all(soon + HOUR) == (1, 1) and do_all(soon + 2 * HOUR) == (0, 0)
        text = json.loads(next(tmp_path.iterdir()).read_text())["text"]
        assert "12月02日 08:00" in text and not any(word in text for word in ("居民", "机构", "心内科", "员doc"))
        other = book(slots[1].pk, they["patients"][1], they["desk"], THEN, RULES)
        from sanyi.store.messages.sending import remind
        moment = other.starts_at - 20 * HOUR
        assert remind(moment) == 1
        step("appointment", other, "cancel", they["desk"], THEN, why="other")
        do_all(moment + MINUTE)
        assert Message.objects.get(about=f"appointment {other.pk}").state == "dropped" and len(list(tmp_path.iterdir())) == 1
    finally:
        unset_sender()


def test_pages_show_states_and_no_code_and_the_resident_turns_it_off(spool, results_folder, monkeypatch):
    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    row = offered(1)
    told = signed_in("gp1").post(f"/contracts/{row.pk}/", {"do": "code"}, follow=True).content.decode()
    assert "已发往居民本人的手机" in told and "签约码" not in told.split("已发往")[0][-200:]
    send()
    code = json.loads(next(spool.iterdir()).read_text())["text"].split("验证码 ")[1][:6]
    page = signed_in("nurse1").get("/messages/").content.decode()
    assert "已发送" in page and code not in page and "居民1" not in page
    mine = signed_in("r1")
    assert "验证码" in mine.get("/my/messages/").content.decode()
    assert "已关闭短信" in mine.post("/my/messages/", {"do": "want_none"}, follow=True).content.decode()
    assert not put(about="x 9")
    assert signed_in("nurse2").get("/messages/").content.decode().count("已发送") < page.count("已发送"), "another institution's are not theirs"


def test_a_sender_that_cannot_be_used_is_refused_in_words(spool, tmp_path):
    from sanyi.store.messages.sender import BadSender, set_sender
    for way, where in (("folder", tmp_path / "nowhere"), ("command", tmp_path)):
        with pytest.raises(BadSender, match="不是可写的文件夹"):
            set_sender(way, where, NUMBERS)


def test_a_program_that_hangs_takes_one_message_a_turn_and_leaves_the_rest_waiting(spool, monkeypatch):
    from sanyi.store.messages import sending
    from sanyi.store.messages.tables import Message
    program(spool, "sleep 3")
    for number in range(3):
        put(about=f"x {number}")
    assert send() == 0 and list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["unsure", "waiting", "waiting"]
    program(spool, "exit 0")
    monkeypatch.setattr(sending, "BATCH_SECONDS", -1)  # the time of a turn is up after each
    assert send() == 1 and send() == 1 and send() == 0


@pytest.mark.parametrize("how", ["empty", "no JSON", "another's", "a folder"])
def test_a_sender_that_cannot_be_read_hinders_no_work_and_the_job_says_so(spool, how, caplog, monkeypatch):
    from pathlib import Path

    from sanyi.store.contracts.codes import hand_out
    from sanyi.store.messages import sender
    from sanyi.store.messages.jobs import SEND
    from sanyi.store.messages.tables import Message
    put()
    place, kept = sender._place(), Path.read_text

    def refused(path, *more):
        if path == place:
            raise PermissionError(13, "Permission denied")
        return kept(path, *more)
    if how == "a folder":
        place.unlink(), place.mkdir()
    elif how == "another's":
        monkeypatch.setattr(Path, "read_text", refused)
    else:
        place.write_text("" if how == "empty" else "[1]")
    try:
        assert hand_out(offered(1).pk, "gp1", NOW).isdigit() and not put(about="x 2") and "message-sender" in caplog.text
        with pytest.raises(sender.BadSender, match="set the sender anew"):
            SEND.work([], NOW, lambda *said: None)
        assert Message.objects.get().state == "waiting", "what waits goes on waiting for a sender"
    finally:
        if place.is_dir():
            place.rmdir()


def test_the_sender_is_written_whole_and_for_its_owner_alone(spool, monkeypatch):
    import os

    from sanyi.store.messages import sender
    kept, modes = os.replace, []
    monkeypatch.setattr(os, "replace", lambda old, new: modes.append(os.stat(old).st_mode & 0o777) or kept(old, new))
    synced, real = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/proc/self/fd/{handle}")) or real(handle))
    sender.set_sender("folder", spool, NUMBERS)
    place = sender._place()
    assert modes == [0o600] and place.stat().st_mode & 0o777 == 0o600 and [path for path in place.parent.glob("message-sender*")] == [place]
    assert any("message-sender." in path for path in synced) and str(place.parent.resolve()) in synced


def test_what_a_program_prints_in_its_own_letters_hinders_nothing(spool):
    from sanyi.store.messages.tables import Message
    program(spool, r"printf '\267\242\313\315'; printf '\267' >&2")  # GBK
    put(), put(about="x 2")
    assert send() == 2 and set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert "登录" in (spool / "got").read_text("utf-8")


def test_what_runs_out_while_others_are_sent_is_not_sent(spool, monkeypatch):
    from itertools import count

    from sanyi.store.messages import sending
    from sanyi.store.messages.tables import Message
    put(until=NOW + 5 * HOUR), put(about="x 2", until=NOW + timedelta(seconds=5))
    ticks = count(0, 3)
    monkeypatch.setattr(sending, "monotonic", lambda: next(ticks))  # each look at the clock is three seconds later
    assert send() == 1 and (Message.objects.get(about="x 2").state, Message.objects.get(about="x 2").reason) == ("dropped", "late")


def test_without_a_sender_what_is_past_its_time_is_dropped_and_its_code_is_gone(spool):
    from sanyi.store.contracts.codes import hand_out
    from sanyi.store.messages.sender import unset_sender
    from sanyi.store.messages.sending import do_all
    hand_out(offered(1).pk, "gp1", NOW)
    unset_sender()
    do_all(NOW + HOUR)
    assert (one().state, one().secret_cipher == "") == ("waiting", False)
    do_all(NOW + 24 * HOUR)
    assert (one().state, one().reason, one().secret_cipher) == ("dropped", "late", "")


def test_whoever_cannot_be_reminded_keeps_nobodys_place(undone, tmp_path, monkeypatch):
    from appointment_work import NOW as THEN, RULES, a_roster, people
    from sanyi.store.appointments.booking import book
    from sanyi.store.messages import sending
    from sanyi.store.messages.sender import set_sender, unset_sender
    from sanyi.store.messages.tables import Message, MessageWish
    from sanyi.store.persons.tables import Person
    they = people()
    patients = they["patients"][:4]
    Person.objects.filter(pk__in=patients[1:]).update(**phone("13800000009"))
    for wants in (True, False):
        MessageWish.objects.create(person_id=patients[1], wants=wants, created_by="x", created_at=THEN)
    MessageWish.objects.create(person_id=patients[2], wants=True, created_by="x", created_at=THEN)
    set_sender("folder", tmp_path, NUMBERS)
    monkeypatch.setattr(sending, "MOST", 1)
    try:
        _, slots = a_roster(they["desk"], capacity=4, slots=1)
        rows = [book(slots[0].pk, patient, they["desk"], THEN, RULES) for patient in patients]
        soon = rows[0].starts_at - HOUR
        assert [sending.remind(soon) for _ in range(3)] == [1, 1, 0]
        assert set(Message.objects.values_list("person_id", flat=True)) == set(patients[2:])
    finally:
        unset_sender()
