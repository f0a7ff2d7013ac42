"""Idle equipment for the walker: one holder at a time, nothing of a private member passed on, nothing passed on without leave."""
from datetime import timedelta

from walker import Walked, World

HOUSES, PRIVATE = ("H1", "C1", "P1"), "P1"


def opened() -> World:
    from datetime import date, datetime, timezone

    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Consortium, Institution, Membership, Posting, Staff
    from sanyi.store.who import Acting
    first, by = date(2020, 1, 1), {}
    union = Consortium.objects.create(code="K1", name="医联体", kind="tight", from_on=first)
    for house in HOUSES:
        row = Institution.objects.create(code=house, name=f"机构{house}", kind="general", ownership="private" if house == PRIVATE else "public", from_on=first)
        Membership.objects.create(consortium=union, institution=row, part="lead" if house == "H1" else "member", is_independent=house == PRIVATE, from_on=first)
        for role in ("director", "registrar", "nurse"):
            name = f"{house}-{role}"
            staff = Staff.objects.create(code=name, name=name, profession="management", from_on=first)
            Account.objects.create(name=name, staff=staff, password="!")
            by[name] = Acting(name, Posting.objects.create(staff=staff, institution=row, role=role, from_on=first).pk, True)
    Account.objects.create(name="office-1", role="office", password="!")
    return World({**by, "office-1": Acting("office-1"), "system": "system", "nobody": "nobody"}, datetime(2026, 11, 30, 2, tzinfo=timezone.utc), {})


def offer(world, chance):
    from sanyi.store.equipment.offering import offer_equipment
    who = f"{chance.choice(HOUSES)}-{chance.choice(('director', 'director', 'nurse'))}"
    return offer_equipment(f"A{chance.randint(1, 4)}", chance.choice(("B超", "B超", "")), chance.choice(("lend", "transfer", "sell")), world.by[who], world.now)


def one_holder(world) -> list[str]:
    """What is idle is nobody's; what is asked for, lent or passed on is one other institution's."""
    from sanyi.store.equipment.tables import Equipment
    return [f"equipment {row.pk} is {row.state} for {row.asker!r}" for row in Equipment.objects.all() if (row.state in ("idle", "withdrawn")) != (row.asker == "") or row.asker == row.institution]


def assets_by_their_rules(world) -> list[str]:
    """What was passed on had leave, and is no private member's."""
    from sanyi.store.equipment.tables import Equipment
    return [f"equipment {row.pk} was passed on" for row in Equipment.objects.filter(state="transferred") if row.way != "transfer" or not row.leave or PRIVATE in (row.institution, row.asker)]


EQUIPMENT = Walked("equipment", ("equipment",), opened, {"offer": offer, "offer_2": offer}, {each.__name__: each for each in (one_holder, assets_by_their_rules)},
                   values={"until_on": lambda world, row, chance: world.today + timedelta(days=chance.choice((0, 9, 30)))})
