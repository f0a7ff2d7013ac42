"""The guards of break-glass reviews, each seen to stop its step. Source: R41."""
from datetime import date, datetime, timezone

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
FOUND = {"finding": "x"}
LATE = {"due": date(2023, 6, 1), "today": date(2023, 6, 15)}
BROKE = {"hands": (("break_glass", "me"),)}
FITTING = {("access_review", "justify"): ({}, FOUND), ("access_review", "find_unjustified"): ({}, FOUND), ("access_review", "alert"): (LATE, {})}
GUARDED = [("access_review", *case) for case in [
    ("justify", BROKE, FOUND, "not_who_broke_it"), ("find_unjustified", BROKE, FOUND, "not_who_broke_it"),
    ("alert", {**LATE, "due": date(2023, 6, 15)}, {}, "is_overdue"), ("alert", {**LATE, "due": None}, {}, "is_overdue"),
    ("alert", {**LATE, "alerted_at": NOW}, {}, "is_not_alerted")]]
