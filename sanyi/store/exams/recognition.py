"""What recognition came to: rate, reasons and money saved, by institution. Source: NG-17, HK-29."""
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from sanyi.store.exams.ordering import REASONS
from sanyi.store.exams.tables import RecognitionCheck
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
