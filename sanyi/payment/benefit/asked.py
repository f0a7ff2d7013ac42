"""Claims as somebody asks about them: from a file or a form, read with kind errors."""
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from sanyi.payment.benefit.claim import Claim
from sanyi.payment.benefit.errors import BenefitError
from sanyi.payment.benefit.in_scope import BillLine, in_scope_of
from sanyi.payment.benefit.policy import CARE, PERSON, WAY
from sanyi.tables.codes import INSURANCE, LEVEL

DATES = ("settled_on", "admitted_on", "discharged_on")
ALLOWED = {"insurance": INSURANCE, "care": CARE, "level": LEVEL, "person": PERSON, "way": WAY,
           "direction": {"up": ("上转", "up"), "down": ("下转", "down"), "sideways": ("平转", "sideways")}}
LINES = "lines"


class UnreadableClaim(BenefitError):
    """A claim that was asked about cannot be read: says where, which field, what was seen and what was expected."""


def claims_of(given: Any, place: str) -> list[Claim]:
    """Read one claim or a list of claims of one person; sums in fen, dates as 2020-03-01. Errors: UnreadableClaim."""
    listed = given if isinstance(given, list) else [given]
    if not listed or not all(isinstance(each, Mapping) for each in listed):
        raise _unreadable(place, "-", given, "一笔或多笔结算（对象）", "one claim or a list of claims, as objects")
    claims = [claim_of(each, f"{place}[{number}]", number) for number, each in enumerate(listed, 1)]
    people = {(claim.resident_id, claim.insurance) for claim in claims}
    if len(people) > 1:
        raise _unreadable(place, "resident_id, insurance", sorted(people), "同一人、同一险种", "one person and one insurance")
    return claims


def claim_of(given: Mapping[str, Any], place: str, number: int = 1) -> Claim:
    """Read one claim; `lines` may stand for its sums. Errors: UnreadableClaim."""
    known = {field.name: field for field in fields(Claim)}
    for name in given:
        if name not in known and name != LINES:
            raise _unreadable(place, name, given[name], f"已知字段：{', '.join((*known, LINES))}", f"a known field: {', '.join((*known, LINES))}")
    read = {"settlement_id": f"{number}", "encounter_id": f"{number}", "resident_id": "-", "care": "stay",
            **{name: _read(name, value, place) for name, value in given.items() if name != LINES}}
    if LINES in given:
        counted = in_scope_of(_lines(given[LINES], place))
        read |= {"total_fen": counted.total_fen, "in_scope_fen": counted.in_scope_fen}
    read.setdefault("in_scope_fen", read.get("total_fen"))
    lacking = [name for name, field in known.items() if field.default is MISSING and read.get(name) is None]
    if lacking:
        raise _unreadable(place, ", ".join(lacking), "（缺少）", "必填", "a value; the field is required")
    for name in ("admitted_on", "discharged_on"):
        read[name] = read.get(name) or read["settled_on"]
    if not read["admitted_on"] <= read["discharged_on"]:
        raise _unreadable(place, "discharged_on", read["discharged_on"], "不早于入院日期", "not before admitted_on")
    return Claim(**read)


def _read(name: str, value: Any, place: str) -> Any:
    if name in DATES and value is not None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _unreadable(place, name, value, "日期，如 2020-03-01", "a date such as 2020-03-01") from None
    if name in ALLOWED and value is not None and value not in ALLOWED[name]:
        raise _unreadable(place, name, value, "、".join(ALLOWED[name]), f"one of {', '.join(ALLOWED[name])}")
    if name.endswith("_fen") and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**15):
        raise _unreadable(place, name, value, "不小于 0 的整数（分）", "a whole number of fen, 0 or more")
    if name not in DATES and not name.endswith("_fen") and value is not None and not isinstance(value, str):
        raise _unreadable(place, name, value, "文字", "text")
    return value


def _lines(given: Any, place: str) -> Sequence[BillLine]:
    try:
        read = [BillLine(**line) for line in given]
    except TypeError:
        read = []
    if not read or not all(value is None or isinstance(value, int) and not isinstance(value, bool) for line in read for value in vars(line).values()):
        raise _unreadable(place, LINES, given, "每行 amount_fen、scope_share_ppm，可有 unit_price_fen、quantity_e3、price_limit_fen（整数）",
                          "lines of amount_fen, scope_share_ppm and, where limited, unit_price_fen, quantity_e3, price_limit_fen, whole numbers")
    return read


def _unreadable(place: str, field: str, seen: Any, zh: str, en: str) -> UnreadableClaim:
    shown = str(seen)[:60]
    return UnreadableClaim(f"{place}：{field} 的值 {shown} 不对；应为{zh}", f"{place}: {field} is {shown}; expected {en}")
