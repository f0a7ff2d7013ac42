"""A resident's word on a service they had, once for each."""
from datetime import datetime

from django.db import transaction

from sanyi.store.health.basis import own_person
from sanyi.store.health.tables import Evaluation
from sanyi.store.or_refused import or_refused
from sanyi.store.trail.recording import record
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows.errors import BadField
from sanyi.workflows.take import clean

LONGEST, SCORES = 500, range(1, 6)


def evaluate(kind: str, subject_id: str, institution: str, score: int, text: str, by: By, now: datetime) -> Evaluation:
    """Say how a service was; the caller has seen that it is one of the resident's own. Errors: NotAllowed, UnknownWork, BadField, GuardRefused (said already)."""
    with refusals_recorded(by, subject="evaluation", step="evaluate"), transaction.atomic():
        actor, said = check_roles(by, ("resident",)), clean(text)
        person = own_person(actor)
        if score not in SCORES:
            raise BadField("请选择一至五星", "choose one to five stars", "score")
        if len(said) > LONGEST:
            raise BadField(f"至多 {LONGEST} 字", f"at most {LONGEST} characters", "text")
        with or_refused("这项服务已评价过", "this service has been evaluated", "once"):
            row = Evaluation.objects.create(person=person, institution=institution, kind=kind, subject_id=subject_id, score=score, text=said, created_by=actor.name, created_at=now)
        record("change", actor, step="evaluate", subject="evaluation", subject_id=row.pk, residents=(person.pk,), institutions=(institution,),
               given={"kind": kind, "score": score, "text": said}, open_names={"kind"}, now=now)
    return row
