"""The guards of shared diagnosis, critical values and remote consultation, each seen to stop its step."""
from datetime import datetime, timedelta, timezone

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
PAST, AHEAD = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
LAB, CLAIM = {"kind": "laboratory"}, {"hands": (("claim", "me"),)}
SAMPLE, SENT = {"barcode": "1", "sampled_at": PAST}, {"sent_at": PAST, "carrier": "x"}
COLD = {"coldest_e1": 20, "warmest_e1": 80, "longest_minutes": 120, "sampled_at": PAST}
RECEIVED = {"received_at": NOW, "lowest_e1": 20, "highest_e1": 80}
WORDS = {"findings": "x", "conclusion": "x"}
LIMITS = {"critical_low_e3": 2_500, "critical_high_e3": 6_500, **CLAIM}
OUT = {"due_at": NOW}
FITTING = {
    ("exam", "sample"): (LAB, SAMPLE), ("exam", "send"): ({}, SENT), ("exam", "receive"): (COLD, RECEIVED), ("exam", "perform"): ({}, {"performed_at": PAST}),
    ("exam", "give_up"): (CLAIM, {}), ("exam", "report"): ({**LIMITS, "hands": (("claim", "me"),)}, {**WORDS, "value": "6.499"}),
    ("exam", "cancel"): ({}, {"reason": "wrong_person"}), ("critical_value", "acknowledge"): ({"value": "K 6.8 mmol/L"}, {"read_back": "k6.8mmol/l"}),
    ("critical_value", "escalate"): (OUT, {}), ("consultation", "give_opinion"): ({"hands": (("accept", "me"),), "urgency": "urgent"}, {"opinion": "x"})}
GUARDED = [
    ("exam", "schedule", LAB, {"at": AHEAD}, "is_done_on_the_person"), ("exam", "schedule", {}, {"at": NOW}, "lies_ahead"),
    ("exam", "sample", {"kind": "ecg"}, SAMPLE, "takes_a_specimen"), ("exam", "sample", LAB, {**SAMPLE, "sampled_at": AHEAD}, "has_happened"),
    ("exam", "send", {}, {**SENT, "sent_at": AHEAD}, "has_happened"), ("exam", "send", {"sampled_at": NOW}, SENT, "comes_after_the_taking"),
    ("exam", "receive", COLD, {**RECEIVED, "received_at": AHEAD}, "has_happened"),
    ("exam", "receive", {**COLD, "sent_at": NOW}, {**RECEIVED, "received_at": PAST}, "comes_after_the_taking"),
    ("exam", "receive", COLD, {**RECEIVED, "lowest_e1": 19}, "cold_chain_held"), ("exam", "receive", COLD, {**RECEIVED, "highest_e1": 81}, "cold_chain_held"),
    ("exam", "receive", COLD, {**RECEIVED, "lowest_e1": 50, "highest_e1": 40}, "cold_chain_held"),
    ("exam", "receive", {**COLD, "sampled_at": NOW - timedelta(minutes=120, seconds=1)}, RECEIVED, "cold_chain_held"),
    ("exam", "perform", LAB, {"performed_at": PAST}, "specimen_is_received"), ("exam", "perform", {}, {"performed_at": AHEAD}, "has_happened"),
    ("exam", "give_up", {"hands": (("claim", "another"),)}, {}, "is_own_claim"), ("exam", "report", {"hands": (("claim", "another"),)}, WORDS, "is_own_claim"),
    *(("exam", "report", LIMITS, {**WORDS, **value}, "value_is_a_number") for value in ({}, {"value": "high"}, {"value": "6.5001"}, {"value": "nan"})),
    *(("exam", "report", LIMITS, {**WORDS, "value": value}, "critical_is_said") for value in ("6.5", "2.5", "-1")),
    ("exam", "send_back", {"hands": (("report", "me"),)}, {"reason": "x"}, "not_the_reporter"), ("exam", "verify", {"hands": (("report", "me"),)}, {}, "not_the_reporter"),
    ("exam", "cancel", {"is_performed": True}, {"reason": "no_longer_needed"}, "late_only_for_the_wrong_person"),
    ("critical_value", "acknowledge", {"value": "6.8"}, {"read_back": "6.3"}, "is_read_back"),
    ("critical_value", "escalate", {"due_at": AHEAD}, {}, "time_is_out"), ("critical_value", "escalate", {}, {}, "time_is_out"),
    ("critical_value", "escalate", {**OUT, "is_last": True}, {}, "somebody_is_left"),
    ("consultation", "schedule", {}, {"at": NOW}, "lies_ahead"), ("consultation", "give_opinion", {"hands": (("accept", "another"),)}, {"opinion": "x"}, "is_the_expert"),
    ("consultation", "give_opinion", {"hands": (("accept", "me"),), "urgency": "routine"}, {"opinion": "x"}, "is_arranged"),
]
