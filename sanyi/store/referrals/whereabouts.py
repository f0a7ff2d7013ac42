"""Where a referred patient is, for whoever sent them: it follows the chain to its end."""
from sanyi.store.referrals.tables import Referral

THERE = ("recorded", "arrived", "treated", "down_offered")


def whereabouts(row: Referral) -> tuple[str, str, int]:
    """How the patient stands to an institution (at; expected there; back), its code, and the last request of the chain."""
    last = row
    while (onward := last.replaced_by.first()) is not None:
        last = onward
    back = last.returned_by.exclude(state__in=("withdrawn", "declined", "expired", "redirected", "no_show")).order_by("-pk").first()
    if back is not None and back.submitted_at is not None:
        last = back
    if last.state in THERE or last.state == "closed" and last.direction != "down" and not _came_back(last):
        return "at", last.receiver, last.pk
    if last.state in ("taken_over", "closed"):
        return ("back", last.institution, last.pk) if _came_back(last) else ("at", last.receiver, last.pk)
    if last.state in ("accepted", "certified"):
        return "expected", last.receiver, last.pk
    return "at", last.institution, last.pk


def _came_back(row: Referral) -> bool:
    """Whether the sender took the patient over."""
    from sanyi.store.models import WorkEvent
    return row.state == "taken_over" or WorkEvent.objects.filter(subject="referral", subject_id=row.pk, step="take_over").exists()
