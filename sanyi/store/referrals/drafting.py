"""Writing a new draft down, where nothing of the kind is open already."""
from datetime import datetime

from sanyi.store.or_refused import or_refused
from sanyi.store.referrals.rules import draft_ends
from sanyi.store.referrals.tables import SENT_STATES, Referral
from sanyi.store.tenancy import in_hand
from sanyi.workflows.errors import GuardRefused


def has_twin(row: Referral) -> bool:
    """Whether another request of the patient to this receiver for this reason is sent and open, whoever sent it."""
    with in_hand((row.person_id,)):
        return Referral.objects.filter(person=row.person_id, receiver=row.receiver, reason=row.reason, state__in=SENT_STATES).exclude(pk=row.pk).exists()


def insert_draft(row: Referral, now: datetime) -> None:
    """Insert a draft that lapses when its time is over. Errors: GuardRefused: one is on its way, or this institution has a draft of it."""
    words = f"此人已有一份因 {row.reason} 转往 {row.receiver} 的在办转诊", f"this person has an open referral to {row.receiver} for {row.reason} already"
    if has_twin(row):
        raise GuardRefused(*words, "once")
    row.due_at = draft_ends(row.rules, row.urgency, now)
    with or_refused(*words, "once"):
        row.save(force_insert=True)
