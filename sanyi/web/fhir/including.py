"""What belongs to the rows of a search, in the same answer: `_include` follows their references, `_revinclude` finds who refers to them.

What is included is read like a search or a read of its own: by the caller's role, scopes and basis, with its event. What the caller may not see is left out.
"""
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest

from sanyi.web.fhir import all_resources
from sanyi.web.fhir.asked import MOST, Asked
from sanyi.web.fhir.naming import plain_id
from sanyi.web.fhir.resource import Found, Json, Resource
from sanyi.workflows.errors import BadField

Allowed = Callable[[HttpRequest, str, str], Resource]


def included(request: HttpRequest, known: Resource, asked: Asked, rows: Sequence[Json], allowed: Allowed) -> list[tuple[Resource, Found]]:
    """What a search asks for besides its own rows, each once. Errors: BadField, NotAllowed (a type the caller may not read)."""
    there = {(known.type, row["id"]) for row in rows}
    found = [*_forwards(request, known, asked, rows, allowed), *_backwards(request, known, asked, rows, allowed)]
    return [(resource, kept) for resource, each in found if (kept := _not_there(resource, each, there)).rows]


def _not_there(resource: Resource, found: Found, there: set[tuple[str, str]]) -> Found:
    fresh = [place for place, row in enumerate(found.rows) if (resource.type, row["id"]) not in there]
    there |= {(resource.type, found.rows[place]["id"]) for place in fresh}
    return Found([found.rows[place] for place in fresh], [found.whose[place] for place in fresh if place < len(found.whose)], found.purpose)


def _forwards(request: HttpRequest, known: Resource, asked: Asked, rows: Sequence[Json], allowed: Allowed) -> Iterator[tuple[Resource, Found]]:
    for text in asked.include:
        type, _, name = text.partition(":")
        name, _, target = name.partition(":")
        if type != known.type or name not in known.refers or target not in ("", known.refers[name][1]):
            raise _unknown("_include", text, [f"{known.type}:{each}" for each in known.refers])
        element, target = known.refers[name]
        resource = allowed(request, target, "read")
        for id in dict.fromkeys(id for row in rows for id in _references(row.get(element), f"{target}/")):
            if (found := resource.read(request, plain_id(id))) is not None:
                yield resource, found


def _backwards(request: HttpRequest, known: Resource, asked: Asked, rows: Sequence[Json], allowed: Allowed) -> Iterator[tuple[Resource, Found]]:
    for text in asked.revinclude:
        type, _, name = text.partition(":")
        source = all_resources().get(type)
        if source is None or source.refers.get(name, ("", ""))[1] != known.type:
            raise _unknown("_revinclude", text, revincludes(known.type))
        allowed(request, type, "read")
        if not rows:
            continue
        found = source.search(request, {name: [plain_id(row["id"]) for row in rows]}, 0, MOST + 1, ())
        if len(found.rows) > MOST:
            raise BadField(f"相关的 {type} 超过 {MOST} 条，请缩小 _count 或另行检索", f"more than {MOST} of {type} belong to it: ask for a smaller _count, or search them by themselves", "_revinclude")
        yield source, found


def revincludes(type: str) -> list[str]:
    """What may be asked for backwards of a type."""
    return sorted(f"{each.type}:{name}" for each in all_resources().values() for name, (_, target) in each.refers.items() if target == type)


def _references(value: Any, start: str) -> Iterator[str]:
    """The ids of the references to a type within an element."""
    if isinstance(value, dict):
        if str(value.get("reference", "")).startswith(start):
            yield str(value["reference"]).removeprefix(start)
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _references(each, start)


def _unknown(name: str, text: str, known: Sequence[str]) -> BadField:
    return BadField(f"{name} 不能是“{text[:60]}”；可用：{'、'.join(known) or '无'}", f"{name} cannot be {text[:60]!r}; there are: {', '.join(known) or 'none'}", name)
