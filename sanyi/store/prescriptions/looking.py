"""Prescriptions and deliveries as pages list them, and the figures of their use: long ones, reviews, many drugs at once."""
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from sanyi.store.kinds import kind_of
from sanyi.store.prescriptions.formulary import book_of, in_force
from sanyi.store.prescriptions.kind import line_facts
from sanyi.store.prescriptions.tables import Drug, Prescription, PrescriptionReview, Supply
from sanyi.store.who import By, actor_of
from sanyi.workflows.facts import Actor
from sanyi.workflows.prescribing import EXTENDED, LONG


def prescriptions_for(by: By) -> QuerySet:
    """The prescriptions an account may see."""
    return kind_of("prescription").seen_by(actor_of(by))


def deliveries_for(by: By) -> QuerySet:
    """The deliveries an account may see."""
    return kind_of("delivery_order").seen_by(actor_of(by))


def searched(text: str) -> Q:
    """The condition of a free search in the list: number, drug, diagnosis, the person's name."""
    drug = Q(lines__drug__zh__icontains=text) | Q(lines__drug__code__iexact=text) | Q(lines__drug__en__icontains=text)
    found = Prescription.objects.filter(drug | Q(person__name__icontains=text) | Q(diagnosis__icontains=text) | Q(institution=text))
    number = (int(text),) if text.isdecimal() and len(text) < 10 else ()
    return Q(pk__in=found.values("pk")) | Q(pk__in=number)


def lines_of(row: Prescription, today: date) -> list[dict[str, Any]]:
    """The lines of one prescription as plain data, with what may be given by today."""
    book = book_of(row.formulary)
    lines = list(row.lines.select_related("drug").order_by("position"))
    return [{"position": line.position, "code": line.drug.code, "zh": line.drug.zh, "en": line.drug.en, "unit": line.drug.unit, "quantity": line.quantity, "daily_e3": line.daily_e3,
             "days": line.days, "from_on": line.from_on, "use": line.use, "may_substitute": line.may_substitute, "dispensed": line.dispensed, "left": line.quantity - line.dispensed,
             "now": max(0, facts.allowed - line.dispensed), "next_on": facts.next_on, "substitutes": list(Drug.objects.filter(code__in=facts.substitutes).values("code", "zh", "en"))}
            for line in lines for facts in [line_facts(line, book, today)]]


def dispensings_of(row: Prescription) -> list[dict[str, Any]]:
    """What was given out so far, oldest first."""
    return list(row.dispensings.order_by("pk").values("line__position", "drug__zh", "drug__en", "quantity", "batch", "reason", "institution", "by", "at"))


def ingredients() -> list[str]:
    """The ingredients of the drugs on the list."""
    return sorted({name for contents in Drug.objects.filter(is_current=True).values_list("contents", flat=True) for name in contents})


def find_drugs(text: str, most: int = 20) -> list[Drug]:
    """Current drugs whose name, code or ingredient holds a text."""
    found = Q(zh__icontains=text) | Q(en__icontains=text) | Q(code__iexact=text) | Q(contents_key__icontains=text)
    return list(Drug.objects.filter(found, is_current=True).order_by("code")[:most])


def _institutions(actor: Actor) -> Q:
    """Whose figures an actor may see: those who look after the region all, a director or pharmacist the own institution's."""
    return Q() if actor.role in ("office", "bureau", "supervisor") else Q(institution=actor.unit)


def shares(by: By, from_on: date, to_on: date) -> list[dict[str, Any]]:
    """By institution: prescriptions written in a span of days, how many of them long or extended, how many came from a higher hospital. Revoked ones do not count."""
    found = Prescription.objects.filter(_institutions(actor_of(by)), prescribed_on__range=(from_on, to_on)).exclude(state="revoked")
    return list(found.values("institution").annotate(count=Count("pk"), long_count=Count("pk", filter=Q(kind__in=(LONG, EXTENDED))),
                                                     extended_count=Count("pk", filter=Q(kind=EXTENDED))).order_by("institution"))


def review_rates(by: By, from_on: date, to_on: date) -> list[dict[str, Any]]:
    """By institution and outcome (of returned ones by reason too): how many answers of pharmacists. Source: NG-18."""
    found = PrescriptionReview.objects.filter(_institutions(actor_of(by)), at__date__range=(from_on, to_on))
    return list(found.values("institution", "outcome", "reason").annotate(count=Count("pk")).order_by("institution", "outcome", "reason"))


def polypharmacy(by: By, today: date) -> QuerySet:
    """Persons with many ingredients at once today, as rows of person and count; those with supplies of the actor's institution, or all. Source: NG-16."""
    actor, least = actor_of(by), book_of(in_force()).polypharmacy_count
    live = Supply.objects.filter(is_live=True, from_on__lte=today, to_on__gte=today)
    if actor.role not in ("supervisor",):
        live = live.filter(person__in=Supply.objects.filter(is_live=True, institution=actor.unit, to_on__gte=today).values("person"))
    return live.values("person").annotate(ingredient_count=Count("ingredient", distinct=True), institution_count=Count("institution", distinct=True)).filter(
        ingredient_count__gte=least).order_by("-ingredient_count", "person")
