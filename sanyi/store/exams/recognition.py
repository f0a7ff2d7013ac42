"""What recognition came to: rate, reasons and money saved, by institution; and its rows for whoever computes indicators. Source: NG-17, HK-29."""
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, Sum, When
from django.utils import timezone

from sanyi.store.exams.ordering import REASONS
from sanyi.store.exams.tables import RecognitionCheck
from sanyi.store.log import today_of
from sanyi.terms.fen import ratio


ORDERED_AFTERWARDS = Exists(RecognitionCheck.objects.filter(
    person=OuterRef("person"), institution=OuterRef("institution"), result=OuterRef("result"), decision__in=("declined", "repeat"), at__gte=OuterRef("at")))
ACCEPTED = Q(decision="accepted", was_ordered=False)
SAVED = ACCEPTED & ~Q(result__institution=F("institution"))


def recognition_by_institution(start: datetime, end: datetime, unit: str = "") -> list[dict[str, Any]]:
    """By institution, from a moment until before another: results found, accepted, declined by reason, repeats, `rate_ppm`, `saved_fen`.

    The rate is what was accepted of what was found. What was ordered all the same afterwards is not accepted; one's own result saves nothing.
    `unit` leaves one institution.
    """
    rows = RecognitionCheck.objects.filter(at__gte=start, at__lt=end, **({"institution": unit} if unit else {})).annotate(was_ordered=ORDERED_AFTERWARDS)
    counted = rows.values("institution").order_by("institution").annotate(
        accepted=Count("pk", filter=ACCEPTED), declined=Count("pk", filter=Q(decision="declined")), repeats=Count("pk", filter=Q(decision="repeat")),
        saved_fen=Sum("saved_fen", filter=SAVED, default=0), **{f"why_{code}": Count("pk", filter=Q(decision="declined", reason=code)) for code in REASONS})
    return [{"institution": row["institution"], "found": row["accepted"] + row["declined"], "accepted": row["accepted"], "declined": row["declined"],
             "repeats": row["repeats"], "rate_ppm": ratio(row["accepted"], row["accepted"] + row["declined"]), "saved_fen": row["saved_fen"],
             **{code: row[f"why_{code}"] for code in REASONS}} for row in counted]


EXPORTED = ("check_id", "resident_id", "institution_id", "from_institution_id", "item_code", "decision_code", "reason_code", "price_fen", "saved_fen", "checked_on")


def export_recognition(first: date, last: date) -> Iterator[dict[str, Any]]:
    """One row a decision from a day to a last day, as a canonical record would hold it; the resident by the region's own number, empty where there is none."""
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
    rows = RecognitionCheck.objects.filter(at__gte=start, at__lt=end).annotate(
        was_ordered=ORDERED_AFTERWARDS, saved=Case(When(SAVED, then="saved_fen"), default=0, output_field=BigIntegerField())).order_by("pk").values_list(
        "pk", "person__resident_id", "institution", "result__centre", "item", "decision", "reason", "price_fen", "saved", "at")
    for row in rows.iterator():
        yield dict(zip(EXPORTED, (*row[:-1], today_of(row[-1]))))
