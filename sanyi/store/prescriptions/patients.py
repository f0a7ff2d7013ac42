"""What rules must know of a person: age, sex, allergies, and what is still in hand from any institution."""
from contextlib import AbstractContextManager
from datetime import date, datetime

from django.db import transaction

from sanyi.store import tenancy
from sanyi.store.contracts.tables import Contract
from sanyi.store.organisation.tables import Institution
from sanyi.store.persons.finding import rows_of
from sanyi.store.persons.tables import Person
from sanyi.store.prescriptions.tables import Allergy, Prescription, PrescriptionLine, Supply
from sanyi.store.trail.recording import record
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.prescribing import InHand, Patient
from sanyi.workflows.take import clean


def one_person(id: int) -> Person:
    """A living, active person of the index. Errors: UnknownWork."""
    found = Person.objects.filter(pk=id, is_active=True).first()
    if found is None:
        raise UnknownWork(f"没有编号为 {id} 的居民", f"there is no person number {id}")
    return found


def everywhere(person: Person) -> AbstractContextManager[None]:
    """What rules ask of a person, whichever institution wrote it, under this row or one that was merged into it."""
    return tenancy.in_hand((person.pk, *person.merged_from.values_list("pk", flat=True)))


def patient_of(person: Person, is_pregnant: bool | None, today: date) -> Patient:
    """A person as the rules ask."""
    age = None if person.born_on is None else today.year - person.born_on.year - ((today.month, today.day) < (person.born_on.month, person.born_on.day))
    return Patient(age, person.sex, is_pregnant, allergies_of(person))


def allergies_of(person: Person) -> frozenset[str]:
    """The ingredients a person is allergic to, as last noted."""
    with everywhere(person):
        noted = dict(Allergy.objects.filter(rows_of(person)).order_by("pk").values_list("ingredient", "is_there"))
    return frozenset(name for name, is_there in noted.items() if is_there)


def in_hand(person: Person, today: date, besides: int | None = None) -> tuple[InHand, ...]:
    """What a person still has from today on, whichever institution wrote it; `besides` leaves one prescription out."""
    found = Supply.objects.filter(rows_of(person), is_live=True, to_on__gte=today).exclude(line__prescription_id=besides).order_by("ingredient", "to_on")
    with everywhere(person):
        return tuple(InHand(*row) for row in found.values_list("ingredient", "to_on", "institution", "line__prescription_id"))


def note_allergy(person_id: int, ingredient: str, is_there: bool, by: By, now: datetime) -> Allergy:
    """Note an allergy, or that there is none after all. Errors: NotAllowed, UnknownWork, BadField."""
    with transaction.atomic():
        actor, person = check_roles(by, ("doctor", "family_doctor", "pharmacist", "nurse")), one_person(person_id)
        if not clean(ingredient) or len(clean(ingredient)) > 100:
            raise BadField("请填写药物成分", "name the ingredient", "ingredient")
        row = Allergy.objects.create(person=person, ingredient=clean(ingredient), is_there=is_there, institution=actor.unit, created_by=actor.name, created_at=now)
        record("change", actor, step="note_allergy", subject="allergy", subject_id=row.pk, residents=(person.pk,), given={"ingredient": row.ingredient, "is_there": is_there},
               closed_names={"ingredient"}, now=now)
    return row


def has_contract(person: Person, institution: str, day: date) -> bool:
    """Whether a person is under contract with a team of an institution on a day."""
    return Contract.objects.filter(rows_of(person), institution=institution, state="active", from_on__lte=day, to_on__gte=day).exists()


def had_before(person: Person, ingredients: set[str], levels: tuple[str, ...]) -> set[str]:
    """Those of some ingredients that an institution of certain levels has prescribed to a person before, and signed."""
    codes = Institution.objects.filter(level__in=levels).values("code")
    found = PrescriptionLine.objects.filter(prescription__in=Prescription.objects.filter(rows_of(person), institution__in=codes).exclude(
        state__in=("written", "checked", "returned", "insisted", "revoked")))
    with everywhere(person):
        return {name for contents in found.values_list("drug__contents", flat=True) for name in contents} & ingredients
