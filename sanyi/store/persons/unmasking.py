"""Showing a person's fields in clear: an act of its own, with a purpose. Source: R48."""
from datetime import datetime

from django.db import transaction

from sanyi.store.persons.describing import open_values
from sanyi.store.persons.registering import KEEPERS
from sanyi.store.persons.tables import Person
from sanyi.store.trail.recording import record
from sanyi.store.who import By, check_factor, check_roles
from sanyi.workflows.errors import BadField, UnknownWork

PURPOSES = {"identify": ("当面核对身份", "to identify who is here"), "contact": ("联系本人", "to reach the person"), "match": ("核对是否同一人", "to tell whether two rows are one"),
            "claim": ("办理医保结算", "for an insurance claim")}


def unmask(id: int, purpose: str, by: By, now: datetime) -> dict[str, str]:
    """A person's fields in clear, for a purpose, with a second factor; the act is in the trail before it is shown.

    Errors: NotAllowed, FactorNeeded, BadField (no purpose), UnknownWork. Source: R48.
    """
    if purpose not in PURPOSES:
        raise BadField(f"请选择用途：{'、'.join(zh for zh, _ in PURPOSES.values())}", f"choose a purpose: {', '.join(PURPOSES)}", "purpose")
    with transaction.atomic():
        actor = check_factor(check_roles(by, KEEPERS))
        row = Person.objects.filter(pk=id).first()
        if row is None:
            raise UnknownWork(f"没有人员 {id}", f"there is no person {id}")
        record("unmask", actor, step="unmask", subject="person", subject_id=id, residents=(id,), institutions=(row.institution,), purpose=purpose, now=now)
        return {"name": row.name, "born_on": row.born_on.isoformat() if row.born_on else "", **open_values(row)}
