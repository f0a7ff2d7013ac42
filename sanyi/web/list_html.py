"""The parts of a list that a template would take five times as long over: its headings, filters and rows, escaped here."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

ALL, HAS, FROM, TO = {"zh": "全部", "en": "all"}, {"zh": "包含", "en": "contains"}, {"zh": "从", "en": "from"}, {"zh": "到", "en": "to"}
SORTS, ARROWS = {"": "", "up": ' aria-sort="ascending"', "down": ' aria-sort="descending"'}, {"": "", "up": " ▲", "down": " ▼"}


@dataclass(frozen=True)
class Heading:
    """A column's heading: its words, how it sorts, how it is filtered."""

    name: str
    title: str
    unit: str
    kind: str
    help: str
    is_number: bool
    sort_address: str
    direction: str
    choices: tuple[tuple[str, str, bool], ...]
    typed: dict[str, str]


class Cell(NamedTuple):
    """One value as shown, with the page it leads to; a plain tuple, for a page has a thousand of them."""

    text: str
    style: str
    address: str = ""
    code: str = ""


def heads_html(headings: Sequence[Heading]) -> SafeString:
    """The headings, each a link that sorts by it."""
    return mark_safe("".join(_head(each) for each in headings))


def _head(each: Heading) -> str:
    unit, number = f"<small> ({escape(each.unit)})</small>" if each.unit else "", ' class="number"' if each.is_number else ""
    return (f'<th{number}{SORTS[each.direction]}><a href="{escape(each.sort_address)}" title="{escape(each.help)}">{escape(each.title)}{unit}'
            f"{ARROWS[each.direction]}</a></th>")


def filters_html(headings: Sequence[Heading], language: str) -> SafeString:
    """A field a column, by which the list is filtered."""
    return mark_safe("\n".join(f'<fieldset><legend title="{escape(each.help)}">{escape(each.title)}{_unit(each)}</legend>\n{_field(each, language)}\n</fieldset>' for each in headings))


def _unit(each: Heading) -> str:
    return f" <small>({escape(each.unit)})</small>" if each.unit else ""


def _field(each: Heading, language: str) -> str:
    name, title = escape(each.name), escape(each.title)
    if each.choices:
        options = "".join(f'<option value="{escape(code)}"{" selected" if chosen else ""}>{escape(words)}</option>' for code, words, chosen in each.choices)
        return f'<select class="form-select" name="{name}" aria-label="{title}"><option value="">{ALL[language]}</option>{options}</select>'
    if each.kind == "text":
        return f'<input class="form-control" name="{name}.has" value="{escape(each.typed["has"])}" placeholder="{HAS[language]}" aria-label="{title}">'
    return f'<span class="range">{_bound(each, "from", FROM[language])}{_bound(each, "to", TO[language])}</span>'


def _bound(each: Heading, end: str, words: str) -> str:
    kind = 'type="date"' if each.kind == "date" else 'inputmode="decimal"'
    return (f'<input class="form-control" name="{escape(each.name)}.{end}" value="{escape(each.typed[end])}" {kind} placeholder="{words}"'
            f' aria-label="{escape(each.title)} {words}">')


def row_html(cells: Sequence[Cell]) -> SafeString:
    """One row of a table."""
    return row_of(map(cell_html, cells))


def row_of(cells: Iterable[str]) -> SafeString:
    """One row of a table, from cells that are written."""
    return mark_safe(f"<tr>{''.join(cells)}</tr>")


def cell_html(each: Cell, style: str = "", address: str | None = None) -> str:
    """One cell, escaped; with a look of its own, and the page it leads to here."""
    text, address = escape(each.text), each.address if address is None else address
    if address:
        title = f' title="{escape(each.code)}"' if each.code else ""
        text = f'<a href="{escape(address)}"{title}>{text}</a>'
    return f'<td class="{each.style} {style}">{text}</td>' if style else f'<td class="{each.style}">{text}</td>'
