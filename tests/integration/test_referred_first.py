"""Patients who were sent up come first: in the centre's work, in a slot, for a bed. The list of first contact holds up what primary care treats; inside the own 1+1+1 no referral is needed."""
from dataclasses import replace
from datetime import date, timedelta

import pytest
from appointment_work import NOW, RULES, TODAY, a_referral, a_roster, people
from exam_work import acting, made, order

from sanyi.workflows.errors import GuardRefused

pytestmark = pytest.mark.usefixtures("undone")


def sent_up(person: int, receiver: str, priority=("treatment", "examination", "admission"), state: str = "arrived") -> int:
    """A path up to an institution, begun under rules that name who comes first."""
    from sanyi.store.referrals.tables import Referral, ReferralRuleSet
    id = a_referral(person, receiver=receiver)
    rules, _ = ReferralRuleSet.objects.get_or_create(digest="-".join(priority), defaults={"rules": {"priority": list(priority)}})
    Referral.objects.filter(pk=id).update(rules=rules, state=state, arrived_at=NOW if state == "arrived" else None)
    return id


def test_the_centres_work_goes_critical_emergency_referred_then_by_what_is_due(undone):
    from sanyi.store.exams.lists import unfinished
    ids = made()
    plain = order(ids["wang"], by="rad", centre="H1")
    path = sent_up(ids["li"], "H1")
    first, emergency = order(ids["li"], by="rad", centre="H1"), order(ids["wang"], by="rad-2", centre="H1", urgency="emergency", reason="emergency")
    assert (plain.referral_id, first.referral_id, emergency.referral_id) == (None, path, None)
    rows = unfinished(acting_actor("tech")).order_by("rank", "pk")
    assert [(row.pk, row.is_first) for row in rows] == [(emergency.pk, False), (first.pk, True), (plain.pk, False)]


def acting_actor(name: str):
    from sanyi.store.who import actor_of
    return actor_of(acting(name))


@pytest.mark.parametrize(("receiver", "priority", "state"), [("H2", ("examination",), "arrived"), ("H1", ("treatment",), "arrived"), ("H1", ("examination",), "closed"), ("H1", ("examination",), "submitted")])
def test_an_order_is_first_only_where_the_patient_was_sent_by_a_live_path_whose_plan_says_so(undone, receiver, priority, state):
    from sanyi.store.referrals.tables import Referral
    ids = made()
    id = sent_up(ids["li"], receiver, priority)
    Referral.objects.filter(pk=id).update(state=state)
    assert order(ids["li"], by="rad", centre="H1").referral_id is None


@pytest.mark.parametrize(("examination", "what"), [("", "treatment"), ("住院床位", "admission")])
def test_in_a_slot_and_for_a_bed_the_referred_come_before_who_booked_earlier(undone, examination, what):
    from sanyi.store.appointments.booking import book, wait
    from sanyi.store.appointments.lists import day_of
    from sanyi.store.appointments.tables import Waiting
    from sanyi.store.who import actor_of
    they = people()
    of_whom = {"examination": examination, "staff": ""} if examination else {}
    _, slots = a_roster(they["desk"], capacity=3, slots=1, **of_whom)
    slot = slots[-1]
    one, two, three, four, five = they["patients"][:5]
    path = sent_up(two, "H1", (what,), state="accepted")
    for person, referral in ((one, None), (two, path)):
        book(slot.pk, person, they["desk"], NOW, RULES, referral)
    rows = next(each["rows"] for group in day_of(actor_of(they["desk"]), slot.starts_at.date()) for each in group["slots"] if each["slot"].pk == slot.pk)
    assert [row.person_id for row in rows] == [two, one]
    book(slot.pk, three, they["desk"], NOW, RULES, sent_up(three, "H1", (), state="accepted"))
    other = wait(slot.pk, four, they["desk"], NOW, RULES)
    referred = wait(slot.pk, five, they["desk"], NOW, RULES, referral=sent_up(five, "H1", (what,), state="accepted"))
    assert (other.state, referred.state) == ("waiting", "waiting")
    assert list(Waiting.objects.filter(queue=other.queue).order_by("rank", "id").values_list("person", flat=True)) == [five, four]


def test_inside_the_own_combination_the_held_places_are_taken_without_a_referral(undone):
    from appointment_work import faults
    from sanyi.store.appointments.booking import book
    from sanyi.store.contracts.packages import Item, add_package
    from sanyi.store.contracts.tables import Contract, DoctorTeam
    from sanyi.store.contracts.terms import Terms, take_terms
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Institution
    from contract_work import TERMS
    they = people()
    Account.objects.create(name="office", role="office", password="!")
    take_terms("haikou-2018", Terms(**TERMS), "office", NOW)
    package = add_package("basic", "基础包", "basic", 0, [Item("visit", "随访", 4)], date(2020, 1, 1), "office", NOW, weights={})
    team = DoctorTeam.objects.create(code="T1", name="一队", institution=Institution.objects.get(code="C1"), from_on=date(2020, 1, 1))
    days = {"from_on": TODAY, "to_on": TODAY + timedelta(days=8), "term_on": TODAY + timedelta(days=8), "signed_on": TODAY, "created_by": "t", "created_at": NOW}
    Contract.objects.create(institution="C1", person_id=they["patients"][1], team=team, package=package, state="active", district=Institution.objects.get(code="H1"), **days)
    _, slots = a_roster(they["desk"], capacity=1, slots=1, reserved_percent=100)
    near, far = (slot for slot in slots if slot.starts_at.date() in (TODAY + timedelta(days=5), TODAY + timedelta(days=12)))
    with pytest.raises(GuardRefused, match="预留"):
        book(near.pk, they["patients"][1], they["r1"], NOW, RULES)  # the terms in force say nothing of a free choice
    take_terms("jianghai-2018", Terms(**{**TERMS, "is_choice_free": True}), "office", NOW)
    with pytest.raises(GuardRefused, match="预留"):
        book(near.pk, they["patients"][0], they["r0"], NOW, RULES)  # no contract, no combination
    with pytest.raises(GuardRefused, match="预留"):
        book(far.pk, they["patients"][1], they["r1"], NOW, RULES)  # the contract does not hold that day
    assert book(near.pk, they["patients"][1], they["r1"], NOW, RULES).place == "reserved"
    assert faults() == []


def test_primary_care_sends_up_a_disease_of_first_contact_by_its_own_criteria_alone(undone):
    from referral_work import begun, region, rules, step as take
    world = region()
    listed = replace(rules(), first_contact=("I20",), first_contact_criteria=("unstable",))
    sent = []
    for criterion, urgency, by, to in (("needs_surgery", "routine", "t1-gp", "H1"), ("unstable", "routine", "t1-gp", "H1"), ("needs_surgery", "emergency", "t1-gp", "H2"), ("needs_surgery", "routine", "h1-doc", "H2")):
        import referral_work
        referral_work.rules, kept = (lambda: listed), referral_work.rules
        try:
            row = begun(world, by=by, to=to, criterion=criterion, urgency=urgency, person=len(sent) % 3, reason="I20.0")
        finally:
            referral_work.rules = kept
        take(world, row, "consent", by, way="in_person", digest=row.digest)
        try:
            take(world, row, "submit", by)
        except GuardRefused as why:
            sent.append(why.guard)
        else:
            sent.append(row.state)
    assert sent == ["first_contact_is_kept", "submitted", "submitted", "submitted"]


def test_the_plans_say_who_comes_first_and_which_list_holds(undone):
    from sanyi.runs.packs import open_plan
    from sanyi.store.referrals.rules import read_rules
    found = {name: read_rules(open_plan(name).on(TODAY)) for name in ("jianghai-2018", "haikou-2018", "lianjiang-2019")}
    assert all(each.priority == ("treatment", "examination", "admission") for each in found.values())
    assert found["jianghai-2018"].first_contact and not found["haikou-2018"].first_contact
    assert all(found["jianghai-2018"].words[code][0] != code for code in found["jianghai-2018"].first_contact)
