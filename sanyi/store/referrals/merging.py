"""When two rows of a person are merged: of two open requests to one place for one reason, the one that has not come as far is withdrawn, and stands again on parting."""
from collections import defaultdict

from sanyi.store.appointments.tables import Appointment
from sanyi.store.persons.consequences import Merge, Moved, Said, moves_rows, set_aside, set_back
from sanyi.store.referrals.tables import DRAFTS, OPEN_STATES, Referral
from sanyi.workflows.appointment import LIVE
from sanyi.workflows.errors import GuardRefused
from sanyi.workflows.referral import BEFORE_ARRIVAL


def _make_room(merge: Merge) -> Moved:
    """Withdraw the lesser of each two. Errors: GuardRefused where the patient has arrived under both, or the lesser has an appointment."""
    alike = defaultdict(list)
    for row in Referral.objects.select_for_update().filter(person__in=(merge.kept, merge.gone), state__in=OPEN_STATES).order_by("pk"):
        alike[row.receiver, row.reason, row.institution if row.state in DRAFTS else ""].append(row)  # of each what may be open once
    return [_withdrawn(*sorted(rows, key=_how_far), merge) for rows in alike.values() if len(rows) == 2]


def _how_far(row: Referral) -> tuple:
    """How far a request has come: its state, an appointment, and the older before the newer."""
    return OPEN_STATES.index(row.state), _has_appointment(row), -row.pk


def _withdrawn(lesser: Referral, other: Referral, merge: Merge) -> dict:
    if lesser.state not in BEFORE_ARRIVAL or _has_appointment(lesser):
        raise GuardRefused(f"转诊 {lesser.pk} 与 {other.pk} 去往同一机构、同一原因，且均已到诊或均有预约：请先办结其一，再合并",
                           f"referrals {lesser.pk} and {other.pk} go to one place for one reason, and both have arrived or have an appointment: close one of them, then merge", "no_conflict")
    return set_aside(lesser, merge, state="withdrawn", due_at=None)


def _has_appointment(row: Referral) -> bool:
    return Appointment.objects.filter(referral=row, state__in=LIVE).exists()


def _as_before(merge: Merge, moved: Moved) -> Said:
    return set_back(Referral, moved, merge, "转诊", "referral")


REFERRALS = moves_rows(Referral, "person", "转诊", "referrals", _make_room, _as_before)
