"""Prescriptions and deliveries as kinds of work: what a step knows, who sees what, what follows."""
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from sanyi.store.accounts import SYSTEM
from sanyi.store.kinds import EVERYTHING, NOTHING, Lock, WorkKind
from sanyi.store.log import hands_of, today_of
from sanyi.store.models import WorkEvent
from sanyi.store.organisation.tables import Membership, on_day
from sanyi.store.persons.tables import Person
from sanyi.store.prescriptions.formulary import book_of, drug_of
from sanyi.store.prescriptions.patients import in_hand, patient_of
from sanyi.store.prescriptions.tables import DeliveryOrder, Dispensing, Drug, Prescription, PrescriptionLine, PrescriptionReview, Presented, Supply
from sanyi.workflows.errors import StaleVersion
from sanyi.workflows.facts import Actor, Given
from sanyi.workflows.prescribing import USUAL, Asked, RuleBook, Wanted
from sanyi.workflows.prescription_findings import findings, stops
from sanyi.workflows.prescription_supply import allowed_by, opened, windows
from sanyi.workflows.prescription import BEFORE_SIGNING
from sanyi.workflows.prescription_facts import DeliveryFacts, LineFacts, PrescriptionFacts

UNDER_WAY = ("ordered", "packed", "handed_over", "delivered")
REVIEWED = ("checked", "returned", "insisted", "approved")


def line_facts(line: PrescriptionLine, book: RuleBook, today: date) -> LineFacts:
    """A line as a step knows it: what may be given by today, and when the next part may be."""
    count = windows(line.days, book.refill_days)
    open_count = opened(line.from_on, count, book.refill_days, book.early_days, today)
    next_on = None if open_count >= count else line.from_on + timedelta(days=open_count * book.refill_days - book.early_days)
    same = Drug.objects.filter(contents_key=line.drug.contents_key, unit=line.drug.unit, is_current=True).exclude(pk=line.drug_id) if line.may_substitute else Drug.objects.none()
    return LineFacts(line.position, line.drug.code, line.quantity, line.dispensed, allowed_by(line.quantity, line.daily_e3, book.refill_days, count, open_count),
                     tuple(same.order_by("code").values_list("code", flat=True)), next_on)


def _facts(row: Prescription, actor: Actor, now: datetime) -> PrescriptionFacts:
    today, book = today_of(now), book_of(row.formulary)
    lines = list(row.lines.select_related("drug").order_by("position"))
    found = _found(row, lines, book, today) if row.state in BEFORE_SIGNING else ()
    sides = {"prescriber": (row.institution,), "reviewer": (row.institution, *leads_of(row.institution, today)), "pharmacy": (row.pharmacy,) if row.pharmacy else (),
             "presented": tuple(row.presented.filter(round=row.round).order_by("pk").values_list("institution", flat=True)) if not row.pharmacy else ()}
    return PrescriptionFacts(
        state=row.state, actor=actor, now=now, today=today, units=(row.institution, *sides["pharmacy"]), sides=sides, residents=(str(row.person_id),), due=row.due,
        done_by=row.done_by, hands=hands_of(WorkEvent, "prescription", row.pk), lines=tuple(line_facts(line, book, today) for line in lines),
        stopping=tuple((each.zh, each.en) for each in stops(found)), warning_count=len(found), valid_to=row.valid_to, lasts_to=_lasts_to(row, lines), round=row.round,
        has_delivery=row.deliveries.filter(state__in=UNDER_WAY).exists())


def _lasts_to(row: Prescription, lines: list[PrescriptionLine]) -> date:
    """The last day of a signed prescription: a long one holds as long as its supply."""
    return row.valid_to if row.kind == USUAL else max(row.valid_to, *(line.from_on + timedelta(days=line.days - 1) for line in lines))


def _found(row: Prescription, lines: list[PrescriptionLine], book: RuleBook, today: date):
    """The rules once more, on the day of the step: an allergy noted meanwhile stops what was written before."""
    asked = Asked(row.kind, row.is_assessed, tuple(Wanted(drug_of(line.drug), line.quantity, line.daily_e3) for line in lines), row.overlap_reason)
    return findings(asked, patient_of(row.person, row.is_pregnant, today), in_hand(row.person, today, row.pk), book, today)


def leads_of(institution: str, day: date) -> tuple[str, ...]:
    """The lead hospitals of an institution's consortia: their pharmacists review for the members."""
    joined = Membership.objects.filter(on_day(day), institution__code=institution).values("consortium")
    return tuple(Membership.objects.filter(on_day(day), consortium__in=joined, part="lead").exclude(institution__code=institution).order_by("institution__code")
                 .values_list("institution__code", flat=True).distinct())


def seen(actor: Actor) -> Q:
    """A resident sees the own, an institution what it wrote; a pharmacy what it has, had, or was shown a token of; a lead hospital what it reviews."""
    if actor.name == SYSTEM or actor.role == "supervisor":
        return EVERYTHING
    if actor.role == "resident":
        return Q(person_id=int(actor.resident)) if actor.resident.isdecimal() else NOTHING
    if actor.role not in ("doctor", "family_doctor", "nurse", "director", "pharmacist") or not actor.unit:
        return NOTHING
    own = Q(institution=actor.unit)
    return own | _of_pharmacy(actor.unit) if actor.role == "pharmacist" else own


def _of_pharmacy(unit: str) -> Q:
    shown = Exists(Presented.objects.filter(prescription=OuterRef("pk"), institution=unit, round=OuterRef("round")))
    given = Exists(Dispensing.objects.filter(prescription=OuterRef("pk"), institution=unit))
    led = Membership.objects.filter(consortium__in=Membership.objects.filter(institution__code=unit, part="lead", to_on=None).values("consortium"), to_on=None).values("institution__code")
    return Q(pharmacy=unit) | Q(shown, state="circulating", pharmacy="") | Q(given) | Q(state__in=REVIEWED, institution__in=led)


def _review(outcome: str):
    def follow(row: Prescription, actor: Actor, now: datetime, given: Given) -> None:
        PrescriptionReview.objects.create(prescription=row, institution=row.institution, outcome=outcome, reason=given.get("reason", "") if outcome == "returned" else "",
                                          by=actor.name, at=now)
    return follow


def _given_out(row: Prescription, actor: Actor, now: datetime, given: Given) -> None:
    """One part leaves the pharmacy: counted on its line, with drug and batch."""
    line = row.lines.select_related("drug").get(position=given["line"])
    if PrescriptionLine.objects.filter(pk=line.pk, dispensed=line.dispensed).update(dispensed=F("dispensed") + given["quantity"]) != 1:
        raise StaleVersion("此项刚被他人更新，请刷新后再办理", "somebody else has just changed this; reload and look again")
    drug = Drug.objects.get(code=given.get("substitute") or line.drug.code)
    Dispensing.objects.create(prescription=row, line=line, drug=drug, quantity=given["quantity"], batch=given["batch"], institution=actor.unit, by=actor.name, at=now,
                              reason=given.get("substitute_reason", "") if drug.pk != line.drug_id else "")


def release(row: Prescription, actor: Actor, now: datetime, given: Given) -> None:
    """What was not given out is not in hand: its days are free again. What was given lasts as long as it does."""
    for line in row.lines.all():
        if not line.dispensed:
            Supply.objects.filter(line=line).update(is_live=False)
        elif line.dispensed < line.quantity:
            Supply.objects.filter(line=line).update(to_on=line.from_on + timedelta(days=-(-line.dispensed * 1000 // line.daily_e3) - 1))


def _delivery_facts(row: DeliveryOrder, actor: Actor, now: datetime) -> DeliveryFacts:
    return DeliveryFacts(
        state=row.state, actor=actor, now=now, today=today_of(now), units=(row.institution, row.prescription.institution), sides={"pharmacy": (row.institution,)},
        residents=(str(row.prescription.person_id),), due=row.due, done_by=row.done_by, hands=hands_of(WorkEvent, "delivery_order", row.pk),
        has_goods=Dispensing.objects.filter(prescription=row.prescription_id, institution=row.institution).exists())


def delivery_seen(actor: Actor) -> Q:
    """The pharmacy that delivers, the institution that prescribed, and the resident."""
    if actor.name == SYSTEM or actor.role == "supervisor":
        return EVERYTHING
    if actor.role == "resident":
        return Q(prescription__person_id=int(actor.resident)) if actor.resident.isdecimal() else NOTHING
    if actor.role not in ("doctor", "family_doctor", "nurse", "director", "pharmacist") or not actor.unit:
        return NOTHING
    return Q(institution=actor.unit) | Q(prescription__institution=actor.unit)


def _person_first(row: Prescription) -> tuple[Lock, ...]:
    """What a person has in hand changes with a prescription: one person's change one after the other."""
    return ((Person, row.person_id),)


def _person_and_prescription_first(row: DeliveryOrder) -> tuple[Lock, ...]:
    return (Person.objects.filter(pk__in=Prescription.objects.filter(pk=row.prescription_id).values("person")), (Prescription, row.prescription_id))


PRESCRIPTION = WorkKind(
    "prescription", Prescription, _facts, seen, WorkEvent, locks=_person_first, units=lambda row: (row.institution,), resident=lambda row: str(row.person_id),
    institutions=lambda row: tuple(each for each in (row.institution, row.pharmacy) if each),
    follows={"approve": _review("approved"), "return": _review("returned"), "insist": _review("insisted"), "countersign": _review("countersigned"),
             "dispense": _given_out, "revoke": release, "expire": release})
DELIVERY_ORDER = WorkKind(
    "delivery_order", DeliveryOrder, _delivery_facts, delivery_seen, WorkEvent, locks=_person_and_prescription_first, units=lambda row: (row.institution,),
    resident=lambda row: str(row.prescription.person_id), institutions=lambda row: (row.institution, row.prescription.institution))
