"""How programs begin work: kinds whose door takes plain fields, by the very door of the page; a draft or an order, whose steps go on from there."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sanyi.store.contracts.drafting import draft_contract
from sanyi.store.exams.ordering import ORDERERS, REASONS, ExamWanted, order_exam
from sanyi.store.exams.rules import URGENCIES
from sanyi.store.who import By
from sanyi.workflows.contract import TEAM
from sanyi.workflows.errors import BadField
from sanyi.workflows.workflow import Field

PERSON = Field("person", "whole", "人员 id", "the person's id")


@dataclass(frozen=True)
class Beginning:
    """What a call that begins work carries, whose roles may, and the door."""

    roles: tuple[str, ...]
    fields: tuple[Field, ...]
    begin: Callable[[Mapping[str, Any], By, datetime], Any]


def _contract(given: Mapping[str, Any], by: By, now: datetime) -> Any:
    first = date.fromisoformat(given["from_on"]) if "from_on" in given else None
    groups = [each for each in given.get("groups", "").split(",") if each]
    return draft_contract(given["person"], given["team"], given["package"], by, now, first, given.get("years"), groups, given.get("district", ""), given.get("city", ""))


def _exam(given: Mapping[str, Any], by: By, now: datetime) -> Any:
    return order_exam(ExamWanted(**given), by, now)


BEGINNINGS = {
    "contract": Beginning(TEAM, (
        PERSON, Field("team", "text", "团队编码", "the team's code"), Field("package", "text", "服务包编码", "the package's code"), Field("from_on", "date", "生效日", "first day", False),
        Field("years", "whole", "年数", "years", False), Field("groups", "text", "重点人群（逗号分隔的编码）", "priority groups, codes with commas between", False),
        Field("district", "institution", "区级医院", "hospital of the district", False), Field("city", "institution", "市级医院", "hospital of the city", False)), _contract),
    "exam": Beginning(ORDERERS, (
        PERSON, Field("item", "text", "项目编码", "the item's code"), Field("centre", "institution", "诊断中心", "the centre"), Field("urgency", "choice", "缓急", "urgency", False, URGENCIES),
        Field("question", "text", "申请目的", "what is asked", False, level=4), Field("reason", "choice", "已有结果仍开立的原因", "why it is ordered although there is a result", False, REASONS),
        Field("note", "text", "说明", "note", False, level=4)), _exam)}


def check_filled(fields: tuple[Field, ...], body: Mapping[str, Any]) -> None:
    """Refuse a field that there is not, and a needed one that is not there. Errors: BadField."""
    known = {field.name: field for field in fields}
    if unknown := next((name for name in body if name not in known), None):
        raise BadField(f"没有字段“{unknown[:40]}”", f"there is no field {unknown[:40]!r}", unknown[:40])
    if lacking := next((field for field in fields if field.is_required and body.get(field.name) in (None, "")), None):
        raise BadField(f"请填写“{lacking.zh}”", f"the field {lacking.en!r} must be filled in", lacking.name)
