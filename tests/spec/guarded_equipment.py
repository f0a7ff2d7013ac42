"""The guards of idle equipment, each seen to stop its step. Source: HK-29, HK-47."""
from datetime import date

LEND, PASS = {"owner": "theirs"}, {"owner": "theirs", "way": "transfer"}
NEED, LATER = {"need": "x"}, {"until_on": date(2099, 1, 1)}
FITTING = {("equipment", step): fit for step, fit in {
    "ask": (LEND, NEED), "agree": (LEND, LATER), "approve": (PASS, {"leave": "x"}), "receive": (LEND, {}), "take_in": (PASS, {}), "hand_over": (LEND, {})}.items()}
GUARDED = [("equipment", *case) for case in [
    ("ask", {**LEND, "owner": "ours"}, NEED, "is_anothers"), ("ask", {**PASS, "is_apart": True}, NEED, "assets_stay_apart"), ("agree", {**PASS, "is_apart": True}, {}, "assets_stay_apart"),
    ("agree", LEND, {}, "day_lies_ahead"), ("agree", PASS, LATER, "day_lies_ahead"), ("agree", LEND, {"until_on": date(2000, 1, 1)}, "day_lies_ahead"),
    ("approve", LEND, {"leave": "x"}, "is_passed_on"), ("hand_over", PASS, {}, "has_leave"), ("receive", PASS, {}, "is_lent"), ("take_in", LEND, {}, "is_passed_on")]]
