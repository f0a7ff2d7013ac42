"""Health records through their doors and pages: a live basis or nothing, masked, trailed, withdrawn at once. Source: R41, R42, R48, R49."""
from datetime import date, timedelta
import os

import pytest
from referral_work import NOW, arrived, region, submitted
from signed_in import signed_in
from web_results import invent

from sanyi.workflows.access_matrix import MATRIX, PURPOSES
from sanyi.workflows.errors import BadField, FactorNeeded, GuardRefused, NotAllowed, UnknownWork
from sanyi.workflows.facts import ROLES, Actor

REASON = "车祸昏迷，无法取得同意"
CANARIES = ("甲乙丙丁戊", "CANARY-ID-4601", "CANARY-SUMMARY", "I77.7")


@pytest.fixture(scope="module")
def site(tmp_path_factory, site_folder):
    """An invented run for the pages."""
    told = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("health"))), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from sanyi.web import opened
    [each.cache_clear() for each in vars(opened).values() if hasattr(each, "cache_clear")]
    yield site_folder
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    [each.cache_clear() for each in vars(opened).values() if hasattr(each, "cache_clear")]


@pytest.fixture
def world(site, undone):
    return region()


@pytest.fixture
def rules(site):
    from sanyi.web.timeline import rules
    return rules()


def actor(world, name):
    from sanyi.store.who import actor_of
    return actor_of(world["by"][name])


def reads(world, name, purpose, now=NOW, person=0):
    from sanyi.store.health.basis import check_basis
    return check_basis(world["persons"][person], purpose, actor(world, name), now)[1]


def test_nothing_without_a_basis_and_the_refusal_names_whose_record_it_was(world):
    for name, purpose in (("h1-doc", "treatment"), ("h1-doc", "emergency"), ("t1-gp", "family_doctor"), ("h1-desk", "referral"), ("bureau-1", "insurance_claim")):
        with pytest.raises(NotAllowed):
            reads(world, name, purpose)
    with pytest.raises(BadField):
        reads(world, "h1-doc", "curiosity")
    with pytest.raises(NotAllowed) as there:
        reads(world, "h1-doc", "treatment")
    with pytest.raises(NotAllowed) as nowhere:
        from sanyi.store.health.basis import check_basis
        check_basis(987654, "treatment", actor(world, "h1-doc"), NOW)
    assert str(there.value) == str(nowhere.value)  # not even whether there is such a person


def test_a_visit_makes_attending_staff_until_it_ends_and_only_a_desk_registers_it(world, rules):
    from sanyi.store.health.visiting import close_visit, open_visit
    person, by = world["persons"][0], world["by"]
    with pytest.raises(NotAllowed):
        open_visit(person, "document", rules, by["h1-doc"], NOW)
    open_visit(person, "document", rules, by["h1-desk"], NOW)
    with pytest.raises(GuardRefused):
        open_visit(person, "document", rules, by["h1-nurse"], NOW)
    assert (reads(world, "h1-doc", "treatment").kind, reads(world, "h1-doc", "treatment").level, reads(world, "h1-nurse", "treatment").level) == ("attending", 5, 4)
    with pytest.raises(NotAllowed):
        reads(world, "h2-doc", "treatment")
    with pytest.raises(NotAllowed):
        reads(world, "h1-doc", "treatment", NOW + rules.visit)
    close_visit(person, by["h1-desk"], NOW + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        reads(world, "h1-doc", "treatment", NOW + timedelta(hours=1))


def test_a_referral_lets_both_sides_read_while_it_lives(world):
    from referral_work import begun, consented
    draft, agreed = begun(world, reason="K35"), consented(world, reason="C50")
    assert (draft.state, agreed.state) == ("draft", "consented")
    for name in ("t1-gp", "h1-desk"):  # anybody may write one about anybody
        with pytest.raises(NotAllowed):
            reads(world, name, "referral")
    row = submitted(world)
    assert {name: reads(world, name, "referral").kind for name in ("t1-gp", "h1-desk")} == {"t1-gp": "relation", "h1-desk": "relation"}
    with pytest.raises(NotAllowed):
        reads(world, "h2-doc", "referral")
    from referral_work import step
    step(world, row, "withdraw", "t1-gp", reason="x")
    for name in ("t1-gp", "h1-desk"):
        with pytest.raises(NotAllowed):
            reads(world, name, "referral")
    arrived(world, person=1)
    assert (reads(world, "h1-doc", "treatment", person=1).kind, reads(world, "t1-gp", "treatment", person=1).kind) == ("attending", "relation")


def test_an_order_or_a_prescription_of_ones_own_opens_nothing(world):
    from sanyi.store.exams.tables import Exam
    from sanyi.store.prescriptions.tables import Formulary, Prescription
    person = world["persons"][0]
    exam = Exam.objects.create(state="requested", person_id=person, institution="H1", centre="H1", item="k", kind="laboratory", urgency="routine", price_fen=1, created_by="x", created_at=NOW)
    script = Prescription.objects.create(state="checked", person_id=person, institution="H1", kind="usual", diagnosis="x", prescribed_on=date(2026, 11, 30), valid_to=date(2026, 12, 3),
                                         formulary=Formulary.objects.create(plan="x", digest="x", book={}, by="x", at=NOW), created_by="x", created_at=NOW)
    with pytest.raises(NotAllowed):
        reads(world, "h1-doc", "treatment")
    for row, state in ((exam, "received"), (script, "approved")):
        before, _ = row.state, type(row).objects.filter(pk=row.pk).update(state=state)
        assert reads(world, "h1-doc", "treatment").kind == "relation"
        type(row).objects.filter(pk=row.pk).update(state=before)


def test_a_consent_is_the_residents_own_and_its_withdrawal_acts_at_once(world):
    from sanyi.store.health.consenting import give_consent, withdraw_consent
    by = world["by"]
    with pytest.raises(NotAllowed):
        give_consent("treatment", "H2", None, by["h2-doc"], NOW)
    row = give_consent("treatment", "H2", date(2026, 12, 31), by["r-0"], NOW)
    assert (reads(world, "h2-doc", "treatment").kind, reads(world, "h2-doc", "treatment").level) == ("consent", 4)
    for name, purpose, person in (("h1-doc", "treatment", 0), ("h2-doc", "research", 0), ("h2-doc", "treatment", 1)):
        with pytest.raises(NotAllowed):
            reads(world, name, purpose, person=person)
    with pytest.raises(NotAllowed):
        reads(world, "h2-doc", "treatment", NOW + timedelta(days=40))
    with pytest.raises(UnknownWork):
        withdraw_consent(row.pk, by["r-1"], NOW)
    with pytest.raises(GuardRefused):
        give_consent("treatment", "H2", None, by["r-0"], NOW)
    withdraw_consent(row.pk, by["r-0"], NOW)
    with pytest.raises(NotAllowed):
        reads(world, "h2-doc", "treatment")
    assert give_consent("treatment", "H2", None, by["r-0"], NOW).pk != row.pk


def test_every_cell_of_the_matrix_as_the_database_has_it(world, rules):
    """Each basis is made for one person, each role then asks for each purpose: exactly what the table says is opened."""
    from sanyi.store.health.basis import live_bases
    from sanyi.store.health.breaking_glass import break_glass
    from sanyi.store.health.consenting import give_consent
    from sanyi.store.health.visiting import open_visit
    seen, by, persons = 0, world["by"], world["persons"]
    open_visit(persons[2], "document", rules, by["h1-desk"], NOW)
    for purpose in ("treatment", "family_doctor", "insurance_claim", "research"):
        give_consent(purpose, "", None, by["r-1"], NOW)
    submitted(world)
    break_glass(persons[1], REASON, rules, by["h1-doc"], NOW)
    made = {0: {"relation": ("treatment", "referral")}, 1: {"consent": PURPOSES, "break_glass": ("emergency",)}, 2: {"attending": ("treatment",)}}
    for number, bases in made.items():
        for role in ROLES:
            who = Actor("h1-doc", role, "H1", ("h1-doc",), str(persons[number]) if role == "resident" else "")
            for purpose in PURPOSES:
                found = {each.kind: each.level for each in live_bases(persons[number], purpose, who, NOW)}
                allowed = {**{kind: purposes for kind, purposes in bases.items()}, "statutory": PURPOSES, "own": PURPOSES}
                assert found == {kind: level for kind, purposes in allowed.items() if purpose in purposes and (level := MATRIX.get((kind, purpose), {}).get(role, 0))}, (number, role, purpose)
                seen += 1
    assert seen == 3 * len(ROLES) * len(PURPOSES)


def test_breaking_the_glass_takes_a_reason_ends_by_itself_and_is_reviewed_by_somebody_else(world, rules):
    from sanyi.store.act import act
    from sanyi.store.health.breaking_glass import break_glass
    from sanyi.store.health.jobs import raise_alerts
    from sanyi.store.models import Account
    from sanyi.store.trail.tables import AuditEvent
    from sanyi.store.who import Acting
    person, by = world["persons"][0], world["by"]
    for reason in ("", "  急 "):
        with pytest.raises(BadField):
            break_glass(person, reason, rules, by["h1-doc"], NOW)
    for name in ("h1-desk", "bureau-1", "r-0"):
        with pytest.raises(NotAllowed):
            break_glass(person, REASON, rules, by[name], NOW)
    row = break_glass(person, REASON, rules, by["h1-doc"], NOW)
    assert AuditEvent.objects.filter(action="break_glass", resident=str(person), purpose="emergency", account="h1-doc").count() == 1
    assert (reads(world, "h1-doc", "emergency").kind, reads(world, "h1-doc", "emergency").level) == ("break_glass", 4)
    for name, now in (("h1-nurse", NOW), ("h2-doc", NOW), ("h1-doc", NOW + rules.break_glass)):
        with pytest.raises(NotAllowed):
            reads(world, name, "emergency", now)
    assert raise_alerts(NOW) == 0 and raise_alerts(NOW + rules.review + timedelta(days=1)) == 1 and raise_alerts(NOW + rules.review + timedelta(days=2)) == 0
    row.refresh_from_db()
    with pytest.raises(NotAllowed):
        act("access_review", row.pk, row.version, "justify", {"finding": "x"}, by["h1-doc"], NOW)
    Account.objects.create(name="auditor", role="audit_admin", password="!")
    act("access_review", row.pk, row.version, "find_unjustified", {"finding": "并非急诊"}, Acting("auditor", has_factor=True), NOW)
    with pytest.raises(NotAllowed):  # found unjustified: it ends at once
        reads(world, "h1-doc", "emergency")


def test_a_director_never_reviews_the_own_breaking(world, rules):
    from sanyi.store.act import act
    from sanyi.store.health.breaking_glass import break_glass
    from sanyi.store.organisation.tables import Institution, Posting, Staff
    from sanyi.store.who import Acting
    post = Posting.objects.create(staff=Staff.objects.get(code="h1-doc"), institution=Institution.objects.get(code="H1"), role="director", from_on=date(2020, 1, 1))
    row = break_glass(world["persons"][0], REASON, rules, world["by"]["h1-doc"], NOW)
    with pytest.raises(GuardRefused):
        act("access_review", row.pk, row.version, "justify", {"finding": "x"}, Acting("h1-doc", post.pk), NOW)
    with pytest.raises(UnknownWork):
        act("access_review", row.pk, row.version, "justify", {"finding": "x"}, world["by"]["h2-doc"], NOW)
    act("access_review", row.pk, row.version, "justify", {"finding": "属实"}, world["by"]["h1-head"], NOW)


def test_unmasking_takes_a_factor_and_a_basis_and_closes_by_itself(world, rules):
    from dataclasses import replace

    from sanyi.store.health.unmasking import unmask_record, unmasked_until
    from sanyi.store.health.visiting import open_visit
    person, by = world["persons"][0], world["by"]
    with_factor = replace(by["h1-doc"], has_factor=True)
    with pytest.raises(NotAllowed):
        unmask_record(person, "treatment", rules, with_factor, NOW)
    open_visit(person, "document", rules, by["h1-desk"], NOW)
    with pytest.raises(FactorNeeded):
        unmask_record(person, "treatment", rules, by["h1-doc"], NOW)
    with pytest.raises(NotAllowed):  # level 2 gives no right to it
        unmask_record(person, "treatment", rules, replace(by["h1-desk"], has_factor=True), NOW)
    unmask_record(person, "treatment", rules, with_factor, NOW)
    me = replace(actor(world, "h1-doc"), has_factor=True)
    assert unmasked_until(person, "treatment", me, NOW) == NOW + rules.unmask
    assert unmasked_until(person, "treatment", me, NOW + rules.unmask) is None and unmasked_until(person, "referral", me, NOW) is None
    assert unmasked_until(person, "treatment", replace(me, name="h1-nurse"), NOW) is None and unmasked_until(person, "treatment", replace(me, has_factor=False), NOW) is None


@pytest.mark.parametrize("table", ["unmasking", "evaluation"])
def test_what_was_seen_and_said_stays(world, rules, table):
    from django.db import DatabaseError, connection, transaction
    from sanyi.store.health.evaluating import evaluate
    from sanyi.store.health.tables import Unmasking
    evaluate("encounter", "E1", "H1", 5, "好", world["by"]["r-0"], NOW)
    with pytest.raises(GuardRefused):
        evaluate("encounter", "E1", "H1", 1, "", world["by"]["r-0"], NOW)
    Unmasking.objects.create(person_id=world["persons"][0], institution="H1", purpose="treatment", closes_at=NOW, created_by="x", created_at=NOW)
    for sql in (f"DELETE FROM store_{table}", f"UPDATE store_{table} SET institution = 'H2'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# The pages

def canaried(world):
    """A person of another institution, whose every word is a canary."""
    from sanyi.store.persons.tables import Person
    person = Person.objects.create(name=CANARIES[0], name_key=CANARIES[0], resident_id=CANARIES[1], created_by="system", created_at=NOW)
    world["persons"].append(person.pk)
    parts = {"summary": CANARIES[2], "history": "x", "results": "x", "medication": "x", "purpose": "x"}
    submitted(world, by="t1-gp", to="H2", person=3, reason=CANARIES[3], parts=parts)
    return person.pk


def test_another_institutions_pages_hold_no_canary(world):
    person, sent = canaried(world), 0
    from sanyi.store.trail.tables import AuditEvent
    for name in ("h1-doc", "h1-desk", "h1-nurse", "h1-pharmacist", "h1-head", "t2-gp", "bureau-1", "office-1", "r-0"):
        client = signed_in(name, posting=world["by"][name].posting)
        for address in (f"/health/{person}/", *(f"/health/{person}/?purpose={purpose}" for purpose in (*PURPOSES, "x")), f"/health/{person}/?kind=referral", "/health/?q=甲乙",
                        "/access-reviews/", "/my/", "/my/record/", "/my/referrals/", "/my/evaluations/", "/my/readers/"):
            answer = client.get(address)
            body = answer.content.decode()
            if name == "bureau-1" and answer.status_code == 200:  # a statutory task reads, masked
                assert CANARIES[0] not in body and CANARIES[1] not in body
                continue
            assert answer.status_code in (200, 302, 403, 404, 422), (name, address, answer.status_code)
            assert not [each for each in CANARIES if each in body], (name, address)
            sent += 1
    assert sent > 100
    refused = AuditEvent.objects.filter(action="refuse", subject="page", subject_id="health_record", account="h1-doc")
    assert refused.count() >= len(PURPOSES)


def test_a_page_reads_masked_with_its_purpose_and_both_institutions_in_the_trail(world):
    from sanyi.store.trail.tables import AuditEvent
    person = canaried(world)
    client = signed_in("h2-doc", posting=world["by"]["h2-doc"].posting)
    body = client.get(f"/health/{person}/?purpose=referral").content.decode()
    assert "甲***戊" in body and CANARIES[0] not in body and CANARIES[1] not in body and CANARIES[3] in body and "转诊在办" in body
    event = AuditEvent.objects.filter(action="read", subject="health_record", resident=str(person)).latest("id")
    assert (event.account, event.institution, event.institutions, event.purpose) == ("h2-doc", "H2", "T1", "referral")
    answer = client.post(f"/health/{person}/?purpose=referral", {"do": "unmask", "purpose": "referral"})
    assert answer.status_code == 302 and CANARIES[0] in client.get(f"/health/{person}/?purpose=referral").content.decode()
    assert AuditEvent.objects.filter(action="unmask", resident=str(person), purpose="referral", account="h2-doc").count() == 1
    without = signed_in("h2-doc", has_factor=False, posting=world["by"]["h2-doc"].posting)
    assert "/factor/" in without.post(f"/health/{person}/?purpose=referral", {"do": "unmask", "purpose": "referral"}).headers["Location"]


def test_an_emergency_on_the_page(world):
    person = canaried(world)
    client = signed_in("h1-doc", posting=world["by"]["h1-doc"].posting)
    assert client.post(f"/health/{person}/", {"do": "break_glass", "reason": "急"}).status_code == 422
    answer = client.post(f"/health/{person}/", {"do": "break_glass", "reason": REASON})
    assert answer.headers["Location"].endswith("?purpose=emergency") and CANARIES[3] in client.get(answer.headers["Location"]).content.decode()
    assert REASON in signed_in("h1-head", posting=world["by"]["h1-head"].posting).get(f"/access-reviews/{_last_review()}/").content.decode()
    assert signed_in("h2-doc", posting=world["by"]["h2-doc"].posting).get(f"/access-reviews/{_last_review()}/").status_code == 404


def _last_review():
    from sanyi.store.health.tables import BreakGlass
    return BreakGlass.objects.latest("id").pk


def test_a_residents_pages_are_the_own_and_say_who_looked(world):
    submitted(world)
    me, other = signed_in("r-0"), signed_in("r-1")
    assert "I20.0" in me.get("/my/referrals/").content.decode() and "I20.0" not in other.get("/my/referrals/").content.decode()
    doctor = signed_in("h1-doc", posting=world["by"]["h1-doc"].posting)
    doctor.get(f"/health/{world['persons'][0]}/?purpose=referral")
    seen = me.get("/my/readers/").content.decode()
    assert "机构H1" in seen and "转诊办理" in seen and "h1-doc" not in seen
    assert "机构H1" not in other.get("/my/readers/").content.decode()
    for part in ("", "doctor/", "card/", "bookings/", "results/", "bills/", "record/", "consents/", "evaluations/"):
        assert me.get(f"/my/{part}").status_code == 200, part
        assert doctor.get(f"/my/{part}").status_code == 403, part


def test_consent_and_evaluation_by_form(world):
    from sanyi.store.health.tables import Evaluation, RecordConsent
    row = submitted(world)
    me = signed_in("r-0")
    assert me.post("/my/consents/", {"do": "give", "purpose": "treatment", "institution": "H2", "until_on": ""}).status_code == 302
    doctor = signed_in("h2-doc", posting=world["by"]["h2-doc"].posting)
    address = f"/health/{world['persons'][0]}/?purpose=treatment"
    assert doctor.get(address).status_code == 200
    assert me.post("/my/consents/", {"do": "withdraw", "id": RecordConsent.objects.latest("id").pk}).status_code == 302
    assert doctor.get(address).status_code == 403
    for wrong in ({"service": "referral|999", "score": "5"}, {"service": f"referral|{row.pk}", "score": "9"}, {"service": "x", "score": ""}):
        assert me.post("/my/evaluations/", {"do": "evaluate", **wrong}).status_code in (404, 422)
    assert me.post("/my/evaluations/", {"do": "evaluate", "service": f"referral|{row.pk}", "score": "4", "text": "很快"}).status_code == 302
    assert (Evaluation.objects.get().score, Evaluation.objects.get().institution) == (4, "T1")


def test_a_resident_links_the_account_with_the_desks_code_once(world, rules):
    from sanyi.store.health.linking import TRIES, give_code, link_account
    from sanyi.store.health.tables import AccountCode
    from sanyi.store.models import Account
    from sanyi.store.persons.registering import register
    identity, by = "11010519491231002X", world["by"]
    person, _ = register({"name": "张三", "identity_kind": "resident_id", "identity": identity}, by["h1-desk"], NOW)
    with pytest.raises(NotAllowed):
        give_code(person.pk, rules, by["h1-doc"], NOW)
    code, password = give_code(person.pk, rules, by["h1-desk"], NOW), "a long enough password"
    for wrong in ((identity, "AAAAAAAAAA"), ("110105194912310011", code), ("", code)):
        with pytest.raises(GuardRefused):
            link_account(*wrong, "zhang", password, NOW)
    with pytest.raises(GuardRefused):
        link_account(identity, code, "zhang", password, NOW + rules.code)
    with pytest.raises(BadField):  # somebody else's name is not taken over
        link_account(identity, code, "h1-doc", password, NOW)
    account = link_account(identity, code.lower(), "zhang", password, NOW)
    assert (account.role, account.resident, Account.objects.get(name="h1-doc").role) == ("resident", str(person.pk), "reader")
    with pytest.raises(GuardRefused):
        link_account(identity, code, "zhang2", password, NOW)
    second = give_code(person.pk, rules, by["h1-desk"], NOW)
    for _ in range(TRIES):
        with pytest.raises(GuardRefused):
            link_account(identity, "B" * 10, "zhang", password, NOW)
    with pytest.raises(GuardRefused):  # five wrong ones, and the right one is worth nothing
        link_account(identity, second, "zhang", password, NOW)
    assert code not in str(list(AccountCode.objects.values()))
    assert signed_in("zhang").post("/my/card/", {"do": "issue"}).status_code == 302 and "card-code" in signed_in("zhang").get("/my/card/").content.decode()
