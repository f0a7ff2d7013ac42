"""The guards of published cases, each seen to stop its step."""
from datetime import date

from sanyi.workflows.facts import SYSTEM, Actor

TODAY = date(2023, 6, 15)
YESTERDAY = date(2023, 6, 14)
RUN = {"actor": Actor(SYSTEM, "office", persons=(SYSTEM,))}
FOUND = {"amount_fen": 1_200, "due": YESTERDAY}
DECISION, WORDS, SAID = {"amount_fen": "12.00", "finding": "x"}, {"finding": "x"}, {"run": "r", "reason": "x"}
NOTIFIED, CONFIRMED = {"hands": (("notify", "me"),)}, {"hands": (("confirm", "me"),)}
BUREAU = {"actor": Actor("me", "bureau", "ours", ("me",), "me", True)}

FITTING = {("audit_case", "confirm"): (FOUND, DECISION), ("audit_case", "close"): (FOUND, {"booked": "B1"}),
           **{("result_notice", step): ({"answerer": "bureau", "due": YESTERDAY, **BUREAU}, given) for step, given in (("deem", {}), ("uphold", WORDS), ("reject", WORDS))},
           **{(kind, step): (RUN, given) for kind in ("audit_case", "result_notice") for step, given in (("restate", {"run": "r"}), ("vanish", SAID), ("reappear", {"run": "r"}))}}

GUARDED = [
    ("audit_case", "confirm", {**FOUND, "state": "notified", "due": TODAY}, DECISION, "was_heard"), ("audit_case", "confirm", {**FOUND, "state": "notified", "due": None}, DECISION, "was_heard"),
    ("audit_case", "confirm", {**FOUND, **NOTIFIED}, DECISION, "not_who_notified"),
    ("audit_case", "confirm", FOUND, {**DECISION, "amount_fen": "12.01"}, "is_within_what_was_found"), ("audit_case", "confirm", {**FOUND, "amount_fen": None}, DECISION, "is_within_what_was_found"),
    ("audit_case", "appeal", {"due": YESTERDAY}, {"answer": "x"}, "in_time"),
    ("audit_case", "uphold", CONFIRMED, WORDS, "not_who_confirmed"), ("audit_case", "overturn", CONFIRMED, WORDS, "not_who_confirmed"),
    ("audit_case", "close", {"due": TODAY}, {"booked": "B1"}, "time_is_over"),
    ("result_notice", "object", {"due": YESTERDAY}, {"answer": "x"}, "in_time"),
    ("result_notice", "deem", {"answerer": "office", **BUREAU, "due": YESTERDAY}, {}, "answers_for_it"), ("result_notice", "deem", {"answerer": "bureau", **BUREAU, "due": TODAY}, {}, "time_is_over"),
    ("result_notice", "uphold", {"answerer": "office", **BUREAU}, WORDS, "answers_for_it"), ("result_notice", "reject", {"answerer": "office", **BUREAU}, WORDS, "answers_for_it"),
    *((kind, step, {}, SAID if step == "vanish" else {"run": "r"}, "by_a_run") for kind in ("audit_case", "result_notice") for step in ("restate", "vanish", "reappear")),
]
