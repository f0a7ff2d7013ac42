"""The interface's own pages: the document for programs, and the same for people, offline."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sanyi.store.tokens.scopes import VERBS
from sanyi.web.access import SIGNED_IN, allowed
from sanyi.web.api.answers import answer
from sanyi.web.api.calls import verbs
from sanyi.web.api.openapi import document


@allowed(*SIGNED_IN)
@verbs("GET")
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return answer(document())


@allowed(*SIGNED_IN)
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every call with its parameters and fields, to read without any other site."""
    calls = [_call(path, verb, told) for path, verbs_of in document()["paths"].items() for verb, told in verbs_of.items()]
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        groups.setdefault("/".join(call["path"].split("/")[:4]), []).append(call)
    return render(request, "api_docs.html", {"groups": groups, "count": len(calls), "verbs": VERBS})


def _call(path: str, verb: str, told: dict[str, Any]) -> dict[str, Any]:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    asked = [{"name": each["name"], "place": each["in"], "type": _type(each["schema"]), "is_needed": each.get("required", False)} for each in told["parameters"]]
    sent = [{"name": name, "place": "body", "type": _type(schema), "is_needed": name in body["required"]} for name, schema in body.get("properties", {}).items()]
    return {"path": path, "verb": verb.upper(), "id": told["operationId"], "zh": told["summary"], "en": told["description"], "fields": asked + sent}


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return f"{schema.get('type', 'any')}{' ' + schema['format'] if 'format' in schema else ''}"
