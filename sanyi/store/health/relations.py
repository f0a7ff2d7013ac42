"""What makes a treatment relation: each area puts its own into its `relations.py`; there is no list to edit."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sanyi.store.areas import area_files


@dataclass(frozen=True)
class TreatmentRelation:
    """One kind: `holds(person, institution, now)` says whether it is live at this moment. Who is `attending` treats the person now. Source: R49."""

    name: str
    zh: str
    en: str
    purposes: tuple[str, ...]
    holds: Callable[[int, str, datetime], bool]
    is_attending: bool = False


@cache
def relations() -> tuple[TreatmentRelation, ...]:
    """Every kind, those that attend first."""
    found = [value for file in area_files("relations") for value in vars(file).values() if isinstance(value, TreatmentRelation)]
    return tuple(sorted(found, key=lambda each: (not each.is_attending, each.name)))


def _is_here(person: int, institution: str, now: datetime) -> bool:
    from sanyi.store.health.tables import Visit
    return Visit.objects.filter(person=person, institution=institution, created_at__lte=now, closes_at__gt=now).exists()


VISIT = TreatmentRelation("visit", "已登记到诊", "visit registered", ("treatment",), _is_here, is_attending=True)
