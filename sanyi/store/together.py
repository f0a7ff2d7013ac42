"""Several doors as one: all of what they do, or nothing."""
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from sanyi.store.crossing import tried_again
from sanyi.store.or_refused import laws_refused
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By

Gives = TypeVar("Gives")


@tried_again
def all_or_none(do: Callable[[], Gives], subject: str, by: By, now: datetime) -> Gives:
    """Do something that goes through several doors, in one transaction; a refusal of one undoes all, and is what the trail hears of. Errors: those of the doors."""
    with refusals_recorded(by, subject=subject, now=now), laws_refused(), transaction.atomic():
        return do()
