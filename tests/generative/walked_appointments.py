"""Appointments for the walker: no place is taken twice, nobody is in two places or offered two, the line keeps its order, no place lies idle."""
from datetime import timedelta

from walker import Walked, World


def opened() -> World:
    from appointment_work import DAY, NOW, TODAY, a_referral, a_roster, people
    they = people(6)
    _, slots = a_roster(they["desk"], slots=4, from_on=TODAY + 3 * DAY, to_on=TODAY + 4 * DAY)
    _, film = a_roster(they["desk"], capacity=2, slots=2, staff="", examination="CT", from_on=TODAY + 3 * DAY, to_on=TODAY + 3 * DAY)
    patients = they.pop("patients")
    referrals = [a_referral(patients[place]) for place in (0, 1)]
    return World({**they, "nobody": "nobody", "system": "system"}, NOW, {"slots": [slot.pk for slot in (*slots, *film)], "patients": patients, "referrals": referrals})


def some(world, chance):
    referral = chance.choice((None, None, None, *world.kept["referrals"]))
    who = chance.choice(("r0", "r1", "clinic", "desk", "family", "stranger", "doc", "head", "tech"))
    return chance.choice(world.kept["slots"]), chance.choice(world.kept["patients"]), world.by[who], referral


def book(world, chance):
    from appointment_work import RULES
    from sanyi.store.appointments.booking import book as door
    slot, person, by, referral = some(world, chance)
    return door(slot, person, by, world.now, RULES, referral)


def book_or_wait(world, chance):
    from appointment_work import RULES
    from sanyi.store.appointments.booking import book_or_wait as door
    slot, person, by, referral = some(world, chance)
    return door(slot, person, by, world.now, RULES, referral)


def wait(world, chance):
    from appointment_work import RULES
    from sanyi.store.appointments.booking import wait as door
    slot, person, by, referral = some(world, chance)
    return door(slot, person, by, world.now, RULES, referral, any_clinician=chance.random() < 0.3)


def overbook(world, chance):
    from sanyi.store.appointments.booking import overbook as door
    slot, person, by, _ = some(world, chance)
    return door(slot, person, chance.choice(("急", "")), world.by[chance.choice(("doc", "head"))] if chance.random() < 0.8 else by, world.now)


def move(world, chance):
    from sanyi.store.appointments.booking import move as door
    from sanyi.store.appointments.tables import Appointment
    row = chance.choice(list(Appointment.objects.order_by("pk")) or [None])
    if row is None:
        return book(world, chance)
    return door(row.pk, row.version, chance.choice(world.kept["slots"]), world.by[chance.choice(("clinic", "desk", "r0", "stranger"))], world.now)


def close_or_open(world, chance):
    from sanyi.store.appointments.closing import close_slot, reopen_slot
    from sanyi.store.appointments.tables import Slot
    slot, by = Slot.objects.get(pk=chance.choice(world.kept["slots"])), world.by[chance.choice(("desk", "head", "clinic"))]
    return close_slot(slot.pk, slot.version, chance.choice(("停诊", "停诊", "")), by, world.now) if slot.is_open else reopen_slot(slot.pk, slot.version, by, world.now)


def its_day(world, chance):
    """The clock goes to just before a slot, and somebody checks in."""
    from sanyi.store.act import act
    from sanyi.store.appointments.tables import Appointment
    row = Appointment.objects.filter(state__in=("booked", "confirmed"), starts_at__gt=world.now).order_by("starts_at").first()
    if row is None:
        return book(world, chance)
    world.now = max(world.now, row.starts_at - timedelta(minutes=chance.choice((20, 5))))
    return act("appointment", row.pk, row.version, "check_in", {}, world.by["desk"], world.now)


def weeks_pass(world, chance):
    """Nothing for so long that who waits has waited long enough."""
    world.now += timedelta(days=20)
    return daily(world)


def daily(world):
    from sanyi.store.appointments.jobs import lapse_offers, mark_missed, publish_all, release_held
    release_held(world.now), lapse_offers(world.now), mark_missed(world.now), publish_all(world.now)


def counts_and_one_place_at_a_time(world) -> list[str]:
    from appointment_work import faults
    return faults()


def nobody_is_offered_twice(world) -> list[str]:
    from sanyi.store.appointments.tables import Waiting
    offered = list(Waiting.objects.filter(state="offered").values_list("pk", "person", "slot__starts_at", "slot__ends_at"))
    return [f"turns {one} and {other} hold places of one person at one time" for one, whose, begins, ends in offered for other, who, first, last in offered
            if one < other and whose == who and begins < last and first < ends]


def nobody_waits_twice_in_a_line(world) -> list[str]:
    from collections import Counter
    from sanyi.store.appointments.tables import Waiting
    there = Counter(Waiting.objects.filter(state__in=("waiting", "offered")).values_list("person", "queue"))
    return [f"person {person} stands {count} times in {queue}" for (person, queue), count in there.items() if count > 1]


def every_offer_ends_before_its_slot(world) -> list[str]:
    from sanyi.store.appointments.tables import Waiting
    return [f"turn {row.pk} is offered until {row.expires_at}, the slot begins {row.slot.starts_at}" for row in Waiting.objects.filter(state="offered").select_related("slot")
            if row.expires_at is None or row.expires_at > row.slot.starts_at or not row.slot.is_open]


def one_appointment_a_referral(world) -> list[str]:
    from collections import Counter
    from sanyi.store.appointments.tables import Appointment
    there = Counter(Appointment.objects.filter(state__in=("booked", "confirmed", "checked_in"), referral__isnull=False).values_list("referral", flat=True))
    return [f"referral {referral} has {count} appointments" for referral, count in there.items() if count > 1]


def numbers_are_called_once(world) -> list[str]:
    from collections import Counter
    from sanyi.store.appointments.tables import Appointment
    there = Counter(Appointment.objects.filter(queue_number__isnull=False, state__in=("checked_in", "served")).values_list("slot", "queue_number"))
    return [f"slot {slot} calls number {number} for {count}" for (slot, number), count in there.items() if count > 1]


APPOINTMENTS = Walked(
    "appointments", ("appointment", "waiting"), opened,
    {"book": book, "book_2": book, "wait": wait, "wait_2": wait, "book_or_wait": book_or_wait, "overbook": overbook, "move": move, "close_or_open": close_or_open, "its_day": its_day},
    {each.__name__: each for each in (counts_and_one_place_at_a_time, nobody_is_offered_twice, nobody_waits_twice_in_a_line, every_offer_ends_before_its_slot,
                                      one_appointment_a_referral, numbers_are_called_once)},
    values={"slot": lambda world, row, chance: chance.choice((*world.kept["slots"], 987_654)), "place": lambda world, row, chance: chance.choice(("common", "reserved")),
            "until": lambda world, row, chance: world.now + timedelta(minutes=chance.choice((60, -5)))},
    follows={"appointment.move": {"is_free", "is_open", "moves_within", "unknown_work", "is_nowhere_else", "referral_once"}, "waiting.offer": {"is_free"},
             "waiting.take": {"is_nowhere_else", "referral_once"}, "appointment.displace": {"waits_once"}},
    rarely={"weeks_pass": weeks_pass}, daily=daily, leaps=(timedelta(0), timedelta(minutes=50), timedelta(hours=3), timedelta(hours=12), timedelta(days=1)))
