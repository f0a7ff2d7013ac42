"""Accounts and what they may do: three administrators, passwords, sessions that end, a second factor whose codes work once. Source: R31–R34."""
from datetime import datetime, timedelta, timezone
import re

import pytest
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.errors import BadField, FactorNeeded, GuardRefused, NotAllowed
from sanyi.workflows.facts import ADMINISTRATORS

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
GOOD = "correct horse battery"
THREE = {"system_admin": "sys", "security_admin": "sec", "audit_admin": "aud"}


@pytest.fixture
def three(undone, monkeypatch):
    """The three administrators and a few others; passwords are hashed fast."""
    from django.conf import settings

    from sanyi.store.models import Account
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])
    from django.contrib.auth.hashers import get_hashers, get_hashers_by_algorithm
    get_hashers.cache_clear(), get_hashers_by_algorithm.cache_clear()
    for role, name in THREE.items():
        Account.objects.create(name=name, role=role)
    for name, role in (("office-1", "office"), ("bureau-1", "bureau"), ("looker", "reader")):
        account = Account(name=name, role=role)
        account.set_password(GOOD)
        account.save()
    yield
    get_hashers.cache_clear(), get_hashers_by_algorithm.cache_clear()


@pytest.fixture
def pages(three, tmp_path, monkeypatch):
    for name, value in {"SANYI_RESULTS": str(invent(tmp_path)), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    return signed_in


def account(name):
    from sanyi.store.models import Account
    return Account.objects.get(name=name)


def current_code(name, at=NOW):
    from sanyi.store.factor import SECONDS, code_at, secret_of
    return code_at(secret_of(account(name), account(name).factor_nonce), int(at.timestamp()) // SECONDS)


def with_factor(name, at=NOW):
    """Set a factor up as people do; gives the recovery codes."""
    from sanyi.store.factor import SECONDS, code_at, enrol, secret_of
    return enrol(name, "nonce", code_at(secret_of(account(name), "nonce"), int((at - timedelta(hours=1)).timestamp()) // SECONDS), "", at - timedelta(hours=1))


def test_no_two_administrators_are_one_person_by_any_path(three, site_folder):
    from sanyi.store.accounts import make_account
    from sanyi.store.errors import BadAccount
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Staff
    from sanyi.store.people import new_account, set_rights
    refused = 0
    for one in ADMINISTRATORS:
        for other in ADMINISTRATORS:
            if one == other:
                continue
            for person in (THREE[one], f" {THREE[one].upper()} ", "ｓｙｓ" if THREE[one] == "sys" else THREE[one]):  # by another account of that person's
                name = f"{THREE[one]}-{other}-{refused}"
                new_account(name, person, "sys")
                with pytest.raises((GuardRefused, NotAllowed)):
                    set_rights(name, other, "", "", "sec")
                with pytest.raises(BadAccount):
                    make_account(site_folder, name, GOOD, other)
                refused += 1
            if one != "security_admin":  # the security administrator gives one of the others a second hat: it is the same account, so it changes hats
                set_rights(THREE[one], "reader", "", "", "sec")
                set_rights(THREE[one], one, "", "", "sec")
    staff = Staff.objects.create(code="S1", profession="management", from_on=NOW.date())
    for name in ("two-hats-1", "two-hats-2"):
        Account.objects.create(name=name, person=name, staff=staff)
    set_rights("two-hats-1", "system_admin", "", "S1", "sec")
    with pytest.raises(GuardRefused):
        set_rights("two-hats-2", "audit_admin", "", "S1", "sec")
    assert refused == 18
    held = [(row.person_key, row.role) for row in Account.objects.filter(role__in=ADMINISTRATORS)]
    assert len({person for person, _ in held}) == len(held)


def test_each_administrator_does_the_own_part_and_nothing_of_the_others(three):
    from sanyi.store.people import accounts, new_account, new_password, reset_factor, set_active, set_rights
    makes = [lambda by: new_account(f"made-by-{by}", "", by), lambda by: new_password("looker", by), lambda by: set_active("looker", False, by)]
    gives = [lambda by: set_rights("looker", "office", "", "", by), lambda by: reset_factor("looker", by)]
    for by in ("sys", "sec", "aud", "office-1", "bureau-1", "looker"):
        for does, who in ((makes, "sys"), (gives, "sec")):
            for each in does:
                if by == who:
                    each(by)
                else:
                    with pytest.raises(NotAllowed):
                        each(by)
    for own in ("sys", "sec"):
        for each in (lambda: new_password(own, "sys"), lambda: set_active(own, False, "sys")) if own == "sys" else (
                lambda: set_rights(own, "reader", "", "", "sec"), lambda: reset_factor(own, "sec")):
            with pytest.raises(NotAllowed):
                each()
    assert accounts("aud") and account("looker").role == "office" and not account("looker").is_active and account("made-by-sys").role == "reader"


def test_a_role_of_staff_comes_from_no_account(three, site_folder):
    from sanyi.store.accounts import make_account
    from sanyi.store.errors import BadAccount
    from sanyi.store.people import set_rights
    for role in ("doctor", "director", "supervisor", "king", ""):
        with pytest.raises(BadField):
            set_rights("looker", role, "H1", "", "sec")
    with pytest.raises(BadAccount):
        make_account(site_folder, "looker", GOOD, "doctor")
    for role in ("lead", "hospital"):
        with pytest.raises(BadField):
            set_rights("looker", role, " ", "", "sec")


def test_nobody_posts_themselves(three):
    from sanyi.store.organisation.keeping import add, end
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    staff = Staff.objects.create(code="S1", profession="management", from_on=NOW.date())
    place = Institution.objects.create(code="H1", name="院", kind="general", ownership="public", from_on=NOW.date())
    row = Posting.objects.create(staff=staff, institution=place, role="nurse", from_on=NOW.date())
    security = account("sec")
    security.staff = staff
    security.save()
    for each in (lambda: add("posting", {"staff": "S1", "institution": "H1", "role": "director", "from_on": "2026-11-30"}, "sec", NOW),
                 lambda: end("posting", row.pk, 1, {"to_on": "2026-12-01"}, "sec", NOW)):
        with pytest.raises(NotAllowed, match="postings"):
            each()


@pytest.mark.parametrize(("word", "why"), [("short", "12"), ("password1234", "common"), ("my-looker-password", "name"), (GOOD, "last")])
def test_a_password_that_breaks_a_rule_is_refused(three, word, why):
    from sanyi.store.passwords import change_password
    with pytest.raises(BadField) as refused:
        change_password("looker", GOOD, word, NOW)
    assert refused.value.field == "new" and why in refused.value.en


def test_a_password_does_not_come_again_until_five_later(three):
    from sanyi.store.passwords import change_password
    last = GOOD
    for number in range(5):
        change_password("looker", last, new := f"another long word {number}", NOW)
        last = new
        if number < 4:
            with pytest.raises(BadField):
                change_password("looker", last, GOOD, NOW)
    change_password("looker", last, GOOD, NOW)
    with pytest.raises(BadField, match="old password"):
        change_password("looker", "wrong wrong wrong", "yet another long word", NOW)


def test_sessions_end_when_rights_password_factor_posting_or_account_change(pages):
    from sanyi.store.organisation.keeping import add
    from sanyi.store.organisation.tables import Institution, Staff
    from sanyi.store.passwords import change_password
    from sanyi.store.people import new_password, reset_factor, set_active, set_rights
    staff = Staff.objects.create(code="S1", profession="doctor", from_on=NOW.date() - timedelta(1))
    Institution.objects.create(code="H1", name="院", kind="general", ownership="public", from_on=NOW.date())
    held = account("looker")
    held.staff = staff
    held.save()
    changes = {"rights": lambda: set_rights("looker", "office", "", "S1", "sec"), "password": lambda: change_password("looker", GOOD, "a wholly new word", NOW),
               "fresh password": lambda: new_password("looker", "sys"), "factor": lambda: reset_factor("looker", "sec"),
               "posting": lambda: add("posting", {"staff": "S1", "institution": "H1", "role": "doctor", "from_on": "2026-11-01"}, "sec", NOW),
               "closed": lambda: set_active("looker", False, "sys")}
    for what, change in changes.items():
        browser, other = pages("looker"), pages("office-1")
        assert "/sign-in/" not in browser.get("/password/").headers.get("Location", ""), what
        change()
        assert browser.get("/password/").headers["Location"].startswith("/sign-in/"), what
        assert other.get("/password/").status_code == 200, "nobody else's"


def test_one_changes_ones_own_password_and_stays_and_the_other_sessions_end(pages):
    here, elsewhere = pages("office-1"), pages("office-1")
    assert here.post("/password/", {"do": "change", "old": GOOD, "new": "short"}).status_code == 422
    assert here.post("/password/", {"do": "change", "old": GOOD, "new": "a wholly new word"}).status_code == 302
    assert here.get("/password/").status_code == 200 and elsewhere.get("/password/").status_code == 302


def test_a_password_that_somebody_else_gave_is_changed_before_anything_else(pages):
    from django.test import Client

    from sanyi.store.people import new_password
    given = new_password("office-1", "sys")
    browser = Client()
    assert browser.post("/sign-in/", {"name": "office-1", "password": given}).status_code == 302
    for address in ("/", "/ledger/", "/organisation/", "/tables/encounters/workbook.xlsx"):
        assert browser.get(address).headers.get("Location") == "/password/", address
    assert browser.post("/password/", {"do": "change", "old": given, "new": "a wholly new word"}).status_code == 302
    assert browser.get("/ledger/").status_code == 200


def test_the_codes_are_those_of_the_standard():
    from sanyi.store.factor import code_at
    secret = b"12345678901234567890"  # RFC 6238, appendix B, the last six of its eight digits
    assert [code_at(secret, moment // 30) for moment in (59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000)] == [
        "287082", "081804", "050471", "005924", "279037", "353130"]


def test_a_code_works_once_and_near_its_time_only(three):
    from sanyi.store.factor import verify
    codes = with_factor("bureau-1")
    verify("bureau-1", current_code("bureau-1"), NOW)
    for late in (0, 10, 29):
        with pytest.raises(BadField):
            verify("bureau-1", current_code("bureau-1"), NOW + timedelta(seconds=late))
    with pytest.raises(BadField):
        verify("bureau-1", current_code("bureau-1", NOW - timedelta(seconds=30)), NOW)  # older than the last one used
    verify("bureau-1", current_code("bureau-1", NOW + timedelta(seconds=60)), NOW + timedelta(seconds=31))  # a clock half a minute fast
    with pytest.raises(BadField):
        verify("bureau-1", current_code("bureau-1", NOW + timedelta(minutes=5)), NOW + timedelta(minutes=3))
    assert len(set(codes)) == 8
    verify("bureau-1", codes[0], NOW)
    with pytest.raises(BadField):
        verify("bureau-1", codes[0], NOW)


def test_five_wrong_codes_lock_the_account_even_for_the_right_one_and_end_its_sessions(three):
    from sanyi.store.factor import verify
    with_factor("bureau-1")
    before = account("bureau-1").rights
    for _ in range(5):
        with pytest.raises(BadField):
            verify("bureau-1", "000000x", NOW)
    with pytest.raises(NotAllowed, match="locked"):
        verify("bureau-1", current_code("bureau-1"), NOW)
    assert account("bureau-1").rights == before + 1
    verify("bureau-1", current_code("bureau-1", NOW + timedelta(minutes=16)), NOW + timedelta(minutes=16))


def test_whoever_made_the_password_sets_no_factor_up(three):
    from sanyi.store.factor import SECONDS, code_at, enrol, secret_of
    from sanyi.store.people import new_account, set_rights
    new_account("new-bureau", "", "sys")
    invitation = set_rights("new-bureau", "bureau", "", "", "sec")
    code = code_at(secret_of(account("new-bureau"), "n"), int(NOW.timestamp()) // SECONDS)
    for wrong in ("", "guess", invitation[:-1]):
        with pytest.raises(BadField, match="invitation"):
            enrol("new-bureau", "n", code, wrong, NOW)
    assert len(enrol("new-bureau", "n", code, invitation, NOW)) == 8
    with pytest.raises(NotAllowed):
        enrol("new-bureau", "n", code, invitation, NOW)


def test_an_administrator_sees_nothing_before_the_second_factor(pages):
    for role, name in THREE.items():
        browser = pages(name, has_factor=False)
        for address in ("/accounts/", "/rights/", "/organisation/institution/"):
            answer = browser.get(address)
            assert answer.status_code == 403 or answer.headers["Location"] == f"/factor/?next={address}", (role, address)
    assert pages("sys").get("/accounts/").status_code == 200 and pages("sec").get("/rights/").status_code == 200


def test_a_session_shows_its_factor_on_the_page_and_goes_on_where_it_was(pages, monkeypatch):
    from sanyi.web import clock
    monkeypatch.setattr(clock, "now", lambda: NOW)
    browser = pages("sys", has_factor=False)
    page = browser.get("/factor/?next=/accounts/").content.decode()
    secret = re.search(r'id="secret">([A-Z2-7]{32})<', page).group(1)
    from sanyi.web.squares import square_of
    assert str(square_of(f"otpauth://totp/Sanyi%3Asys?secret={secret}&issuer=Sanyi&digits=6&period=30")) in page
    import base64

    from sanyi.store.factor import SECONDS, code_at
    code = code_at(base64.b32decode(secret), int(NOW.timestamp()) // SECONDS)
    assert browser.post("/factor/", {"do": "enrol", "code": "123", "next": "/accounts/"}).status_code == 422
    secret = re.search(r'id="secret">([A-Z2-7]{32})<', browser.get("/factor/").content.decode()).group(1)
    code = code_at(base64.b32decode(secret), int(NOW.timestamp()) // SECONDS)
    answer = browser.post("/factor/", {"do": "enrol", "code": code, "next": "/accounts/"}).content.decode()
    assert len(re.findall(r"<li><code>[0-9a-f]{10}</code>", answer)) == 8 and browser.get("/accounts/").status_code == 200
    fresh = pages("sys", has_factor=False)
    assert fresh.get("/accounts/").status_code == 302
    assert fresh.post("/factor/", {"do": "verify", "code": code, "next": "/accounts/"}).status_code == 422, "used"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=30))
    answer = fresh.post("/factor/", {"do": "verify", "code": current_code("sys", NOW + timedelta(seconds=30)), "next": "//evil.example/"})
    assert answer.headers["Location"] == "/", "to this site only"
    assert fresh.get("/accounts/").status_code == 200


def test_unmasking_and_the_like_ask_for_the_factor_of_this_session(three):
    from sanyi.store.who import Acting, actor_of, check_factor
    with pytest.raises(FactorNeeded):
        check_factor(actor_of(Acting("bureau-1")))
    assert check_factor(actor_of(Acting("bureau-1", has_factor=True))).name == "bureau-1"


def test_accounts_are_made_on_one_page_and_given_rights_on_another(pages):
    from django.test import Client
    system, security = pages("sys"), pages("sec")
    answer = system.post("/accounts/", {"do": "new", "name": "新账户"})
    password = re.search(r'class="password">([^<]+)<', answer.content.decode()).group(1)
    assert answer.status_code == 200 and password not in system.get("/accounts/").content.decode(), "shown once"
    for data in ({"name": "新账户"}, {"name": " "}, {"name": "system"}):
        assert system.post("/accounts/", {"do": "new", **data}).status_code == 422, data
    browser = Client()
    assert browser.post("/sign-in/", {"name": "新账户", "password": password}).status_code == 302
    answer = security.post("/rights/", {"do": "rights", "name": "新账户", "role": "bureau"})
    invitation = re.search(r'class="password">([^<]+)<', answer.content.decode()).group(1)
    assert invitation and browser.get("/password/").status_code == 302, "rights changed, so the session ended"
    assert system.post("/accounts/", {"do": "close", "name": "新账户"}).status_code == 302
    assert browser.post("/sign-in/", {"name": "新账户", "password": password}).status_code == 403
    assert system.post("/accounts/", {"do": "close", "name": "sys"}).status_code == 403, "not one's own"
    assert system.post("/rights/", {"do": "rights", "name": "新账户", "role": "office"}).status_code == 403
    assert security.post("/accounts/", {"do": "new", "name": "x"}).status_code == 403
    assert system.get("/accounts/?q=新账户&export=xlsx").status_code == 200
