"""Decided referrals as rows of the record table `referrals`."""
from datetime import date

from sanyi.store.exports import RecordExport, Row
from sanyi.store.referrals.lists import OURS, record_rows
from sanyi.store.referrals.tables import Referral


def _is_own(row: Row, first: date, last: date) -> bool:
    return str(row["referral_id"]).startswith(OURS) and first <= row["referred_on"] <= last


def _left_out(first: date, last: date) -> int:
    """Referrals of somebody whom the record does not know."""
    return Referral.objects.filter(person__resident_id="", submitted_at__date__range=(first, last)).count()


REFERRALS = RecordExport("referrals", record_rows, _is_own, _left_out)
