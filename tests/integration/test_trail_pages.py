"""The trail around the pages: reads, refusals and sign-ins leave their event before the answer leaves; what cannot be recorded is not shown."""
import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from web_results import invent

PASSWORD = "a long enough password"
PERSONAL = re.compile(r"<str:(encounter_id|resident_id)>|<int:review_id>|workbook|^cases/|refused/")
OWN_EVENT = {"access_history"}  # looking into the trail is recorded by the door that looks


@pytest.fixture(scope="module")
def site(tmp_path_factory, site_folder):
    """An invented run, an office account and a reader."""
    told = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("trail"))), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from django.db import transaction
    from sanyi.store.accounts import make_account
    from sanyi.web import opened
    [each.cache_clear() for each in vars(opened).values() if hasattr(each, "cache_clear")]
    with transaction.atomic():
        make_account(site_folder, "trail-office", PASSWORD, "office")
        make_account(site_folder, "trail-reader", PASSWORD, "reader")
        yield site_folder
        transaction.set_rollback(True)
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    [each.cache_clear() for each in vars(opened).values() if hasattr(each, "cache_clear")]


@pytest.fixture
def pages(site):
    """A browser of an account, and the events since the test began."""
    from django.db import transaction
    from django.test import Client
    from sanyi.store.models import Account
    from sanyi.store.trail.tables import AuditEvent
    with transaction.atomic():
        last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0

        def browser(name):
            client = Client(raise_request_exception=False)
            client.force_login(Account.objects.get(name=name))
            return client

        yield browser, lambda **wanted: list(AuditEvent.objects.filter(id__gt=last, **wanted).order_by("id"))
        transaction.set_rollback(True)


def test_a_case_that_is_read_leaves_whose_data_and_whose_record_it_was(pages):
    from sanyi.web.opened import results
    browser, events = pages
    case = results().page("encounters", limit=1)[0]
    assert browser("trail-office").get(f"/cases/{quote(case['encounter_id'])}/").status_code == 200
    event, = events(action="read")
    assert (event.account, event.role, event.subject, event.subject_id, event.resident, event.institutions, event.outcome) == (
        "trail-office", "office", "case", case["encounter_id"], case["resident_id"], case["institution_id"], "done")
    assert re.fullmatch("[0-9a-f]{16}", event.request)


def test_a_read_that_cannot_be_recorded_is_not_shown(pages, monkeypatch):
    from sanyi.store.trail import recording
    from sanyi.web.opened import results
    browser, events = pages
    case = results().page("encounters", limit=1)[0]

    def full(*_):
        raise OSError("no space left")

    client = browser("trail-office")
    monkeypatch.setattr(recording, "insert_all", full)
    answer = client.get(f"/cases/{quote(case['encounter_id'])}/")
    assert answer.status_code == 500 and case["resident_id"].encode() not in answer.content and events() == []


def test_refused_pages_leave_their_route_and_no_clear_text(pages):
    browser, events = pages
    assert browser("trail-reader").get("/trail/").status_code == 403
    assert browser("trail-office").get("/cases/110101199001011237/").status_code == 404
    page, missing = events(action="refuse")
    assert (page.account, page.reason) == ("trail-reader", "http_403"), "the door gives its own reason where no test holds a transaction open"
    assert (missing.subject_id, missing.reason) == ("case", "http_404") and "110101199001011237" not in str(missing.given)


def test_signing_in_and_out_leaves_events_and_unknown_names_none(pages, site):
    from django.test import Client
    browser, events = pages
    client = Client()
    client.post("/sign-in/", {"name": "nobody-of-that-name", "password": "x"})
    assert events() == []
    client.post("/sign-in/", {"name": "trail-reader", "password": "wrong"})
    client.post("/sign-in/", {"name": "trail-reader", "password": PASSWORD})
    client.post("/sign-out/")
    assert [(event.account, event.action, event.outcome, event.reason) for event in events()] == [
        ("trail-reader", "sign_in", "refused", "wrong_password"), ("trail-reader", "sign_in", "done", ""), ("trail-reader", "sign_out", "done", "")]
    assert PASSWORD not in str([vars(event) for event in events()])


def test_every_page_of_a_persons_data_declares_its_reads(site):
    from sanyi.web.urls import urlpatterns
    personal = [pattern for pattern in urlpatterns if PERSONAL.search(str(pattern.pattern)) and pattern.name not in OWN_EVENT]
    assert len(personal) >= 6
    assert [pattern.name for pattern in personal if not hasattr(pattern.callback, "reads_persons")] == []


def test_the_list_is_searched_sorted_paged_and_exported_in_the_database(pages):
    from sanyi.store.trail.recording import record
    from sanyi.workflows.facts import Actor
    browser, events = pages
    for number in range(70):
        record("read", Actor(f"doctor-{number % 3}", "reader", "H1"), subject="person", subject_id=number, residents=[f"R{number % 5}"], purpose="treatment")
    record("read", Actor("doctor-0", "reader", "H1"), subject="person_list", residents=["R1", "R2", "R9"])
    client = browser("trail-office")

    def count(query):
        page = client.get("/trail/" + query).content.decode()
        return int(re.search(r'data-count="(\d+)"', page)[1]), page

    assert count("?subject.has=person&account.has=doctor-1")[0] == 23
    assert count("?q=doctor-2")[0] == 23 and count("?q=R9")[0] == 0
    found, page = count("?subject.has=person&sort=id&size=20&page=2")
    assert found == 71 and page.count("/trail/residents/R") == 20 and "treatment" in page
    assert count("?subject.has=person&on.from=2001-01-01&on.to=2001-01-02")[0] == 0
    assert client.get("/trail/?on.from=soon").status_code == 400
    history = client.get("/trail/residents/R1/").content.decode()
    assert int(re.search(r'data-count="(\d+)"', history)[1]) == 15, "fourteen reads and one list"
    workbook = client.get("/trail/?subject.has=person&export=xlsx")
    assert workbook.status_code == 200 and len(b"".join(workbook.streaming_content)) > 4000
    assert events(subject="access_history")[0].resident == "R1"


def test_one_event_shows_its_fields_and_the_rest_of_its_request(pages):
    browser, events = pages
    client = browser("trail-office")
    client.get("/trail/")
    event = events(subject="audit_trail")[0]
    page = client.get(f"/trail/{event.pk}/").content.decode()
    assert event.request in page and "尚未封存" in page
    assert client.get("/trail/999999999/").status_code == 404


def test_the_chain_says_when_its_anchor_is_overdue_or_at_odds(pages, tmp_path, monkeypatch):
    from datetime import timedelta

    from django.utils import timezone
    from sanyi.store.trail.anchoring import anchor
    from sanyi.store.trail.anchors import Anchor, add_anchor
    browser, _ = pages
    monkeypatch.setenv("SANYI_ANCHORS", str(tmp_path))
    client = browser("trail-office")
    client.get("/trail/")
    assert "逾期未锚定" not in client.get("/trail/").content.decode(), "what was just recorded is not late"
    monkeypatch.setattr("sanyi.store.trail.looking.OVERDUE", timedelta(hours=-1))
    assert "逾期未锚定" in client.get("/trail/").content.decode()
    monkeypatch.setattr("sanyi.store.trail.looking.OVERDUE", timedelta(hours=2))
    made = anchor(tmp_path, timezone.now())
    page = client.get("/trail/").content.decode()
    assert "相符" in page and "逾期未锚定" not in page and made.hash[:4] in page
    add_anchor(tmp_path, Anchor(made.block, made.events, "0" * 64, (timezone.now() - timedelta(hours=3)).isoformat()))
    assert "与链不符" in client.get("/trail/").content.decode()


def test_background_work_is_listed_and_started_again_by_the_office_alone(pages):
    from django.utils import timezone
    from sanyi.store.jobs.asking import ask_job
    from sanyi.store.jobs.tables import BackgroundJob
    from sanyi.workflows.facts import Actor
    browser, events = pages
    row = ask_job("trail_anchor", [], Actor("trail-office", "office"), timezone.now())
    BackgroundJob.objects.filter(pk=row.pk).update(state="failed", reason="处理进程已中断", next_at=None)
    page = browser("trail-office").get("/jobs/").content.decode()
    assert "处理进程已中断" in page and "封存并锚定" in page
    assert browser("trail-reader").post("/jobs/", {"do": "again", "id": row.pk}).status_code == 403
    assert browser("trail-office").post("/jobs/", {"do": "again", "id": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.next_at is not None and [event.step for event in events(subject="background_job", outcome="done")] == ["ask", "start_again"]


def test_every_subject_that_the_code_records_has_its_words(site):
    from sanyi.web.trail_words import subjects
    code = "\n".join(file.read_text("utf-8") for file in (Path(__file__).parents[2] / "sanyi").rglob("*.py"))
    recorded = {name for pattern in (r'subject="([a-z_]+)"', r'@(?:says_)?reads\("([a-z_]+)"', r'reads_person\("([a-z_]+)"') for name in re.findall(pattern, code)}
    assert len(recorded) > 60 and recorded - set(subjects()) == set()
    assert all(zh and en and not zh.isascii() and en.isascii() for zh, en in subjects().values())


def test_a_step_is_called_as_its_workflow_or_its_job_calls_it(site):
    from sanyi.web.trail_words import step_words
    assert step_words("referral", "escalate")[0] != "escalate" and step_words("appointment", "miss") != step_words("referral", "miss")
    assert step_words("account", "rights") == ("变更权限", "change rights") and step_words("account", "unheard_of") == ("unheard_of", "unheard_of")
    assert not step_words("background_job", "trail_seal")[0].isascii()
