"""Turning a row's columns into parts of an explanation."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanyi.runs.explain.explanation import NothingToExplain, Part
from sanyi.runs.results import Condition, Results
from sanyi.tables.shown import shown
from sanyi.tables.table import Column

Words = tuple[str, str]


@dataclass(frozen=True)
class Fact:
    """One column worth saying: its formula in both languages, and the plan values it rests on."""

    column: str
    formula: Words = ("", "")
    values: Sequence[str] = ()
    depth: int = 0


def parts_of(results: Results, table: str, row: Mapping[str, Any], facts: Sequence[Fact]) -> list[Part]:
    """One part for each fact; a formula may quote any column of the row as {column}."""
    promise = results.promise(table)
    key = ", ".join(str(row[name]) for name in promise.key)
    words = {language: {column.name: shown(column, row[column.name], language) for column in promise.columns}
             for language in ("zh", "en")}
    return [_part(results, table, key, promise[fact.column], words, fact) for fact in facts]


def _part(results: Results, table: str, key: str, column: Column, words: Mapping[str, Mapping[str, str]], fact: Fact) -> Part:
    clauses = {language: tuple(why(results, name, language) for name in fact.values) for language in ("zh", "en")}
    return Part(column.zh, column.en, words["zh"][column.name], words["en"][column.name],
                fact.formula[0].format(**words["zh"]), fact.formula[1].format(**words["en"]), table, key,
                clauses["zh"], clauses["en"], fact.depth)


def why(results: Results, name: str, language: str) -> str:
    """What a plan value is and which clause it rests on, as the run card keeps it."""
    return results.card.get("whys", {}).get(name, {}).get(language, name)


def sentence(results: Results, table: str, row: Mapping[str, Any], words: Words) -> Words:
    """A sentence in both languages that quotes columns of the row as {column}."""
    promise = results.promise(table)
    said = [{column.name: shown(column, row[column.name], language) for column in promise.columns} for language in ("zh", "en")]
    return words[0].format(**said[0]), words[1].format(**said[1])


def heading(words: Words, value: Words = ("", "")) -> Part:
    """A part that only opens a group."""
    return Part(words[0], words[1], value[0], value[1])


def rows_of(results: Results, table: str, **key: Any) -> list[dict[str, Any]]:
    """The rows with these values."""
    return results.page(table, [Condition(name, "eq", value) for name, value in key.items()], limit=None)


def the_row(results: Results, table: str, what: Words, **key: Any) -> dict[str, Any]:
    """The one row with these values; raises NothingToExplain naming what was looked for and where."""
    row = results.one(table, **key)
    if row is None:
        said = ", ".join(str(value) for value in key.values())
        raise NothingToExplain(f"{results.folder}: 没有{what[0]} {said} / there is no {what[1]} {said}")
    return row


def name_of(results: Results, institution_id: str) -> str:
    """An institution's name, or its code where it is not listed."""
    row = results.one("institutions", institution_id=institution_id)
    return row["name"] if row else institution_id
