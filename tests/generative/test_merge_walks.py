"""Random walks of merges and partings over small families of rows: parting gives back what the merge found, whatever lies under the rows."""
from datetime import timedelta
from pathlib import Path
import sys

from hypothesis import Phase, given, settings, strategies as some

sys.path.append(str(Path(__file__).parents[1] / "integration"))
PEOPLE = range(4)
CARE = ("card", "contract", "done", "waiting", "referral", "exam", "supply", "visit", "account", "phone")
family = some.lists(some.tuples(some.sampled_from(CARE), some.sampled_from(PEOPLE), some.integers(0, 3)), min_size=2, max_size=9)
walk = some.lists(some.tuples(some.sampled_from(PEOPLE), some.sampled_from(PEOPLE), some.booleans()), min_size=2, max_size=6)


@settings(max_examples=20, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # to shrink a walk over a database takes minutes
@given(family=family, walk=walk)
def test_parting_after_merging_is_the_identity_on_everything_but_the_logs(site_folder, family, walk):
    from django.db import transaction
    with transaction.atomic():
        play(family, walk)
        transaction.set_rollback(True)


def play(family, walk) -> None:
    """Lay care under four rows, then merge and part as the walk says; every merge is remembered with the picture before it."""
    from merge_work import differences, hands, merged, parted, picture, row, stayed
    from sanyi.store.persons.tables import Person
    from sanyi.workflows.errors import Refused
    hands()
    ids = [row("王一").pk for _ in PEOPLE]
    for care, person, at in family:
        lay(care, ids[person], at)
    standing = []
    for one, other, is_merge in walk:
        if not is_merge and standing:
            match, before = standing.pop()
            done = parted(match)
            assert stayed(done) == [] and differences(before, picture()) == []
        elif one != other and Person.objects.filter(pk__in=(ids[one], ids[other]), is_active=True).count() == 2:
            before = picture()
            try:
                standing.append((merged(ids[one], ids[other]), before))
            except Refused:
                assert differences(before, picture()) == [], "a merge that is refused leaves nothing behind"
            check_laws()
    for match, before in reversed(standing):
        parted(match)
        assert differences(before, picture()) == []


def check_laws() -> None:
    """Nobody has two contracts in force, and no care that follows the person stands under a row that went."""
    from django.db.models import Count
    from sanyi.store.contracts.tables import Contract
    from sanyi.store.exams.tables import Exam
    from sanyi.store.prescriptions.tables import Supply
    from sanyi.store.referrals.tables import Referral
    assert not Contract.objects.filter(state="active").values("person").annotate(count=Count("pk")).filter(count__gt=1).exists()
    for table in (Referral, Exam, Supply):
        assert not table.objects.filter(person__is_active=False).exists(), table
    assert not Contract.objects.filter(person__is_active=False, state__in=("signed", "active", "suspended", "drafted")).exists()


def lay(care: str, person: int, at: int) -> None:
    """Lay one row of care under a person, as the tables may hold it; what the database refuses is not laid."""
    from django.db import IntegrityError, transaction
    try:
        with transaction.atomic():
            MAKERS[care](person, at)
    except IntegrityError:
        return


def _card(person, at):
    from merge_work import NOW
    from sanyi.store.persons.tables import HealthCard
    HealthCard.objects.create(person_id=person, number=f"{person}-{at}", nonce="n", state=("in_use", "suspended")[at % 2], created_by="t", created_at=NOW)


def _contract(person, at, state="active"):
    from merge_work import NOW
    from sanyi.store.contracts.tables import CarePackage, Contract, DoctorTeam
    from sanyi.store.organisation.tables import Institution
    day = NOW.date()
    house, _ = Institution.objects.get_or_create(code="W1", defaults={"name": "W1", "kind": "general", "ownership": "public", "from_on": day - timedelta(days=999)})
    team, _ = DoctorTeam.objects.get_or_create(code="WT", defaults={"name": "WT", "institution": house, "from_on": day - timedelta(days=999)})
    package, _ = CarePackage.objects.get_or_create(code="WP", defaults={"name": "WP", "kind": "basic", "price_fen": 0, "from_on": day - timedelta(days=999)})
    first, last = day - timedelta(days=100 - 20 * at), day + timedelta(days=200)
    if state == "ended":
        last = first + timedelta(days=30)
    Contract.objects.create(institution="W1", person_id=person, team=team, package=package, state=state, from_on=first, to_on=last, term_on=last, signed_on=first, created_by="t",
                            created_at=NOW)


def _waiting(person, at):
    from merge_work import NOW
    from sanyi.store.appointments.tables import Waiting
    Waiting.objects.create(person_id=person, institution="W1", queue=f"q{at % 2}", from_on=NOW.date(), last_on=NOW.date(), rank=1 + at, state="waiting", created_by="t", created_at=NOW)


def _referral(person, at):
    from merge_work import NOW
    from sanyi.store.referrals.tables import Referral, ReferralRuleSet
    rules, _ = ReferralRuleSet.objects.get_or_create(digest="w", defaults={"rules": {}})
    state = ("draft", "submitted", "accepted", "arrived")[at]
    Referral.objects.create(person_id=person, institution="W1", receiver="W2", origin="W1", direction="up", urgency="routine", reason="I20", rules=rules, digest="d", state=state,
                            due_at=NOW, arrived_at=NOW if state == "arrived" else None, created_by="t", created_at=NOW)


def _exam(person, at):
    from merge_work import NOW
    from sanyi.store.exams.tables import Exam
    Exam.objects.create(person_id=person, institution="W1", centre="W2", item="k", kind="laboratory", urgency="routine", price_fen=1, series=1 + at % 2, state="requested", created_by="t",
                        created_at=NOW)


def _supply(person, at):
    from merge_work import NOW
    from sanyi.store.prescriptions.tables import Drug, Formulary, Prescription, PrescriptionLine, Supply
    day = NOW.date() + timedelta(days=3 * at)
    book, _ = Formulary.objects.get_or_create(digest="w", defaults={"plan": "w", "book": {}, "by": "t", "at": NOW})
    drug, _ = Drug.objects.get_or_create(code="WD", defaults={"zh": "d", "en": "d", "drug_class": "general", "unit": "mg", "contents": {}, "contents_key": "d"})
    script = Prescription.objects.create(person_id=person, institution="W1", kind="usual", diagnosis="x", prescribed_on=day, valid_to=day, formulary=book, state="signed", created_by="t",
                                         created_at=NOW)
    line = PrescriptionLine.objects.create(prescription=script, position=1, drug=drug, quantity=7, daily_e3=1000, days=7, from_on=day)
    Supply.objects.create(person_id=person, line=line, institution="W1", ingredient="d", from_on=day, to_on=day + timedelta(days=6))


def _visit(person, at):
    from merge_work import NOW
    from sanyi.store.health.tables import Visit
    Visit.objects.create(person_id=person, institution="W1", way="desk", created_by="t", created_at=NOW, closes_at=NOW + timedelta(hours=at))


def _account(person, at):
    from sanyi.store.models import Account
    Account.objects.create(name=f"w{person}-{at}", role="resident", resident=str(person), password="!")


def _phone(person, at):
    from merge_work import NOW
    from sanyi.store.persons.describing import columns_of
    from sanyi.store.persons.tables import Person
    Person.objects.filter(pk=person).update(**columns_of({"phone": f"1390000000{at}"}, NOW.date()))


MAKERS = {"card": _card, "contract": _contract, "done": lambda person, at: _contract(person, at, "ended"), "waiting": _waiting, "referral": _referral, "exam": _exam, "supply": _supply,
          "visit": _visit, "account": _account, "phone": _phone}
