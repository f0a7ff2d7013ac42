"""A resident's consents: given and withdrawn by the resident alone; a withdrawal acts at the next reading. Source: R49."""
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from sanyi.store.health.basis import own_person
from sanyi.store.health.tables import RecordConsent
from sanyi.store.log import today_of, write_change, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Institution, on_day
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows.access_matrix import CONSENTED, PURPOSES
from sanyi.workflows.errors import BadField, UnknownWork

SUBJECT = "record_consent"


def give_consent(purpose: str, institution: str, until_on: date | None, by: By, now: datetime) -> RecordConsent:
    """Consent to readings for a purpose, by one institution or (empty) any. Errors: NotAllowed, UnknownWork, BadField, GuardRefused (there is one)."""
    with refusals_recorded(by, subject=SUBJECT, step="give"), transaction.atomic():
        actor = check_roles(by, ("resident",))
        person = own_person(actor)
        if purpose not in CONSENTED:
            raise BadField(f"请选择用途：{'、'.join(PURPOSES[each][0] for each in CONSENTED)}", f"choose one of: {', '.join(CONSENTED)}", "purpose")
        if institution and not Institution.objects.filter(on_day(today_of(now)), code=institution).exists():
            raise BadField(f"没有在册的机构“{institution[:40]}”", f"there is no institution {institution[:40]!r}", "institution")
        if until_on is not None and until_on < today_of(now):
            raise BadField("截止日期已过", "its last day has passed", "until_on")
        RecordConsent.objects.filter(person=person, purpose=purpose, institution=institution, withdrawn_at=None, until_on__lt=today_of(now)).update(
            withdrawn_at=now, withdrawn_by=actor.name)  # it ended by itself; the new one takes its place
        with or_refused("已有相同的有效同意", "the same consent is given already", "once"):
            row = RecordConsent.objects.create(person=person, purpose=purpose, institution=institution, until_on=until_on, given_by=actor.name, given_at=now)
        write_line(row, SUBJECT, "give", actor.name, now, "", {"purpose": purpose, "institution": institution, "until_on": until_on}, actor.persons, actor=actor,
                   residents=(person.pk,), institutions=(institution,), purpose=purpose, open_names={"purpose", "institution"})
    return row


def withdraw_consent(id: int, by: By, now: datetime) -> None:
    """Withdraw one's own consent. Errors: NotAllowed, UnknownWork (not one's own, or withdrawn already)."""
    with refusals_recorded(by, subject=SUBJECT, subject_id=id, step="withdraw"), transaction.atomic():
        actor = check_roles(by, ("resident",))
        person = own_person(actor)
        row = RecordConsent.objects.select_for_update().filter(pk=id, person=person, withdrawn_at=None).first()
        if row is None:
            raise UnknownWork(f"没有编号为 {id} 的有效同意", f"there is no live consent number {id}")
        write_change(row, SUBJECT, "withdraw", actor.name, now, {"withdrawn_at": now, "withdrawn_by": actor.name}, {}, actor.persons, actor=actor,
                     residents=(person.pk,), institutions=(row.institution,), purpose=row.purpose)


def consents_of(person: int) -> QuerySet:
    """A person's consents, the newest first."""
    return RecordConsent.objects.filter(person=person).order_by("-id")
