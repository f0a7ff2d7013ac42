"""The guards of residents' requests about contracts, each seen to stop its step."""
from datetime import date, timedelta

from sanyi.workflows.contract_request import CONTRACT_REQUEST
from sanyi.workflows.facts import SYSTEM, Actor

TODAY = date(2023, 6, 15)
YESTERDAY = TODAY - timedelta(days=1)
ALONE = {"actor": Actor(SYSTEM, "office", "", (SYSTEM,))}
SHOWN = {"due": TODAY, "is_code_confirmed": True, "request_days": 7}

FITTING = {("contract_request", step): fit for step, fit in {
    "confirm": (SHOWN, {}), "accept": ({"due": TODAY, "contract_state": "active"}, {}), "lapse": ({"due": YESTERDAY}, {}), "close": (ALONE, {"cause": "over"})}.items()}

GUARDED = [("contract_request", *case) for case in (
    ("confirm", {**SHOWN, "due": YESTERDAY}, {}, "request_still_stands"), ("confirm", {**SHOWN, "is_code_confirmed": False}, {}, "code_was_shown"),
    ("accept", {"due": YESTERDAY}, {}, "request_still_stands"), ("accept", {"due": TODAY, "contract_state": "suspended"}, {}, "contract_is_in_force"),
    ("lapse", {"due": TODAY}, {}, "request_is_late"), ("close", {}, {"cause": "over"}, "comes_with_something_else"))]

assert {step.name for step in CONTRACT_REQUEST.steps if step.guards} == {step for _, step, *_ in GUARDED}, "every guarded step is seen to be stopped"
