"""The guards of the person index's workflows, each seen to stop its step."""
FITTING = {("person_match", "part"): ({"is_merged": True}, None)}

GUARDED = [
    ("person_match", "call_same", {"are_active": False}, {"why": "document_seen"}, "both_are_active"),
    ("person_match", "confirm_same", {"are_active": False}, {"why": "document_seen"}, "both_are_active"),
    ("person_match", "confirm_same", {"hands": (("call_same", "me"),)}, {"why": "document_seen"}, "a_second_person"),
    ("person_match", "part", {"is_merged": False}, {"reason": "x"}, "is_still_merged"),
    ("health_card", "resume", {"has_other": True}, {"reason": "x"}, "is_the_only_one"),
]
