"""The guards of prescriptions and deliveries, each seen to stop its step, and what lets a step pass."""
from datetime import date

from sanyi.workflows.prescription_facts import LineFacts

TODAY, PAST, AHEAD = date(2023, 6, 15), date(2023, 6, 14), date(2023, 6, 20)
WRITER, OTHER = (("write", "me"),), (("write", "another"),)
LINE = LineFacts(1, "D1", 60, 20, 40, ("D2",), AHEAD)
VALID = {"valid_to": TODAY}
GIVEN = {"line": 1, "quantity": 20, "batch": "B1"}
STOPPING = {"stopping": (("禁止", "not allowed"),)}
FITTING = {
    ("prescription", "check"): ({"hands": WRITER}, {}), ("prescription", "insist"): ({"hands": WRITER}, {"reason": "x"}),
    ("prescription", "approve"): ({"hands": OTHER}, {}), ("prescription", "sign"): ({"hands": WRITER, **VALID}, {}),
    **{("prescription", step): (VALID, {}) for step in ("circulate", "new_token", "take_here", "take")},
    ("prescription", "dispense"): ({"hands": OTHER, "lines": (LINE,), **VALID}, GIVEN), ("prescription", "expire"): ({"valid_to": PAST}, {}),
    ("prescription", "close"): ({"lines": (LineFacts(1, "D1", 60, 60, 60),)}, {})}
SAY = {"reason": "x"}
DISPENSE = {"hands": OTHER, "lines": (LINE,), **VALID}
GUARDED = [
    *(("prescription", step, {"hands": OTHER, **VALID}, given, "is_who_wrote") for step, given in (("check", {}), ("insist", SAY), ("sign", {}))),
    *(("prescription", step, {"hands": hands, **VALID, **STOPPING}, given, "nothing_stops") for step, hands, given in (
        ("check", WRITER, {}), ("insist", WRITER, SAY), ("sign", WRITER, {}), ("approve", OTHER, {}), ("countersign", OTHER, {}))),
    ("prescription", "approve", {"hands": WRITER}, {}, "not_who_wrote"), ("prescription", "return", {"hands": WRITER}, {"reason": "dose"}, "not_who_wrote"),
    ("prescription", "countersign", {"hands": WRITER}, {}, "not_who_insists"), ("prescription", "countersign", {"hands": (("insist", "me"),)}, {}, "not_who_insists"),
    ("prescription", "sign", {"hands": WRITER, "valid_to": PAST}, {}, "is_in_time"),
    *(("prescription", step, {"valid_to": PAST}, {}, "is_in_time") for step in ("circulate", "new_token", "take_here", "take")),
    *(("prescription", step, {}, {}, "is_in_time") for step in ("circulate", "take")),
    ("prescription", "dispense", {**DISPENSE, "valid_to": PAST}, GIVEN, "is_in_time"), ("prescription", "dispense", {**DISPENSE, "hands": WRITER}, GIVEN, "not_who_wrote"),
    ("prescription", "dispense", DISPENSE, {**GIVEN, "line": 2}, "line_is_there"), ("prescription", "dispense", DISPENSE, {**GIVEN, "quantity": 0}, "line_is_there"),
    ("prescription", "dispense", DISPENSE, {**GIVEN, "quantity": -1}, "line_is_there"), ("prescription", "dispense", DISPENSE, {**GIVEN, "quantity": 41}, "remains"),
    ("prescription", "dispense", DISPENSE, {**GIVEN, "quantity": 21}, "window_is_open"),
    ("prescription", "dispense", DISPENSE, {**GIVEN, "substitute": "D3", "substitute_reason": "out_of_stock"}, "substitute_fits"),
    ("prescription", "dispense", DISPENSE, {**GIVEN, "substitute": "D2"}, "substitute_fits"),
    ("prescription", "give_back", {"has_delivery": True}, {"reason": "out_of_stock"}, "no_goods_on_their_way"),
    ("prescription", "revoke", {"has_delivery": True}, {"reason": "mistake"}, "no_goods_on_their_way"),
    ("prescription", "close", {"lines": (LINE,)}, {}, "everything_is_given"), ("prescription", "expire", VALID, {}, "is_past"),
    ("delivery_order", "pack", {"has_goods": False}, {}, "there_are_goods"),
]
