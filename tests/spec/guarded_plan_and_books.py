"""The guards of the ledger's and the books' workflows, each seen to stop its step: (workflow, step, facts, fields, guard).

`FITTING` has facts and fields in which nothing stands in the way, where the plain ones would not do. Every area brings such a file.
"""
from datetime import date

from sanyi.workflows.plan_facts import Standing

TODAY = date(2023, 6, 15)
# What an expert's answer needs beyond filled-in fields: to be of another institution, and an outcome that goes without an amount.
EXPERT = {"units": ("theirs",), "answer": ("refused", None, "")}
REFUSED = {"outcome": "refused"}
OPINIONS = ("give_first", "give_second", "give_first_again", "give_second_again")
FITTING = {("special_review", step): (EXPERT, REFUSED) for step in OPINIONS} | {
    ("special_review", "revise"): ({**EXPERT, "hands": (("give_first", "me"),)}, REFUSED)}

GUARDED = [
    ("task", "start", {"waits_for": "parent"}, {}, "clock_has_started"), ("task", "report_done", {"open_needs": (("甲", "a"),)}, {}, "needs_are_done"),
    ("task", "report_done", {"open_parts": (("甲", "a"),)}, {}, "parts_are_done"), ("task", "verify", {"evidence": ()}, {}, "evidence_is_there"),
    ("task", "verify", {"evidence": ("site",), "evidence_asked": ("data",)}, {}, "evidence_is_there"),
    ("task", "verify", {"open_needs": (("甲", "a"),)}, {}, "needs_are_done"), ("task", "verify", {"open_parts": (("甲", "a"),)}, {}, "parts_are_done"),
    ("task", "verify", {"done_by": "me"}, {}, "another_person"), ("task", "renew", {"next_due": None}, {}, "comes_again"),
    ("task", "verify", {"standings": (Standing("t", "目标", "target", "missed", True),)}, {}, "hard_targets_are_met"),
    ("task", "verify", {"standings": (Standing("t", "目标", "target", "near", True),)}, {}, "hard_targets_are_met"),
    ("task", "verify", {"standings": (Standing("t", "目标", "target", "not_computable", True),)}, {}, "hard_targets_are_met"),
    ("task", "end_exemption", {"waits_for": "parent"}, {"reason": "x"}, "clock_has_started"),
    ("problem", "assign", {}, {"unit": "ours", "due": date(2023, 6, 14)}, "deadline_lies_ahead"),
    ("problem", "report_solved", {"evidence": ()}, {}, "evidence_is_there"), ("problem", "close", {"done_by": "me"}, {}, "another_person"),
    ("problem", "close", {"evidence": ()}, {}, "evidence_is_there"), ("supervision_order", "close", {"done_by": "me"}, {}, "another_person"),
    ("problem", "reassign", {}, {"unit": "ours", "due": date(2023, 6, 14), "reason": "x"}, "deadline_lies_ahead"),
    ("supervision_order", "extend", {}, {"due": TODAY, "reason": "x"}, "deadline_is_later"),
    ("supervision_order", "extend", {}, {"due": date(2023, 6, 14), "reason": "x"}, "deadline_lies_ahead"),
    ("settlement_batch", "review", {"hands": (("draft", "me"),)}, {}, "not_the_maker"),
    ("settlement_batch", "approve", {"hands": (("draft", "me"),)}, {}, "neither_maker_nor_reviewer"),
    ("settlement_batch", "approve", {"hands": (("review", "me"),)}, {}, "neither_maker_nor_reviewer"),
    ("settlement_batch", "approve", {"open_work": (("异议", "dispute"),)}, {}, "nothing_is_open"),
    ("settlement_batch", "post", {"open_work": (("异议", "dispute"),)}, {}, "nothing_is_open"),
    ("settlement_batch", "pay", {"open_work": (("异议", "dispute"),)}, {"amount_fen": 1_200}, "nothing_is_open"),
    ("settlement_batch", "pay", {"hands": (("approve", "me"),)}, {"amount_fen": 1_200}, "neither_maker_nor_approver"),
    ("settlement_batch", "pay", {}, {"amount_fen": 1_201}, "amount_is_final"),
    ("settlement_batch", "pay", {}, {"amount_fen": "11.99"}, "amount_is_final"),
    ("settlement_batch", "reverse", {"hands": (("draft", "me"),)}, {"reason": "x"}, "neither_maker_nor_approver"),
    ("settlement_period", "close", {"open_work": (("批次", "batch"),)}, {}, "nothing_is_open"),
    ("settlement_period", "approve_reopening", {"hands": (("request_reopening", "me"),)}, {"reason": "x"}, "not_who_asked"),
    ("voucher", "approve", {"hands": (("draft", "me"),)}, {}, "not_the_maker"),
    ("dispute", "uphold", {"hands": (("raise", "me"),)}, {"answer": "x"}, "not_who_asked"),
    ("dispute", "reject", {"hands": (("raise", "me"),)}, {"answer": "x"}, "not_who_asked"),
    *(("special_review", step, {**EXPERT, "units": ("ours",)}, REFUSED, "of_another_institution")
      for step in OPINIONS),
    *(("special_review", step, {**EXPERT, "hands": ((earlier, "me"),)}, REFUSED, "nobody_twice") for step, earlier in (
        ("give_first", "apply"), ("give_second", "give_first"), ("give_first_again", "give_second"), ("give_second_again", "give_first"))),
    *(("special_review", step, EXPERT, {"outcome": "as_spent"}, "answer_is_whole")
      for step in OPINIONS),
    *(("special_review", step, {**EXPERT, "answer": ("regroup", None, "A")}, REFUSED, "same_answer") for step in OPINIONS[1::2]),
    ("special_review", "revise", {**EXPERT, "hands": (("give_first", "another"),)}, REFUSED, "is_who_gave_it"),
    ("special_review", "revise", {**EXPERT, "hands": (("give_first", "me"),)}, {"outcome": "as_spent"}, "answer_is_whole"),
    ("special_review", "freeze", {"hands": (("give_second", "me"),)}, {"batch": "x"}, "nobody_twice"),
]
