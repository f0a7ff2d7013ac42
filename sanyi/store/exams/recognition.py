"""What recognition came to: rate, reasons and money saved, by institution; and its rows for whoever computes indicators. Source: NG-17, HK-29."""
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from sanyi.store.exams.ordering import REASONS
from sanyi.store.exams.tables import RecognitionCheck
from sanyi.store.log import today_of
from sanyi.terms.fen import ratio


def recognition_by_institution(start: datetime, end: datetime, unit: str = "") -> list[dict[str, Any]]:
    """By institution, from a moment until before another: results found, accepted, declined by reason, repeats, `rate_ppm`, `saved_fen`.

    The rate is what was accepted of what was found. `unit` leaves one institution.
    """
    rows = RecognitionCheck.objects.filter(at__gte=start, at__lt=end, **({"institution": unit} if unit else {}))
    counted = rows.values("institution").order_by("institution").annotate(
        accepted=Count("pk", filter=Q(decision="accepted")), declined=Count("pk", filter=Q(decision="declined")), repeats=Count("pk", filter=Q(decision="repeat")),
        saved_fen=Sum("saved_fen"), **{f"why_{code}": Count("pk", filter=Q(decision="declined", reason=code)) for code in REASONS})
    return [{"institution": row["institution"], "found": row["accepted"] + row["declined"], "accepted": row["accepted"], "declined": row["declined"],
             "repeats": row["repeats"], "rate_ppm": ratio(row["accepted"], row["accepted"] + row["declined"]), "saved_fen": row["saved_fen"],
             **{code: row[f"why_{code}"] for code in REASONS}} for row in counted]


EXPORTED = ("check_id", "resident_id", "institution_id", "from_institution_id", "item_code", "decision_code", "reason_code", "price_fen", "saved_fen", "checked_on")


def export_recognition(first: date, last: date) -> Iterator[dict[str, Any]]:
    """One row a decision from a day to a last day, as a canonical record would hold it; the resident by the region's own number, empty where there is none."""
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    rows = RecognitionCheck.objects.filter(at__gte=start, at__lt=end).order_by("pk").values_list(
        "pk", "person__resident_id", "institution", "result__centre", "item", "decision", "reason", "price_fen", "saved_fen", "at")
    for row in rows.iterator():
        yield dict(zip(EXPORTED, (*row[:-1], today_of(row[-1]))))
