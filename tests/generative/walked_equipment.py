"""Idle equipment for the walker: one holder at a time, nothing of a private member passed on, nothing passed on without leave."""
from datetime import timedelta

from walker import Walked, World, furthest



def opened() -> World:
    from equipment_work import NOW, houses
    return World({**houses(), "system": "system", "nobody": "nobody"}, NOW)


def offer(world, chance):
    from sanyi.store.equipment.offering import offer_equipment
    from equipment_work import HOUSES
    who = f"{chance.choice(HOUSES)}-{chance.choice(('director', 'director', 'nurse'))}"
    return offer_equipment(f"A{chance.randint(1, 4)}", chance.choice(("B超", "B超", "")), chance.choice(("lend", "transfer", "sell")), world.by[who], world.now)


def get_on(world, chance):
    """A piece that is not a private member's goes straight on: asked for by the clinic, agreed, with leave where it changes hands, into its hands."""
    from sanyi.store.act import act
    from sanyi.store.equipment.tables import Equipment
    row = furthest(Equipment.objects.filter(institution="H1", asker__in=("", "C1"), state__in=("idle", "asked", "agreed", "approved", "handed")), chance)
    if row is None:
        return offer(world, chance)
    lent = row.way == "lend"
    step, by, given = {"idle": ("ask", "C1-registrar", {"need": "x"}), "asked": ("agree", "H1-director", {"until_on": world.today + timedelta(days=9)} if lent else {}),
                       "agreed": ("hand_over", "H1-director", {}) if lent else ("approve", "office-1", {"leave": "x"}), "approved": ("hand_over", "H1-registrar", {}),
                       "handed": ("receive" if lent else "take_in", "C1-director", {})}[row.state]
    return act("equipment", row.pk, row.version, step, given, world.by[by], world.now)


def one_holder(world) -> list[str]:
    """What is idle is nobody's; what is asked for, lent or passed on is one other institution's."""
    from sanyi.store.equipment.tables import Equipment
    return [f"equipment {row.pk} is {row.state} for {row.asker!r}" for row in Equipment.objects.all() if (row.state in ("idle", "withdrawn")) != (row.asker == "") or row.asker == row.institution]


def assets_by_their_rules(world) -> list[str]:
    """What was passed on had leave, and is no private member's."""
    from equipment_work import PRIVATE
    from sanyi.store.equipment.tables import Equipment
    return [f"equipment {row.pk} was passed on" for row in Equipment.objects.filter(state="transferred") if row.way != "transfer" or not row.leave or PRIVATE in (row.institution, row.asker)]


EQUIPMENT = Walked("equipment", ("equipment",), opened, {"offer": offer, "offer_2": offer, "get_on": get_on}, {each.__name__: each for each in (one_holder, assets_by_their_rules)},
                   values={"until_on": lambda world, row, chance: world.today + timedelta(days=chance.choice((0, 9, 30))) if row.way == "lend" or chance.random() < 0.2 else None})
