"""Words in the reader's language, static files with their digest, and numbers as people read them."""
from collections.abc import Sequence
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from sanyi.tables.shown import written
from sanyi.web.opened import promise
from sanyi.web.page import version
from sanyi.web.words import name_of

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Any, zh: Any, en: Any) -> Any:
    """One of two words."""
    return zh if context["language"] == "zh" else en


@register.simple_tag(takes_context=True)
def named(context: Any, thing: Any) -> str:
    """What a table, a column or a plan's entry is called."""
    return name_of(thing, context["language"])


@register.simple_tag(takes_context=True)
def table_words(context: Any, name: str) -> str:
    """What the table of this name is called."""
    return name_of(promise(name), context["language"])


@register.simple_tag
def rows(made: Sequence[SafeString]) -> SafeString:
    """Rows that are made already, one after the other: a loop of the template would take as long over each as its cells took."""
    return mark_safe("\n".join(made))


@register.simple_tag
def file(name: str) -> str:
    """The address of a static file."""
    return f"{static(name)}?v={version(name)}"


@register.simple_tag(takes_context=True)
def write(context: Any, value: Any, kind: str = "text") -> str:
    """A value of a kind (money, share, month, e4, whole …), written out."""
    return written(kind, value, context["language"])
