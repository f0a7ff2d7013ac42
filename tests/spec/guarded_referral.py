"""The guards of referrals, each seen to stop its step: (workflow, step, facts, fields, guard); and facts in which nothing stands in the way. Source: REF-1."""
from datetime import date, datetime, timedelta, timezone

from sanyi.workflows.facts import Actor

NOW = datetime(2023, 6, 15, tzinfo=timezone.utc)
WHOLE = {"parts": ("summary", "purpose", "continuing_plan"), "needed_parts": ("summary", "purpose"), "criterion": "needs_surgery",
         "criteria": ("needs_surgery",), "digest": "d1", "consented": "d1", "down_criteria": ("stable",), "sender": "ours", "receiver": "theirs"}
OFF = {**WHOLE, "direction": "off_site"}
LATE = {"due_at": NOW - timedelta(minutes=1), "minutes": {"levels": 1}}
ACCEPT = {"digest": "d1", "expected_at": NOW + timedelta(hours=3)}
DECLINE = {"reason": "no_bed", "alternative": "H9"}
TO = {"to": "H9", "reason": "x"}

FITTING = {("referral", step): fit for step, fit in {
    "submit": (WHOLE, {}), "ask_filing": (OFF, {}), "consent": (WHOLE, {"way": "in_person", "digest": "d1"}), "accept": (WHOLE, ACCEPT),
    "decline": (WHOLE, DECLINE), "redirect": (WHOLE, TO), "send_on": (WHOLE, TO), "confirm": ({**WHOLE, "recorded_by": "theirs"}, {}),
    "record_emergency": ({**WHOLE, "urgency": "emergency"}, {"moved_at": NOW - timedelta(hours=5)}),
    "deny": ({**WHOLE, "recorded_by": "theirs"}, {"reason": "x"}), "report_arrival": (OFF, {}),
    "report_treated": (OFF, {"diagnosis": "x", "treatment": "x", "outcome": "cured"}), "finish_off_site": (OFF, {}), "offer_down": (WHOLE, {"criterion": "stable"}),
    "take_over": (WHOLE, {"digest": "d1"}), "escalate": (LATE, {}), "expire": ({**LATE, "escalation": 1}, {}), "miss": (LATE, {}), "lapse": (LATE, {}), "acknowledge": ({"has_news": True, "begun_by": "me"}, {}),
}.items()}

GUARDED = [("referral", *case) for case in [
    ("consent", WHOLE, {"way": "in_person", "digest": "other bytes"}, "shown_is_current"),
    ("consent", {**WHOLE, "has_effect": False}, {"way": "in_person", "digest": "d1"}, "effect_is_shown"),
    ("submit", OFF, {}, "is_not_off_site"), ("submit", {**WHOLE, "criterion": "whim"}, {}, "criterion_is_named"),
    ("submit", {**WHOLE, "is_first_contact": True, "first_contact_criteria": ("unstable",)}, {}, "first_contact_is_kept"),
    ("submit", {**WHOLE, "parts": ("summary",)}, {}, "packet_is_whole"), ("submit", {**WHOLE, "consented": "d0"}, {}, "consent_is_current"),
    ("submit", {**WHOLE, "consented": "", "digest": ""}, {}, "consent_is_current"),
    ("submit", {**WHOLE, "has_twin": True}, {}, "is_the_only_one"), ("ask_filing", {**OFF, "has_twin": True}, {}, "is_the_only_one"),
    ("record_emergency", {**WHOLE, "urgency": "emergency", "has_twin": True}, {"moved_at": NOW}, "is_the_only_one"),
    ("acknowledge", {}, {}, "there_is_news"), ("acknowledge", {"has_news": True, "begun_by": "gp", "actor": Actor("desk", "registrar", "ours")}, {}, "is_theirs_to_hear"),
    ("lapse", {"due_at": NOW + timedelta(seconds=1)}, {}, "time_is_up"),
    ("submit", {**WHOLE, "refusal": ("不收", "does not take it")}, {}, "receiver_takes"),
    ("ask_filing", WHOLE, {}, "is_off_site"), ("ask_filing", {**OFF, "criteria": ()}, {}, "criterion_is_named"),
    ("ask_filing", {**OFF, "parts": ()}, {}, "packet_is_whole"), ("ask_filing", {**OFF, "digest": "d2"}, {}, "consent_is_current"),
    ("certify", OFF, {"certificate": "B1", "valid_to": date(2023, 6, 14)}, "certificate_lies_ahead"),
    ("accept", WHOLE, {**ACCEPT, "digest": "d0"}, "shown_is_current"), ("accept", WHOLE, {**ACCEPT, "expected_at": NOW - timedelta(seconds=1)}, "comes_in_time"),
    ("accept", {**WHOLE, "minutes": {"arrive": 120}}, ACCEPT, "comes_in_time"), ("accept", {**WHOLE, "full": ("已满", "full")}, ACCEPT, "quota_is_free"),
    ("decline", WHOLE, {"reason": "no_capability"}, "says_where_else"),
    ("escalate", {**LATE, "due_at": NOW + timedelta(seconds=1)}, {}, "time_is_up"), ("escalate", {**LATE, "due_at": None}, {}, "time_is_up"),
    ("escalate", {**LATE, "escalation": 1}, {}, "can_go_higher"), ("escalate", {**LATE, "escalation": 1, "state": "arrived"}, {}, "nobody_was_told"), ("expire", LATE, {}, "was_escalated"),
    ("expire", {**LATE, "escalation": 1, "due_at": None}, {}, "time_is_up"), ("miss", {}, {}, "time_is_up"),
    ("redirect", WHOLE, {**TO, "to": "theirs"}, "goes_elsewhere"), ("send_on", WHOLE, {**TO, "to": "ours"}, "goes_elsewhere"),
    ("record_emergency", WHOLE, {"moved_at": NOW}, "is_emergency"),
    ("record_emergency", {**WHOLE, "urgency": "emergency"}, {"moved_at": NOW + timedelta(seconds=1)}, "has_happened"),
    ("report_arrival", WHOLE, {}, "is_off_site"), ("confirm", {**WHOLE, "recorded_by": "ours"}, {}, "by_the_other_side"),
    ("deny", {**WHOLE, "recorded_by": "ours"}, {"reason": "x"}, "by_the_other_side"),
    ("report_treated", WHOLE, {"diagnosis": "x", "treatment": "x", "outcome": "cured"}, "is_off_site"), ("finish_off_site", WHOLE, {}, "is_off_site"),
    ("report_arrival", {**OFF, "certified_to": date(2023, 6, 14)}, {}, "certificate_stands"),
    ("offer_down", WHOLE, {"criterion": "whim"}, "down_criterion_is_named"),
    ("offer_down", {**WHOLE, "parts": ("summary",)}, {"criterion": "stable"}, "plan_is_there"), ("take_over", WHOLE, {"digest": "d0"}, "shown_is_current"),
]]
