"""What a program sends: an object in JSON, of the types that a step's fields ask for."""
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from sanyi.web.api.answers import FHIR, JSON
from sanyi.workflows.errors import BadField, Refused
from sanyi.workflows.take import LONGEST_TEXT
from sanyi.workflows.workflow import Field, Step

MOST_FEN, BIGGEST = 10**15, 2**31 - 1
EXACT_BELOW = 2**53  # a float up to here is the whole number that was written
SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": LONGEST_TEXT}, "date": {"type": "string", "format": "date"}, "moment": {"type": "string", "format": "date-time"},
    "whole": {"type": "integer", "minimum": -BIGGEST, "maximum": BIGGEST}, "fen": {"type": "integer", "minimum": -MOST_FEN, "maximum": MOST_FEN},
    "choice": {"type": "string"}, "institution": {"type": "string", "maxLength": 100}, "unit": {"type": "string", "maxLength": 100},
    "period": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}}


class Unreadable(Refused):
    """A body that is no JSON object, is of another type, or is too large; `status` says which."""

    code = "unreadable"

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.status = status


def body_of(request: HttpRequest, most_bytes: int = 0) -> dict[str, Any]:
    """The object that a request carries; `most_bytes` where more may come than what Django takes into memory. Errors: Unreadable."""
    if request.content_type not in (JSON, FHIR):
        raise Unreadable(415, "内容须为 JSON", "the content must be JSON")
    try:
        read = json.loads(_content(request, most_bytes).decode(), parse_constant=_no_number, parse_float=_number, object_pairs_hook=_once)
    except RequestDataTooBig:
        raise Unreadable(413, "请求过大", "the request is too large") from None
    except (ValueError, RecursionError):
        raise Unreadable(400, "请求内容不是合格的 JSON", "the content is no proper JSON") from None
    if not isinstance(read, dict):
        raise Unreadable(400, "请求内容须为一个对象", "the content must be one object")
    return read


def _content(request: HttpRequest, most_bytes: int) -> bytes:
    if not most_bytes:
        return request.body
    content = request.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise RequestDataTooBig
    return content


def _no_number(word: str) -> None:
    raise ValueError(word)


def _number(word: str) -> int | float:
    """A number with a point or a power: 7.0 is the whole number 7, as JSON's schemas have it."""
    number = float(word)
    return int(number) if number.is_integer() and abs(number) < EXACT_BELOW else number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name twice")  # readers disagree about which one counts
    return read


def schema_of(field: Field) -> dict[str, Any]:
    """A field's JSON schema. Money is whole fen."""
    told = {**SCHEMAS[field.kind], "title": field.zh, "description": field.en + (" (fen)" if field.kind == "fen" else "")}
    if field.kind == "choice":
        told["enum"] = list(field.choices)
    return {**told, "minLength": 1} if field.is_required and told["type"] == "string" and field.kind != "choice" else told


def step_schema(step: Step) -> dict[str, Any]:
    """What a step's call carries: the version it was decided on, and its fields."""
    told = fields_schema(step.fields)
    return {**told, "required": ["version", *told["required"]], "properties": {"version": {"type": "integer", "minimum": 1, "maximum": BIGGEST}, **told["properties"]}}


def fields_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """What a call with some fields carries, and nothing else."""
    return {"type": "object", "additionalProperties": False, "required": [field.name for field in fields if field.is_required],
            "properties": {field.name: schema_of(field) for field in fields}}


def version_in(body: dict[str, Any]) -> int:
    """Take the version out of a body. Errors: BadField."""
    version = body.pop("version", None)
    if type(version) is not int or not 1 <= version <= BIGGEST:
        raise BadField("version 须为正整数：您作决定时看到的版本", "version must be a positive whole number: the one you decided on", "version")
    return version


def typed_in(fields: Sequence[Field], body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as a door takes them, once their JSON types are right; whether they are known and filled in the door itself judges. Errors: BadField."""
    known = {field.name: field for field in fields}
    return {name: _typed(known[name], value) if name in known else value for name, value in body.items()}


def _typed(field: Field, value: Any) -> Any:
    told = SCHEMAS[field.kind]
    is_right = type(value) is int and told["minimum"] <= value <= told["maximum"] if told["type"] == "integer" else isinstance(value, str) and _has_form(told, value)
    if not is_right:
        raise BadField(f"“{field.zh}”的类型不对，应为 {told.get('format') or told['type']}", f"{field.en!r} must be {told.get('format') or told['type']}", field.name)
    return value


def _has_form(told: Mapping[str, Any], text: str) -> bool:
    try:
        if told.get("format") == "date":
            return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) and date.fromisoformat(text))
        if told.get("format") == "date-time":
            return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
    return len(text) <= told.get("maxLength", LONGEST_TEXT) and ("pattern" not in told or bool(re.fullmatch(told["pattern"], text, re.ASCII)))
