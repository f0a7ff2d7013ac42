"""The list of first contact: diseases that primary care sees first and treats itself; and who comes first where they are sent. Source: JH-18, HK-17, LJ-29."""
from datetime import date

from sanyi.store.organisation.tables import Institution, on_day
from sanyi.tables.codes import PRIMARY_LEVELS
from sanyi.store.referrals.tables import Referral

COMING = ("accepted", "recorded", "arrived", "treated")  # from when the receiver counts on the patient until the path is closed


def is_listed(diagnosis: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a diagnosis is on a list of first contact."""
    return bool(beginnings) and diagnosis.upper().startswith(beginnings)


def is_first_contact(row: Referral, today: date) -> bool:
    """Whether primary care sends up what the list gives it to treat; an emergency is none."""
    if row.direction != "up" or row.urgency == "emergency" or not is_listed(row.reason, tuple(row.rules.rules.get("first_contact", ()))):
        return False
    return is_primary(row.institution, today)


def is_primary(institution: str, today: date) -> bool:
    """Whether an institution is one of primary care on a day."""
    return Institution.objects.filter(on_day(today), code=institution, level__in=PRIMARY_LEVELS).exists()


def comes_first(row: Referral | None, what: str) -> bool:
    """Whether whoever comes by this referral goes first in treatment, examination or admission, by the rules it was begun under."""
    return row is not None and row.direction == "up" and what in row.rules.rules.get("priority", ())


def preferred_path(person: int, institution: str, what: str) -> Referral | None:
    """The referral by which a patient is at (or expected at) an institution and goes first there in `what`; None where there is none."""
    rows = Referral.objects.filter(person=person, receiver=institution, direction="up", state__in=COMING).select_related("rules").order_by("-pk")
    return next((row for row in rows if comes_first(row, what)), None)
