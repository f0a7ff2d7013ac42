"""Behaviour in a what-if: stated elasticities say which cases are left out, come again, go elsewhere or stay shorter.

Nothing here is an estimate: the elasticities are settings, and the same cases always answer first.
"""
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanyi.plans.errors import BadChoice
from sanyi.tables import codes
from sanyi.tables.table import Table, flag, text, whole
from sanyi.terms.fen import PPM, take_rate

Row = Mapping[str, Any]
RESPONSES = {"admissions": ("住院人次", "admissions"), "level_choice": ("三级与二级之间的选择", "the choice between tertiary and secondary"),
             "in_area": ("区外回流", "return from outside the area"), "length_of_stay": ("住院天数", "length of stay")}
DRIVERS = {"price": ("个人负担", "the patient's own share"), "price_difference": ("三级与二级个人负担之差", "the own share at tertiary less that at secondary"),
           "retained_share": ("留用比例", "the retained share")}
ANY = ""

CASE_CHANGES = Table(
    "case_changes", "行为引起的病例变动", "Cases that answer", key=("case_id",),
    columns=(text("case_id", "就诊编码", "encounter code"), flag("is_left_out", "不再发生", "does not come about"),
             text("copy_id", "新增病例的编码", "code of the case that comes besides", nullable=True), text("moved_to", "改去的机构", "institution gone to instead", nullable=True),
             whole("fewer_days", "少住天数（负为多住）", "days shorter, negative longer"), whole("cost_ppm", "费用为原来的", "cost as a share of what it was", "ppm")),
)


@dataclass(frozen=True)
class Answer:
    """How strongly one kind of case answers: the share of cases (or of days) that moves, in millionths, with its sign."""

    response: str
    driver: str
    insurance: str
    level: str
    moved_ppm: int
    share_ppm: int


def answers(before: Any, after: Any) -> list[Answer]:
    """What a changed plan makes people do, by the elasticities stated in it; none where no driver moves. Raises BadChoice."""
    found = []
    for row in after.value("behaviour.responses"):
        if row["response"] not in RESPONSES or row["driver"] not in DRIVERS:
            raise BadChoice("behaviour.responses", f"{row['response']} / {row['driver']}", (*RESPONSES, *DRIVERS))
        for insurance, level, moved in _moved(row["driver"], before, after):
            share, most = take_rate(moved, row["elasticity_ppm"], PPM) if row["elasticity_ppm"] >= 0 else -take_rate(moved, -row["elasticity_ppm"], PPM), after.value("behaviour.most_ppm")
            found.append(Answer(row["response"], row["driver"], insurance, level, moved, max(-most, min(most, share))))
    return [answer for answer in found if answer.share_ppm]


def case_changes(cases: Iterable[Row], institutions: Sequence[Row], given: Sequence[Answer], day_cost_ppm: int) -> Iterator[dict[str, Any]]:
    """Which cases answer: rows of CASE_CHANGES. A case answers once, by its code's digest, and a stronger answer takes in a weaker one's cases.

    `cases` are stays with encounter_id, institution_id, insurance_code and stay_days.
    """
    places, targets = {row["institution_id"]: row for row in institutions}, _targets(institutions)
    by_response = defaultdict(list)
    for answer in given:
        by_response[answer.response].append(answer)
    for case in cases:
        place = places[case["institution_id"]]
        change = _changed(case, place, by_response, targets, day_cost_ppm)
        if change != _unchanged(case):
            yield change


def _changed(case: Row, place: Row, given: Mapping[str, list[Answer]], targets: Mapping, day_cost_ppm: int) -> dict[str, Any]:
    change = _unchanged(case)
    share = _share(given["admissions"], case, place)
    if share and _draw(case, "admissions") < abs(share):
        return {**change, "is_left_out": share < 0, "copy_id": None if share < 0 else f"{case['encounter_id']}+"}
    for response, goes in (("level_choice", _other_level), ("in_area", _other_area)):
        share = _share(given[response], case, place, is_any_level=True)
        kind = goes(place, share)
        if kind and _draw(case, response) < abs(share):
            change["moved_to"] = _picked(case, targets[kind, place["region_id"]] or targets[kind, ANY])
            break
    share = _share(given["length_of_stay"], case, place, is_any_level=True) if place["is_in_area"] else 0
    days = case["stay_days"] or 0
    more, _ = divmod(days * share + _draw(case, "length_of_stay"), PPM)
    fewer = min(max(days - 1, 0), -more) if share else 0
    return {**change, "fewer_days": fewer, "cost_ppm": PPM - take_rate(day_cost_ppm, fewer, days) if fewer > 0 else PPM + take_rate(day_cost_ppm, -fewer, days) if fewer else PPM}


def _unchanged(case: Row) -> dict[str, Any]:
    return {"case_id": case["encounter_id"], "is_left_out": False, "copy_id": None, "moved_to": None, "fewer_days": 0, "cost_ppm": PPM}


def _share(given: Sequence[Answer], case: Row, place: Row, is_any_level: bool = False) -> int:
    return sum(answer.share_ppm for answer in given if answer.insurance in (ANY, case["insurance_code"]) and (is_any_level or answer.level in (ANY, place["level_code"])))


def _other_level(place: Row, share: int) -> str:
    tier = _tier(place)
    if not place["is_in_area"]:
        return ""
    return "secondary" if share > 0 and tier == "tertiary" else "tertiary" if share < 0 and tier == "secondary" else ""


def _other_area(place: Row, share: int) -> str:
    """A stay outside the area comes back to an institution of its tier; one inside goes to any outside."""
    if share > 0 and not place["is_in_area"]:
        return _tier(place)
    return "outside" if share < 0 and place["is_in_area"] and _tier(place) == "tertiary" else ""


def _targets(institutions: Sequence[Row]) -> Mapping[tuple[str, str], list[str]]:
    """Where cases may go: general hospitals by tier, of one region and of all; and those outside."""
    found = defaultdict(list)
    for row in sorted(institutions, key=lambda row: row["institution_id"]):
        if row["kind_code"] in ("general", "primary"):
            kind = _tier(row) if row["is_in_area"] else "outside"
            found[kind, row["region_id"]].append(row["institution_id"])
            found[kind, ANY].append(row["institution_id"])
    return found


def _picked(case: Row, names: Sequence[str]) -> str | None:
    return names[_draw(case, "where") % len(names)] if names else None


def _draw(case: Row, about: str) -> int:
    """A whole number from 0 to 999,999 that hangs on the case's code and the question alone."""
    return int.from_bytes(hashlib.blake2b(f"{about}\n{case['encounter_id']}".encode(), digest_size=8).digest(), "big") % PPM


def _tier(place: Row) -> str:
    return {"3": "tertiary", "2": "secondary"}.get(place["level_code"][0], "primary")


def _moved(driver: str, before: Any, after: Any) -> list[tuple[str, str, int]]:
    """By how much a driver moves, in millionths of what it was, by insurance and level where it differs by them."""
    if driver == "retained_share":
        name = after.value("behaviour.retained_value")
        return [(ANY, ANY, _relative(before.value(name), after.value(name)))]
    bill, found = after.value("behaviour.reference_bill_fen"), []
    for insurance in sorted(codes.INSURANCE):
        old, new = ({row["level"]: _own_share(row, bill) for row in plan.value(f"benefit.inpatient.{insurance}")} for plan in (before, after))
        if driver == "price":
            found += [(insurance, level, _relative(old[level], new[level])) for level in sorted(old.keys() & new.keys())]
        else:
            found.append((insurance, ANY, _relative(_difference(old), _difference(new))))
    return [each for each in found if each[2]]


def _own_share(row: Row, bill: int) -> int:
    deductible = min(row["deductible_fen"], bill)
    return deductible + take_rate(bill - deductible, PPM - row["ratio_ppm"], PPM)


def _difference(own: Mapping[str, int]) -> int:
    tiers = defaultdict(list)
    for level, fen in own.items():
        tiers[level[0]].append(fen)
    return take_rate(sum(tiers["3"]), 1, max(1, len(tiers["3"]))) - take_rate(sum(tiers["2"]), 1, max(1, len(tiers["2"])))


def _relative(old: int, new: int) -> int:
    return take_rate(new - old, PPM, old) if old > 0 else 0
