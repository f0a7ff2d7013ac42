"""The OpenAPI document, made from the workflows and tables themselves. Source: R54."""
from functools import cache
from typing import Any

from sanyi import __version__
from sanyi.store.kinds import WorkKind, kinds
from sanyi.store.persons.finding import SHORTEST
from sanyi.store.persons.registering import FIELDS, KEEPERS
from sanyi.web.api.beginnings import BEGINNINGS
from sanyi.web.api.asked import BIGGEST, FURTHEST, MOST, USUAL
from sanyi.web.api.bodies import fields_schema, step_schema
from sanyi.web.api.columns import IN_LISTS, IN_ONE, Shown, of_work
from sanyi.web.api.organisation import kept_names, shown_of
from sanyi.web.api.persons import person_columns
from sanyi.workflows import workflow_of
from sanyi.workflows.workflow import Step, Workflow

Doc = dict[str, Any]
PROBLEM = {"type": "object", "required": ["type", "title", "status", "code", "zh", "en"], "properties": {
    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"}, "zh": {"type": "string"},
    "en": {"type": "string"}, "field": {"type": "string"}}}
NUMBER = {"type": "integer", "minimum": 0, "maximum": BIGGEST}
ID = {"name": "id", "in": "path", "required": True, "schema": NUMBER}
ANY, TEXT = {"type": "object"}, {"type": "string", "maxLength": 80}
READ, TAKEN = ("400", "401", "403", "404", "405", "422"), ("400", "401", "403", "404", "405", "409", "413", "415", "422")


@cache
def document() -> Doc:
    """The whole document."""
    paths: Doc = {"/api/work/": {"get": _get("work_kinds", "各类业务", "The kinds of work", _rows(ANY))}}
    for kind in kinds().values():
        paths |= _work(kind, workflow_of(kind.name))
    for name in kept_names():
        row = _row(shown_of(name))
        paths[f"/api/organisation/{name}/"] = {"get": _get(f"{name}_list", f"名录 {name}", f"A page of {name}", _page(row), _listed(shown_of(name)))}
        paths[f"/api/organisation/{name}/{{id}}/"] = {"get": _get(f"{name}_one", f"一条 {name}", f"One {name}", row, [ID])}
    paths |= _persons()
    return {"openapi": "3.1.0", "info": {"title": "Sanyi 三医", "version": __version__, "description": "业务的动词即流程的步骤 / the verbs are the workflows' own steps"},
            "paths": paths, "security": [{"token": []}, {"session": []}],
            "components": {"schemas": {"Problem": PROBLEM}, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"},
                                                                              "session": {"type": "apiKey", "in": "cookie", "name": "sanyi_session"}}}}


def _persons() -> Doc:
    row = _row(person_columns(), {"number": {"type": "string"}, "name_masked": {"type": "string"}, "born_year": {"type": ["integer", "null"]}})
    ways = {"name": ("姓名或拼音的开头 / how the name begins or is said", {"type": "string", "minLength": SHORTEST, "maxLength": 80}), "number": ("人员编号 / own number", TEXT),
            "id": ("id", {"type": "integer", "minimum": -BIGGEST, "maximum": BIGGEST}), "resident_id": ("区域记录编号 / the record's number", TEXT)}
    asked = [*_span(), *({**_query(name, schema), "description": told} for name, (told, schema) in ways.items())]
    new = {**row, "required": [*row["required"], "is_new"], "properties": {**row["properties"], "is_new": {"type": "boolean"}}}
    made = _get("person_register", "登记人员", f"Register a person; who is there already is given back; roles: {', '.join(KEEPERS)}", new, [], TAKEN)
    made["responses"]["201"] = made["responses"]["200"]
    number = {"type": "object", "additionalProperties": False, "required": ["number"], "properties": {"number": {"type": "string", "minLength": 1, "maxLength": 40}}}
    return {"/api/persons/": {"get": _get("person_list", "查找人员（脱敏）", f"Persons found by one of {', '.join(ways)}; masked", _page(row), asked), "post": _sent(made, fields_schema(FIELDS))},
            "/api/persons/find/": {"post": _sent(_get("person_find", "按证件号或电话查找（脱敏）", "Persons by the number of a document, or a phone; masked", _page(row), [], TAKEN), number)},
            "/api/persons/{id}/": {"get": _get("person_one", "一名人员（脱敏）", "One person, masked", row, [ID])}}


def _sent(told: Doc, schema: Doc) -> Doc:
    """A call that carries a body."""
    return {**told, "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _work(kind: WorkKind, flow: Workflow) -> Doc:
    at, listed = f"/api/work/{kind.name}/", of_work(kind, IN_LISTS)
    states = [state.name for state in flow.states]
    one, row = _row(of_work(kind, IN_ONE), states=states), _row(listed, states=states)
    log = {"type": "object", "properties": {"step": {"type": "string"}, "version": {"type": "integer"}, "by": {"type": "string"}, "given": ANY}}
    steps = {"type": "object", "required": ["version", "state", "rows"], "properties": {"version": {"type": "integer"}, "state": {"enum": states}, "rows": {"type": "array", "items": ANY}}}
    paths = {at: {"get": _get(f"{kind.name}_list", flow.zh, f"A page of the list: {flow.en}", _page(row), _listed(listed))},
             f"{at}{{id}}/": {"get": _get(f"{kind.name}_one", flow.zh, f"One {flow.en}", one, [ID])},
             f"{at}{{id}}/log/": {"get": _get(f"{kind.name}_log", f"{flow.zh}的记录", "Its log, newest first", _rows(log), [ID])},
             f"{at}{{id}}/steps/": {"get": _get(f"{kind.name}_steps", f"{flow.zh}现在的步骤", "The steps one may take now", steps, [ID])}}
    if kind.name in BEGINNINGS:
        paths[at]["post"] = _begin(kind, flow, states)
    return paths | {f"{at}{{id}}/steps/{step.name}/": {"post": _step(kind, step, states)} for step in flow.steps}


def _step(kind: WorkKind, step: Step, states: list[str]) -> Doc:
    body = step_schema(step)
    if kind.has_keys:
        body["properties"]["key"] = {"type": "string", "maxLength": 100, "description": "同一键重发不再办理 / the same key again changes nothing"}
    return _sent(_get(f"{kind.name}_{step.name}", step.zh, f"{step.en}; roles: {', '.join(step.roles)}", _done(states), [ID], TAKEN), body)


def _begin(kind: WorkKind, flow: Workflow, states: list[str]) -> Doc:
    begins = BEGINNINGS[kind.name]
    told = _get(f"{kind.name}_begin", f"开始：{flow.zh}", f"Begin: {flow.en}; roles: {', '.join(begins.roles)}", _done(states), [], TAKEN)
    told["responses"]["201"] = told["responses"].pop("200")
    return _sent(told, fields_schema(begins.fields))


def _done(states: list[str]) -> Doc:
    return {"type": "object", "required": ["id", "state", "version"], "properties": {"id": NUMBER, "state": {"enum": states}, "version": {"type": "integer"}}}


def _get(id: str, zh: str, en: str, schema: Doc, parameters: list[Doc] = [], refusals: tuple[str, ...] = READ) -> Doc:
    problem = {"description": "拒绝 / refused", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {"operationId": id, "summary": zh, "description": en, "parameters": parameters,
            "responses": {"200": {"description": "成功 / done", "content": {"application/json": {"schema": schema}}}, **dict.fromkeys(refusals, problem)}}


def _row(columns: tuple[Shown, ...], more: Doc = {}, states: list[str] = []) -> Doc:
    told = {column.name: {"enum": states} if states and column.name == "state" else column.schema for column in columns} | more
    return {"type": "object", "required": list(told), "additionalProperties": False, "properties": told}


def _rows(row: Doc) -> Doc:
    return {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": row}}}


def _page(row: Doc) -> Doc:
    return {"type": "object", "required": ["rows", "next"], "additionalProperties": False, "properties": {"rows": {"type": "array", "maxItems": MOST, "items": row},
                                                                                                        "next": {"type": ["integer", "null"]}}}


def _listed(columns: tuple[Shown, ...]) -> list[Doc]:
    """The parameters of a list: the page, the order, and a filter on each of its columns."""
    sortable = [column.name for column in columns if column.type not in ("json", "long")]
    first = [*_span(), _query("sort", {"enum": [*sortable, *(f"-{name}" for name in sortable)]})]
    exact = [_query(column.name, _schema(column)) for column in columns if column.name in sortable]
    ends = [_query(f"{column.name}.{end}", _schema(column)) for column in columns if column.type in ("whole", "date", "moment") for end in ("from", "to")]
    return [*first, *exact, *ends]


def _span() -> list[Doc]:
    return [_query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}), _query("page", {"type": "integer", "minimum": 1, "maximum": FURTHEST})]


def _schema(column: Shown) -> Doc:
    whole = {"minimum": -BIGGEST, "maximum": BIGGEST}
    plain = Shown(column.name, column.type, False, column.level).schema
    return {**plain, **whole} if column.type == "whole" else plain


def _query(name: str, schema: Doc) -> Doc:
    return {"name": name, "in": "query", "schema": schema}
