"""Reading in bulk, trying numbers, guessing passwords: alarmed, then stopped, and shown to the audit administrator. Source: R31, R50."""
from dataclasses import replace
from datetime import datetime, timedelta
import os

import pytest
from web_results import invent

from sanyi.workflows.take import REGION

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def site(tmp_path_factory, site_folder):
    """An invented run, a bureau account and the audit administrator."""
    told = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("bulk"))), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from django.db import transaction
    from sanyi.store.accounts import make_account
    from sanyi.web import opened
    [each.cache_clear() for each in vars(opened).values() if hasattr(each, "cache_clear")]
    with transaction.atomic():
        for name, role in (("bulk-bureau", "bureau"), ("bulk-audit", "audit_admin"), ("bulk-reader", "reader")):
            make_account(site_folder, name, PASSWORD, role)
        yield site_folder
        transaction.set_rollback(True)
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    [each.cache_clear() for each in vars(opened).values() if hasattr(each, "cache_clear")]


@pytest.fixture
def limits(site, monkeypatch):
    """The plan's limits, made small; a transaction around the test, and daylight."""
    from django.db import transaction
    from sanyi.web import clock, guessing, trailed
    from sanyi.web.watched import limits as of_the_plan
    noon = datetime(2026, 11, 30, 12, 0, tzinfo=REGION)
    told = {"now": noon, "limits": replace(of_the_plan(), residents_alert=6, residents_stop=9, night_alert=3, refusals_alert=5, exports_alert=2)}
    monkeypatch.setattr(trailed, "limits", lambda: told["limits"])
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    guessing._TRIES.clear()
    with transaction.atomic():
        yield told
        transaction.set_rollback(True)


def _events(**wanted):
    from sanyi.store.trail.tables import AuditEvent
    return [(row.step or row.reason, row.given.get("count")) for row in AuditEvent.objects.filter(account__startswith="bulk", **wanted).order_by("id")]


def _cases(count):
    from sanyi.web.opened import results
    found = {row["resident_id"]: row["encounter_id"] for row in results().page("encounters", limit=5000)}
    assert len(found) >= count
    return list(found.values())[:count]


def test_the_plans_own_limits_stop_before_the_two_hundredth_record(site):
    from sanyi.web.watched import limits
    found = limits()
    assert found.residents_alert < found.residents_stop < 200 and found.window <= timedelta(hours=1) and found.refusals_alert <= 20


def test_scraping_is_alarmed_then_stopped_and_nothing_of_the_next_record_leaves(limits):
    from signed_in import signed_in
    from sanyi.web.opened import results
    browser, cases = signed_in("bulk-bureau"), _cases(14)
    status = [browser.get(f"/cases/{case}/").status_code for case in cases]
    assert status == [200] * 9 + [429] * 5
    assert _events(action="alert") == [("many_residents", 6)] and len(_events(action="read", subject="case")) == 9
    assert _events(action="refuse") == [("many_residents", None)] * 5
    told = browser.get(f"/cases/{cases[10]}/").content.decode()
    resident = results().page("encounters", limit=5000)
    assert not any(row["resident_id"] in told for row in resident if row["encounter_id"] == cases[10]) and "短时间" in told
    assert browser.get(f"/cases/{cases[0]}/").status_code == 200  # whom one has in hand one may go on with


def test_whoever_reads_little_is_left_alone_and_an_old_hour_is_forgotten(limits):
    from signed_in import signed_in
    from sanyi.store.trail.tables import AuditEvent
    browser, cases = signed_in("bulk-bureau"), _cases(14)
    assert {browser.get(f"/cases/{case}/").status_code for case in cases[:5] * 4} == {200} and _events(action="alert") == []
    limits["now"] = datetime.now(REGION) + timedelta(hours=2)  # events carry the machine's own time
    limits["limits"] = replace(limits["limits"], night_alert=99)
    assert {browser.get(f"/cases/{case}/").status_code for case in cases} == {200} and AuditEvent.objects.filter(reason="many_residents").count() == 0


def test_night_numbers_tried_and_exports_raise_their_alerts(limits):
    from signed_in import signed_in
    limits["now"] = datetime(2026, 11, 30, 23, 30, tzinfo=REGION)
    limits["limits"] = replace(limits["limits"], window=timedelta(days=400))
    browser = signed_in("bulk-bureau")
    [browser.get(f"/cases/{case}/") for case in _cases(3)]
    [browser.get(f"/cases/none-{number}/") for number in range(9)]
    assert browser.get(f"/cases/{_cases(1)[0]}/").status_code == 200  # numbers that are not there tell nothing: an alert, no stop
    assert _events(action="alert") == [("at_night", 3), ("many_refusals", 5)]
    reader = signed_in("bulk-reader")
    [reader.get("/trail/") for _ in range(6)]
    assert _events(action="alert", account="bulk-reader") == [("many_refusals", 5)]
    office = signed_in("bulk-audit")
    [office.get("/trail/?export=xlsx") for _ in range(3)]
    assert [step for step, _ in _events(action="alert", account="bulk-audit")] in ([], ["many_exports"])


def test_the_audit_administrator_sees_alerts_and_handles_them_but_none_of_the_own(limits):
    from signed_in import signed_in
    from sanyi.store.trail.tables import AuditEvent
    from sanyi.store.trail.watching import raise_alert
    from sanyi.workflows.facts import Actor
    alert, own = raise_alert("many_residents", Actor("bulk-bureau", "bureau"), 7), raise_alert("many_refusals", Actor("bulk-audit", "audit_admin"), 21)
    browser = signed_in("bulk-audit")
    page = browser.get("/trail/").content.decode()
    assert 'id="alerts"' in page and "短时间打开多人资料" in page and "bulk-bureau" in page
    assert browser.post("/trail/", {"do": "handle", "id": alert.pk}).status_code == 302
    assert browser.post("/trail/", {"do": "handle", "id": own.pk}).status_code == 403
    assert browser.post("/trail/", {"do": "handle", "id": 10**9}).status_code == 404
    from sanyi.store.trail.watching import open_alerts
    assert own.pk in {row.pk for row in open_alerts()} and alert.pk not in {row.pk for row in open_alerts()}
    assert AuditEvent.objects.get(subject="alert", step="handle", outcome="done").subject_id == str(alert.pk)


def test_an_address_that_guesses_waits_and_other_addresses_do_not(limits, monkeypatch):
    from django.test import Client
    from sanyi.store.trail.tables import AuditEvent
    from sanyi.web import guessing
    monkeypatch.setattr(guessing, "guesses", lambda: (4, timedelta(minutes=15)))
    bad, good = Client(REMOTE_ADDR="10.9.8.7"), Client(REMOTE_ADDR="10.9.8.6")
    assert [bad.post("/sign-in/", {"name": f"nobody-{number}", "password": "x"}).status_code for number in range(6)] == [403] * 4 + [429] * 2
    answer = bad.post("/sign-in/", {"name": "bulk-reader", "password": PASSWORD})
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 800, "the right password opens no door from there now"
    assert bad.post("/my/account/", {"do": "link"}).status_code == 429 and bad.get("/sign-in/").status_code == 200
    assert good.post("/sign-in/", {"name": "bulk-reader", "password": PASSWORD}).status_code == 302
    alerts = AuditEvent.objects.filter(action="alert", step="address_locked")
    assert [row.given for row in alerts] == [{"count": 4, "address": "10.9.8.7"}]
    limits["now"] += timedelta(minutes=16)
    assert bad.post("/sign-in/", {"name": "bulk-reader", "password": PASSWORD}).status_code == 302


def test_five_wrong_passwords_lock_the_account_and_raise_an_alert(limits):
    from django.test import Client
    [Client().post("/sign-in/", {"name": "bulk-reader", "password": "x"}) for _ in range(5)]
    assert _events(action="alert") == [("account_locked", 5)]


@pytest.mark.parametrize("caller, said, own, address", [
    ("1.2.3.4", "9.9.9.9", "", "1.2.3.4"), ("10.0.0.1", "9.9.9.9, 5.6.7.8", "10.0.0.1", "5.6.7.8"), ("10.0.0.1", "", "10.0.0.1", "?"),
    ("2001:db8:1:2:3::4", "", "", "2001:db8:1:2::/64"), ("10.0.0.1", "nonsense", "10.0.0.1", "?")])
def test_whose_address_counts_is_said_by_our_own_proxies_alone(site, monkeypatch, caller, said, own, address):
    from django.test import RequestFactory
    from sanyi.web.guessing import PROXIES, address_of
    monkeypatch.setenv(PROXIES, own)
    assert address_of(RequestFactory().post("/", REMOTE_ADDR=caller, **({"HTTP_X_FORWARDED_FOR": said} if said else {}))) == address


def test_remembered_addresses_do_not_grow_without_end(site, monkeypatch):
    from sanyi.web import guessing
    monkeypatch.setattr(guessing, "MOST", 50)
    guessing._TRIES.clear()
    for number in range(500):
        guessing._counted(f"10.0.{number // 250}.{number % 250}", datetime.now(REGION), timedelta(minutes=1))
    assert len(guessing._TRIES) == 50
