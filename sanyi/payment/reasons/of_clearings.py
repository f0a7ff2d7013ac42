"""From the cases' reasons to a clearing's: appraisal, deductions and prepayments, exactly, and the largest first."""
from collections.abc import Mapping, Sequence
from typing import Any

from sanyi.payment.reasons.reason import CASE_REASONS
from sanyi.terms.fen import PPM, take_rate

Row = Mapping[str, Any]
NOTHING = {"fund_pay_fen": 0, "charged_fund_fen": 0, "appraisal_factor_ppm": PPM, "payable_fen": 0, "audit_deduction_fen": 0, "prepaid_fen": 0,
           "clearing_fen": 0, "is_blocked": False}


def reasons_of(clearings: Sequence[Row], case_sums: Sequence[Row]) -> list[dict[str, Any]]:
    """Why each clearing is what it is, from what was charged; the reasons of one sum to `clearing_fen`. Blocked ones have none."""
    sums = {_key(row): row for row in case_sums}
    return [reason for row in clearings if not row["is_blocked"] for reason in _ranked(_key(row), _of_one(row, sums.get(_key(row), {})))]


def reasons_between(before: Sequence[Row], after: Sequence[Row], case_sums: Sequence[Row]) -> list[dict[str, Any]]:
    """Why each clearing differs from before; the reasons of one sum to the difference of `clearing_fen`. Blocked ones have none."""
    old, new, sums = ({_key(row): row for row in rows} for rows in (before, after, case_sums))
    found = []
    for key in sorted(old.keys() | new.keys()):
        first, second = old.get(key, NOTHING), new.get(key, NOTHING)
        if not first["is_blocked"] and not second["is_blocked"]:
            found += _ranked(key, _of_two(first, second, sums.get(key, {})))
    return found


def _of_one(row: Row, sums: Row) -> dict[str, int]:
    return {**{name: sums.get(f"{name}_fen", 0) for name in CASE_REASONS}, "appraisal": row["payable_fen"] - row["fund_pay_fen"],
            "deduction": -row["audit_deduction_fen"], "withheld": row["charged_fund_fen"] - row["prepaid_fen"]}


def _of_two(first: Row, second: Row, sums: Row) -> dict[str, int]:
    """The cases' reasons come through the first appraisal factor, each rounded where it stands; then the factor itself."""
    parts, paid = {}, first["fund_pay_fen"]
    last = take_rate(paid, first["appraisal_factor_ppm"], PPM)
    for name in CASE_REASONS:
        paid += sums.get(f"{name}_fen", 0)
        now = take_rate(paid, first["appraisal_factor_ppm"], PPM)
        parts[name], last = now - last, now
    return {**parts, "appraisal": (second["payable_fen"] - last) - (first["payable_fen"] - take_rate(first["fund_pay_fen"], first["appraisal_factor_ppm"], PPM)),
            "deduction": first["audit_deduction_fen"] - second["audit_deduction_fen"], "prepaid": first["prepaid_fen"] - second["prepaid_fen"]}


def _ranked(key: tuple[str, str], parts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The parts that are not nothing, the largest first, ties in the order in which reasons are taken."""
    there = sorted(((name, amount) for name, amount in parts.items() if amount), key=lambda part: -abs(part[1]))
    return [{"institution_id": key[0], "insurance_code": key[1], "reason_code": name, "amount_fen": amount, "place": place}
            for place, (name, amount) in enumerate(there, 1)]


def _key(row: Row) -> tuple[str, str]:
    return row["institution_id"], row["insurance_code"]
