"""The guards of shared diagnosis, critical values and remote consultation, each seen to stop its step."""
from datetime import date, datetime, timedelta, timezone

from sanyi.workflows.device_facts import DeviceFact

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
PAST, AHEAD = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
LAB, CLAIM = {"kind": "laboratory"}, {"hands": (("claim", "me"),)}
SAMPLE, SENT = {"barcode": "1", "sampled_at": PAST}, {"sent_at": PAST, "carrier": "x"}
COLD = {"coldest_e1": 20, "warmest_e1": 80, "longest_minutes": 120, "sampled_at": PAST}
RECEIVED = {"received_at": NOW, "lowest_e1": 20, "highest_e1": 80}
WORDS = {"findings": "x", "conclusion": "x"}
TISSUE = {"kind": "pathology", "sampled_at": PAST}
SECTIONED = {"sectioned_at": PAST, "blocks_count": 2, "slides_count": 4}
SCANNER = {"kind": "imaging", "devices": {"CT1": DeviceFact(1, "imaging", date(2023, 6, 15)), "CT2": DeviceFact(2, "imaging", date(2023, 6, 14)), "CT3": DeviceFact(3, "imaging"), "ECG1": DeviceFact(4, "ecg", date(2030, 1, 1)),
                                        "CT4": DeviceFact(5, "imaging", date(2030, 1, 1), sender="robot"), "CT5": DeviceFact(6, "imaging", date(2030, 1, 1), out_of_control=("k",))}}
DONE = {"performed_at": NOW}
LIMITS = {"critical_low_e3": 2_500, "critical_high_e3": 6_500, **CLAIM}
OUT = {"due_at": NOW}
FITTING = {
    ("exam", "sample"): (LAB, SAMPLE), ("exam", "send"): ({}, SENT), ("exam", "receive"): (COLD, RECEIVED), ("exam", "fix"): (TISSUE, {"fixed_at": PAST}), ("exam", "section"): (TISSUE, SECTIONED),
    ("exam", "perform"): (SCANNER, {"performed_at": PAST, "device": "CT1"}),
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
    ("exam", "fix", LAB, {"fixed_at": PAST}, "is_pathology"), ("exam", "fix", TISSUE, {"fixed_at": AHEAD}, "has_happened"), ("exam", "fix", {**TISSUE, "sampled_at": NOW}, {"fixed_at": PAST}, "comes_after_the_removal"),
    ("exam", "section", LAB, SECTIONED, "is_pathology"), ("exam", "section", TISSUE, {**SECTIONED, "sectioned_at": AHEAD}, "has_happened"),
    *(("exam", "section", TISSUE, {**SECTIONED, **counts}, "sections_are_counted") for counts in ({"blocks_count": 0}, {"slides_count": 1}, {"slides_count": 1001})),
    *(("exam", "perform", SCANNER, {**DONE, "device": code}, "device_fits") for code in ("CT2", "CT3", "ECG1", "CT4", "CT5", "CT9")),
    ("exam", "report", {**CLAIM, "unmeasured": ("plt",)}, WORDS, "panel_is_measured"), ("exam", "report", {**CLAIM, "beyond": ("plt",)}, WORDS, "critical_measure_is_said"),
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
