"""Words in the reader's language, static files with their digest, and numbers as people read them."""
from collections.abc import Sequence
from functools import cache
import re
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import unescape_string_literal

from sanyi.tables.shown import written
from sanyi.web.opened import promise
from sanyi.web.page import version
from sanyi.web.picking import shown_person
from sanyi.web.words import name_of
from sanyi.web.work_words import staff_member

register = template.Library()
LITERAL = re.compile(r"""("[^"]*"|'[^']*')""")


@register.simple_tag(takes_context=True)
def say(context: Any, zh: Any, en: Any) -> Any:
    """One of two words."""
    return zh if context["language"] == "zh" else en


class _Said(template.Node):
    """One of two words that stand in the template itself: most of a page's tags are these, and a tag that looks up its words takes ten times as long."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def render(self, context: Any) -> str:
        """The word."""
        return self.zh if context["language"] == "zh" else self.en


_say = register.tags["say"]


def _compiled(parser: Any, token: Any) -> template.Node:
    words = token.split_contents()[1:]
    if len(words) == 2 and all(LITERAL.fullmatch(each) for each in words):
        return _Said(*map(unescape_string_literal, words))
    return _say(parser, token)


register.tag("say", _compiled)


@register.simple_tag(takes_context=True)
def named(context: Any, thing: Any) -> str:
    """What a table, a column or a plan's entry is called."""
    return name_of(thing, context["language"])


@register.simple_tag(takes_context=True)
def table_words(context: Any, name: str) -> str:
    """What the table of this name is called."""
    return name_of(promise(name), context["language"])


@register.inclusion_tag("parts/person_picker.html", takes_context=True)
def person_picker(context: Any, zh: str, en: str, text: Any = "", number: int = 1, submits: bool = False) -> dict[str, Any]:
    """The field `person` of a form, with what stands in it and whoever may be meant; `number` tells two on one page apart."""
    request, refusal = context["request"], context.get("refusal") or {}
    candidates = getattr(request, "candidates", [])
    return {"language": context["language"], "title": say(context, zh, en), "field": "person", "list_id": f"pick-{number}", "submits": submits,
            "is_wrong": refusal.get("field") == "person", "candidates": candidates, "is_first": not text and number == 1 and submits, **shown_person(request, str(text or ""))}


@register.simple_tag(takes_context=True)
def staff(context: Any, account: str) -> str:
    """Who an account is, by name."""
    return staff_member(context["request"], account)


@register.simple_tag
def rows(made: Sequence[SafeString]) -> SafeString:
    """Rows that are made already, one after the other: a loop of the template would take as long over each as its cells took."""
    return mark_safe("\n".join(made))


@register.simple_tag
@cache
def file(name: str) -> str:
    """The address of a static file."""
    return f"{static(name)}?v={version(name)}"


@register.simple_tag(takes_context=True)
def write(context: Any, value: Any, kind: str = "text") -> str:
    """A value of a kind (money, share, month, e4, whole …), written out."""
    return written(kind, value, context["language"])
