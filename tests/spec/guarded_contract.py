"""The guards of family-doctor contracts, each seen to stop its step."""
from datetime import date, timedelta

from sanyi.workflows.contract import CONTRACT
from sanyi.workflows.facts import Actor

TODAY = date(2023, 6, 15)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
OFFER = {"from_on": TODAY, "is_code_confirmed": True, "witnesses": ("N2", "words"), "witness": "N2", "witnessed_on": TODAY}
BEGUN = {"from_on": YESTERDAY, "to_on": date(2024, 6, 13), "term_on": date(2024, 6, 13), "signed_on": YESTERDAY, "cooling_off_days": 7}
CLOSED = {"closed": (("已撤销", "closed"),)}
CLASH = {"clashes": (("重叠", "overlap"),)}
WITNESS = Actor("me", "nurse", "ours", ("staff:me",))
WORDS = {"reason": "x"}
TAKEN_OVER = {**BEGUN, "later_state": "signed", "later_from": TODAY}
END = {"reason": "wish", "to_on": TODAY}

FITTING = {("contract", step): fit for step, fit in {
    "lapse": ({"due": YESTERDAY}, {}), "sign_on_request": ({**OFFER, "requests": (7,)}, {"request": "7"}), "sign": (OFFER, {}), "stand_by": ({**OFFER, "witnesses": ("me",), "actor": WITNESS}, {}), "sign_at_desk": (OFFER, {}), "start": (BEGUN, {}), "cancel": (BEGUN, WORDS), "end": (BEGUN, END), "end_with_death": ({**BEGUN, "died_on": YESTERDAY - timedelta(days=1)}, {}),
    "transfer": (TAKEN_OVER, {}), "renew": (TAKEN_OVER, {}), "restore": ({**BEGUN, "later_state": "cancelled"}, {}), "expire": ({**BEGUN, "to_on": YESTERDAY}, {}),
    "pass_on": ({**BEGUN, "successions": (3,)}, {"succession": "3"})}.items()}

GUARDED = [("contract", *case) for case in (
    ("offer", CLOSED, {}, "nothing_is_closed"), ("offer", {"places_left": 0}, {}, "team_has_room"),
    ("offer", {"from_on": TODAY, "earlier_from": TODAY}, {}, "follows_the_earlier"),
    ("lapse", {"due": TODAY}, {}, "offer_has_lapsed"),
    *((step, {**OFFER, **more}, given, guard) for step, given in (("sign", {}), ("sign_at_desk", {})) for more, guard in (
        ({"due": YESTERDAY}, "offer_still_stands"), (CLOSED, "nothing_is_closed"), (CLASH, "no_day_is_held"), ({"places_left": 0}, "team_has_room"),
        ({"earlier_from": TODAY}, "follows_the_earlier"), ({"earlier_from": TOMORROW}, "follows_the_earlier"))),
    ("sign_on_request", {**OFFER, "requests": (6,)}, {"request": "7"}, "request_was_accepted"),
    *(("sign_on_request", {**OFFER, "requests": (7,), **more}, {"request": "7"}, guard) for more, guard in (
        (CLOSED, "nothing_is_closed"), (CLASH, "no_day_is_held"), ({"places_left": 0}, "team_has_room"), ({"earlier_from": TODAY}, "follows_the_earlier"))),
    ("sign", {**OFFER, "is_code_confirmed": False}, {}, "code_was_shown"),
    *(("sign_at_desk", {**OFFER, **more}, {}, "witness_is_another") for more in ({"witness": ""}, {"witnesses": ("N3",)}, {"witnessed_on": YESTERDAY})),
    ("stand_by", {**OFFER, "witnesses": ("me",), "actor": WITNESS, "due": YESTERDAY}, {}, "offer_still_stands"), ("stand_by", {**OFFER, "actor": WITNESS}, {}, "is_posted_here"),
    ("start", {**BEGUN, "from_on": TOMORROW}, {}, "first_day_has_come"), ("start", {**BEGUN, **CLASH}, {}, "no_day_is_held"),
    ("cancel", {**BEGUN, "signed_on": TODAY - timedelta(days=7)}, WORDS, "may_still_leave"),
    ("cancel", {**BEGUN, "entry": "succession"}, WORDS, "may_still_leave"),
    ("end", BEGUN, {**END, "to_on": TOMORROW}, "last_day_fits"), ("end", BEGUN, {**END, "to_on": TODAY - timedelta(days=2)}, "last_day_fits"),
    ("cancel", {**BEGUN, "closed_until": YESTERDAY}, WORDS, "may_still_leave"), ("end_with_death", {**BEGUN, "died_on": YESTERDAY}, {}, "died_before_it_began"),
    *(("end", {**BEGUN, "from_on": TODAY - timedelta(days=9), **more}, {**END, "to_on": TODAY - timedelta(days=2)}, "last_day_fits") for more in (
        {"last_service_on": YESTERDAY}, {"closed_until": TODAY - timedelta(days=2)}, {"actor": Actor("me", "resident", "", ("me",), "me")})),
    ("end", {**BEGUN, "died_on": YESTERDAY}, {"reason": "died", "to_on": TODAY}, "last_day_fits"),
    ("end", {**BEGUN, "actor": Actor("me", "resident", "", ("me",), "me")}, {**END, "reason": "died"}, "residents_end_by_wish"),
    ("end", {**BEGUN, "term_on": YESTERDAY}, END, "last_day_fits"), ("end", {**BEGUN, **CLASH, "state": "suspended"}, END, "is_nobody_elses_days"),
    ("transfer", {**TAKEN_OVER, "later_state": "offered"}, {}, "another_takes_over"), ("transfer", {**TAKEN_OVER, "later_from": TOMORROW}, {}, "another_takes_over"),
    ("renew", {**TAKEN_OVER, "later_state": ""}, {}, "another_takes_over"),
    ("restore", TAKEN_OVER, {}, "another_was_undone"), ("restore", {**BEGUN, **CLASH, "later_state": "cancelled"}, {}, "no_day_is_held"),
    ("resume", CLOSED, WORDS, "nothing_is_closed"), ("resume", CLASH, WORDS, "no_day_is_held"),
    ("expire", {**BEGUN, "to_on": TODAY}, {}, "term_is_over"), ("expire", {**BEGUN, "to_on": YESTERDAY, "later_state": "signed"}, {}, "term_is_over"),
    ("pass_on", {**BEGUN, "successions": (4,)}, {"succession": "3"}, "is_passed_on"))]

assert {step.name for step in CONTRACT.steps if step.guards} == {step for _, step, *_ in GUARDED}, "every guarded step is seen to be stopped"
