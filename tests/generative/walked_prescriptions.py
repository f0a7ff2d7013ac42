"""Prescriptions for the walker: never more given out than was written, never two supplies of an ingredient on a day without a reason, one pharmacy at a time."""
from collections import Counter
from datetime import timedelta

from walker import Walked, World, furthest

WHO = ("doc", "doc2", "gp", "gp2", "doc-far")
SHOPS = ("shop1", "shop2", "chem", "chem-c", "far")
SHOP_OF = {"P1": "shop1", "P2": "shop2", "H1": "chem", "C1": "chem-c", "F1": "far"}
DRUGS = ("D001", "D003", "D001", "D002", "D005", "D018")


def opened() -> World:
    from prescription_work import NOW, PEOPLE, region
    from sanyi.store.models import Account
    from sanyi.store.persons.tables import Person
    first = region()
    second = Person.objects.create(name="李大爷", sex="male", born_on="1950-02-01", created_by="system", created_at=NOW).pk
    Account.objects.create(name="grandad", role="resident", resident=str(second), password="!")
    return World({name: name for name in (*PEOPLE, "granny", "grandad", "stranger", "system", "nobody")}, NOW, {"people": (first, second), "tokens": []})


def rows(*states):
    from sanyi.store.prescriptions.tables import Prescription
    found = Prescription.objects.order_by("pk")
    return list(found.filter(state__in=states) if states else found)


def a_script(world, chance):
    from prescription_work import script
    lines = [(chance.choice(DRUGS), chance.choice((7, 7, 14, 28, 3, 0)), chance.choice((1000, 1000, 500, 2000))) for _ in range(chance.choice((1, 1, 2)))]
    return script(chance.choice(world.kept["people"]), *lines, kind=chance.choice(("usual", "usual", "long", "extended")), is_assessed=chance.random() < 0.3,
                  is_pregnant=chance.choice((False, False, None)), overlap_reason=chance.choice(("", "", "lost", "because")), upper=chance.choice(("", "H1")))


def write(world, chance):
    from sanyi.store.prescriptions.writing import write_prescription
    return write_prescription(a_script(world, chance), chance.choice((*WHO, "doc", "doc", "chem")), world.now)


def start(world, chance):
    """A week of something, as it should be written; with a reason where something is still in hand."""
    from prescription_work import write as written
    return written(chance.choice(world.kept["people"]), (chance.choice(("D001", "D003")), 7, 1000), by=chance.choice(("doc", "doc2", "gp")), now=world.now, overlap_reason="lost")


def get_on(world, chance):
    """What most do: it is put forward, approved, signed, circulated and taken with a token."""
    from sanyi.store.act import act
    from sanyi.store.prescriptions.tokens import make_token, take_by_token
    row = furthest(rows("written", "checked", "approved", "signed", "circulating"), chance)
    if row is None:
        return start(world, chance)
    who = next(name for name in WHO if name == row.created_by)
    if row.state == "circulating":
        token = make_token(row.pk, "granny" if row.person_id == world.kept["people"][0] else "grandad", world.now)[0]
        world.kept["tokens"] = [*world.kept["tokens"], token][-6:]
        return take_by_token(token, chance.choice(("shop1", "shop2")), world.now)
    step, by = {"written": ("check", who), "checked": ("approve", "chem" if row.institution in ("H1", "C1") else "far"), "approved": ("sign", who), "signed": ("circulate", who)}[row.state]
    return act("prescription", row.pk, row.version, step, {}, by, world.now)


def take(world, chance):
    from sanyi.store.prescriptions.tokens import take_by_token
    if not world.kept["tokens"]:
        return get_on(world, chance)
    return take_by_token(chance.choice((*world.kept["tokens"], "AAAA-BBBB", "")), chance.choice((*SHOPS, "doc")), world.now)


def give(world, chance):
    from sanyi.store.prescriptions.giving import Part, give_out
    row = furthest(rows("taken", "partly"), chance)
    if row is None:
        return get_on(world, chance)
    lines = list(row.lines.order_by("position"))
    parts = [Part(line.position, max(1, chance.choice((line.quantity - line.dispensed, line.quantity - line.dispensed, 1, line.quantity))), "B1", *chance.choice((("", ""), ("", ""), ("D002", "out_of_stock"))))
             for line in chance.sample(lines, chance.choice((0, 1, len(lines), len(lines))))]
    by = SHOP_OF.get(row.pharmacy, "shop1")
    return give_out(row.pk, row.version, parts, by if chance.random() < 0.9 else chance.choice(SHOPS), world.now)


def deliver(world, chance):
    from sanyi.store.prescriptions.giving import order_delivery
    row = furthest(rows("taken", "partly", "closed"), chance)
    if row is None:
        return get_on(world, chance)
    own = "granny" if row.person_id == world.kept["people"][0] else "grandad"
    return order_delivery(row.pk, chance.choice(("一号楼", "一号楼", "")), chance.choice((own, own, own, *SHOPS, "gp")), world.now)


def bring_home(world, chance):
    """A delivery that is under way comes one step further: packed, handed over, delivered, received."""
    from sanyi.store.act import act
    from sanyi.store.prescriptions.tables import DeliveryOrder
    row = furthest(DeliveryOrder.objects.filter(state__in=("ordered", "packed", "handed_over", "delivered")).order_by("pk"), chance)
    if row is None:
        return give(world, chance) if chance.random() < 0.6 else deliver(world, chance)
    shop = SHOP_OF.get(row.prescription.pharmacy, "shop1")
    own = "granny" if row.prescription.person_id == world.kept["people"][0] else "grandad"
    step, by, given = {"ordered": ("pack", shop, {}), "packed": ("hand_over", shop, {"carrier": "县配送", "waybill": "1"}), "handed_over": ("deliver", shop, {}),
                       "delivered": chance.choice((("receive", own, {}), ("record_receipt", shop, {"signed_by": "家属"})))}[row.state]
    return act("delivery_order", row.pk, row.version, step, given, world.by[by], world.now)


def to_the_door(world, chance):
    """All do what they should: what is signed is given out whole, and brought to the resident, who receives it."""
    from prescription_work import signed, step
    from sanyi.store.act import act
    from sanyi.store.prescriptions.giving import Part, give_out, order_delivery
    from sanyi.store.prescriptions.tokens import make_token, take_by_token
    person = chance.choice(world.kept["people"])
    row, own = signed(person, ("D001", 7, 1000), now=world.now, overlap_reason="lost"), "granny" if person == world.kept["people"][0] else "grandad"
    step(row, "circulate", "doc", world.now)
    take_by_token(make_token(row.pk, own, world.now)[0], "shop1", world.now)
    row.refresh_from_db()
    give_out(row.pk, row.version, [Part(1, 7, "B1")], "shop1", world.now)
    order = order_delivery(row.pk, "一号楼", own, world.now)
    for name, by, given in (("pack", "shop1", {}), ("hand_over", "shop1", {"carrier": "县配送"}), ("deliver", "shop1", {}), ("receive", own, {})):
        order = act("delivery_order", order.pk, order.version, name, given, by, world.now)
    return order


def correct(world, chance):
    from sanyi.store.prescriptions.writing import correct_prescription
    row = chance.choice(rows("returned", "written", "checked") or [None])
    return write(world, chance) if row is None else correct_prescription(row.pk, row.version, a_script(world, chance), row.created_by, world.now)


def daily(world):
    from sanyi.store.prescriptions.giving import expire_due
    expire_due(world.now)


def never_more_than_written(world) -> list[str]:
    from sanyi.store.prescriptions.tables import Dispensing, PrescriptionLine
    given: Counter = Counter()
    for line, quantity in Dispensing.objects.values_list("line", "quantity"):
        given[line] += quantity
    return [f"line {line.pk}: {given[line.pk]} were given out, it says {line.dispensed} of {line.quantity}" for line in PrescriptionLine.objects.all()
            if not given[line.pk] == line.dispensed <= line.quantity]


def never_two_supplies_a_day(world) -> list[str]:
    """Two live supplies of one ingredient share a day only where the later one carries its reason."""
    from sanyi.store.prescriptions.tables import Supply
    there = list(Supply.objects.filter(is_live=True).order_by("pk"))
    return [f"supplies {one.pk} and {other.pk} of {one.ingredient} share days" for one in there for other in there
            if one.pk < other.pk and (one.person_id, one.ingredient) == (other.person_id, other.ingredient) and one.from_on <= other.to_on and other.from_on <= one.to_on
            and not other.reason]


def what_ended_ungiven_is_not_in_hand(world) -> list[str]:
    from sanyi.store.prescriptions.tables import Supply
    return [f"supply {row.pk} of a prescription that is {row.line.prescription.state} is in hand" for row in Supply.objects.filter(
        is_live=True, line__prescription__state__in=("revoked", "expired"), line__dispensed=0).select_related("line__prescription")]


def closed_means_given(world) -> list[str]:
    return [f"prescription {row.pk} is closed with something ungiven" for row in rows("closed") if any(line.dispensed < line.quantity for line in row.lines.all())]


def nobody_reviews_the_own(world) -> list[str]:
    from sanyi.store.models import WorkEvent
    faults = []
    for row in rows():
        hands: dict[str, set] = {}
        for step, persons in WorkEvent.objects.filter(subject="prescription", subject_id=row.pk).values_list("step", "persons"):
            hands.setdefault(step, set()).update(persons.split("\n"))
        faults += [f"prescription {row.pk}: who wrote it took {step}" for step in ("approve", "return", "countersign", "dispense") if hands.get(step, set()) & hands["write"]]
    return faults


def one_delivery_at_a_time(world) -> list[str]:
    from sanyi.store.prescriptions.tables import DeliveryOrder
    there = Counter(DeliveryOrder.objects.filter(state__in=("ordered", "packed", "handed_over", "delivered")).values_list("prescription", flat=True))
    return [f"prescription {id} has {count} deliveries" for id, count in there.items() if count > 1]


PRESCRIPTIONS = Walked(
    "prescriptions", ("prescription", "delivery_order"), opened,
    {"write": write, "start": start, "get_on": get_on, "get_on_2": get_on, "get_on_3": get_on, "get_on_4": get_on, "take": take, "give": give, "give_2": give, "deliver": deliver, "deliver_2": deliver, "correct": correct},
    rarely={**{f"bring_home_{place}": bring_home for place in range(4)}, "to_the_door": to_the_door}, counting=frozenset({"to_the_door"}), laws={each.__name__: each for each in (never_more_than_written, never_two_supplies_a_day, what_ended_ungiven_is_not_in_hand, closed_means_given, nobody_reviews_the_own,
                                      one_delivery_at_a_time)},
    values={"line": lambda world, row, chance: chance.choice((1, 1, 1, 2, 9)), "quantity": lambda world, row, chance: chance.choice((1, 2, 3, 7, 0, 40)),
            "substitute": lambda world, row, chance: chance.choice((None, None, "D002", "D001"))},
    daily=daily, beyond={}, leaps=(timedelta(0), timedelta(hours=1), timedelta(days=1), timedelta(days=5), timedelta(days=21)))
