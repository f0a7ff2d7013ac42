"""The guards of appointments and of the waiting list, each seen to stop its step."""
from datetime import date, datetime, timedelta, timezone

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
SOON, BEFORE = {"starts_at": NOW + HOUR, "ends_at": NOW + 2 * HOUR, "cancel_by": NOW + HOUR / 2}, {"starts_at": NOW - HOUR, "ends_at": NOW, "cancel_by": NOW - 2 * HOUR}
PAST_DEADLINE = {**SOON, "cancel_by": NOW, "sides": {"host": ("theirs",)}}
OFFER = {"slot": 1, "place": "common"}
FITTING = {("appointment", "check_in"): (SOON, {}), ("waiting", "lapse"): ({"expires_at": NOW}, {}), ("waiting", "expire"): ({"last_on": date(2023, 6, 14)}, {})}
GUARDED = [
    ("appointment", "end_with_referral", {"starts_at": NOW}, {"why": "expired"}, "has_not_begun"),
    ("appointment", "confirm", BEFORE, {}, "has_not_begun"), ("appointment", "confirm", {**SOON, "starts_at": NOW}, {}, "has_not_begun"),
    ("appointment", "check_in", BEFORE, {}, "is_its_day"), ("appointment", "check_in", {"starts_at": NOW + 24 * HOUR, "ends_at": NOW + 25 * HOUR}, {}, "is_its_day"),
    ("appointment", "miss", {"late_at": NOW + HOUR}, {}, "is_late"), ("appointment", "excuse", {"is_counted": False}, {"reason": "x"}, "still_counts"),
    ("appointment", "cancel", BEFORE, {"why": "other"}, "has_not_begun"), ("appointment", "cancel", PAST_DEADLINE, {"why": "other"}, "is_in_time"),
    ("appointment", "displace", BEFORE, {"reason": "x"}, "has_not_begun"),
    ("appointment", "move", BEFORE, {"slot": 2}, "has_not_begun"), ("appointment", "move", PAST_DEADLINE, {"slot": 2}, "is_in_time"),
    ("waiting", "offer", {}, {**OFFER, "until": NOW}, "offer_lies_ahead"), ("waiting", "take", {"expires_at": NOW}, {}, "offer_stands"),
    ("waiting", "lapse", {"expires_at": NOW + HOUR}, {}, "offer_is_over"), ("waiting", "lapse", {}, {}, "offer_is_over"),
    ("waiting", "expire", {"last_on": date(2023, 6, 15)}, {}, "window_is_over"), ("waiting", "expire", {}, {}, "window_is_over"),
]
