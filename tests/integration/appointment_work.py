"""A hospital, a clinic of its consortium and one outside, their people and patients, and slots: what the tests of appointments begin with."""
from collections import Counter
from datetime import date, datetime, time, timedelta, timezone

from sanyi.store.appointments.rules import AppointmentRules

NOW = datetime(2026, 12, 1, 2, tzinfo=timezone.utc)  # a Tuesday, ten in the morning where the plan is carried out
TODAY, FIRST = date(2026, 12, 1), date(2020, 1, 1)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
RULES = AppointmentRules(prepare_days=2, write_up_days=1, reserved_share_ppm=200_000, release_days=2, horizon_days=14, cancel_minutes=720, grace_minutes=30, offer_minutes=120, over_places_count=1,
                         no_show_count=3, no_show_window_days=365, no_show_block_days=90, wait_days=14)
POSTS = {"desk": ("H1", "registrar"), "doc": ("H1", "doctor"), "head": ("H1", "director"), "clinic": ("C1", "registrar"), "family": ("C1", "family_doctor"),
         "stranger": ("X1", "registrar"), "tech": ("H1", "technician")}


def people(patients: int = 12) -> dict:
    """Make everybody; gives by name what a door is handed (`by`), and the patients' numbers under `patients`."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Consortium, Department, Institution, Membership, Posting, Staff
    from sanyi.store.persons.tables import Person
    from sanyi.store.who import Acting
    houses = {code: Institution.objects.create(code=code, name=f"机构{code}", kind="general", ownership="public", from_on=FIRST) for code in ("H1", "C1", "X1")}
    union = Consortium.objects.create(code="K1", name="医共体", kind="tight", from_on=FIRST)
    for code, part in (("H1", "lead"), ("C1", "member")):
        Membership.objects.create(consortium=union, institution=houses[code], part=part, from_on=FIRST)
    Department.objects.create(institution=houses["H1"], code="card", name="心内科", from_on=FIRST)
    by = {}
    for name, (house, role) in POSTS.items():
        staff = Staff.objects.create(code=f"S-{name}", name=f"员{name}", profession="doctor", from_on=FIRST)
        account = Account(name=name, staff=staff, password="!")
        account.save()
        by[name] = Acting(name, Posting.objects.create(staff=staff, institution=houses[house], role=role, from_on=FIRST).pk, True)
    numbers = [Person.objects.create(name=f"居民{number:03d}", name_key=f"居民{number:03d}", pinyin=f"jumin{number:03d}", initials="jm", created_by="t", created_at=NOW).pk
               for number in range(patients)]
    for place, number in enumerate(numbers[:8]):
        Account(name=f"r{place}", role="resident", resident=str(number), password="!").save()
        by[f"r{place}"] = Acting(f"r{place}")
    return {**by, "patients": numbers}


def a_roster(by, capacity: int = 1, slots: int = 4, **more):
    """A roster of the hospital's doctor on every day from eight, its slots published."""
    from sanyi.store.appointments.rosters import make_roster, publish
    from sanyi.store.appointments.tables import Slot
    ends = (datetime.combine(TODAY, time(8)) + slots * timedelta(minutes=30)).time()
    given = {"department": "card", "staff": "S-doc", "weekdays": "1234567", "begins": "08:00", "ends": f"{ends:%H:%M}", "slot_minutes": 30, "capacity": capacity,
             "from_on": TODAY, **more}
    roster = make_roster(given, by, NOW, RULES)
    publish(roster.pk, by, NOW)
    return roster, list(Slot.objects.filter(roster=roster).order_by("starts_at"))


def a_referral(person: int, sender: str = "X1", receiver: str = "H1", state: str = "accepted", reason: str = "I20") -> int:
    """A referral under way; gives its number."""
    from sanyi.store.referrals.tables import Referral, ReferralRuleSet
    rules, _ = ReferralRuleSet.objects.get_or_create(digest="d", defaults={"rules": {}})
    return Referral.objects.create(person_id=person, institution=sender, receiver=receiver, origin=sender, direction="up", urgency="routine", reason=reason, rules=rules, digest="d",
                                   state=state, created_by="t", created_at=NOW).pk


def step(kind: str, row, name: str, by, now=NOW, **given):
    """Take a step on the newest version."""
    from sanyi.store.act import act
    row.refresh_from_db()
    return act(kind, row.pk, row.version, name, given, by, now)


def faults() -> list[str]:
    """What does not hold: counts that are not those of the rows, places beyond a slot's, patients in two places at one time."""
    from sanyi.store.appointments.tables import Appointment, Slot, Waiting
    from sanyi.workflows.appointment import LIVE, TAKES_A_PLACE
    found = []
    there = Counter(Appointment.objects.filter(state__in=TAKES_A_PLACE).values_list("slot", "place"))
    there += Counter(Waiting.objects.filter(state="offered").values_list("slot", "place"))
    for slot in Slot.objects.all():
        told = {place: getattr(slot, f"{place}_taken_count") for place in ("common", "reserved", "over")}
        found += [f"slot {slot.pk}: {there[slot.pk, place]} {place} places are taken, it says {count}" for place, count in told.items() if count != there[slot.pk, place]]
        if told["common"] + told["reserved"] > slot.capacity_count:
            found.append(f"slot {slot.pk}: more than its places")
    spans: dict[int, list] = {}
    for person, begins, ends in Appointment.objects.filter(state__in=LIVE).order_by("starts_at").values_list("person", "starts_at", "ends_at"):
        if spans.get(person) and begins < spans[person][-1]:
            found.append(f"person {person} is in two places at {begins}")
        spans.setdefault(person, []).append(ends)
    return found
