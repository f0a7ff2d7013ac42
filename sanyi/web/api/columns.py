"""Which columns of a table programs see: by the level of each, and typed. What is not told here is neither shown, sorted nor filtered by. Source: R39, R48."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import models

from sanyi.store.kinds import WorkKind
from sanyi.store.personal import MIDDLE, NARROWEST, WIDE, level_of

IN_LISTS, IN_ONE = WIDE, MIDDLE
TYPES = ((models.BooleanField, "flag"), (models.DateTimeField, "moment"), (models.DateField, "date"), (models.JSONField, "json"), (models.ForeignKey, "whole"),
         (models.OneToOneField, "whole"), (models.IntegerField, "whole"), (models.AutoField, "whole"), (models.CharField, "text"), (models.TextField, "long"))
SCHEMAS = {"flag": {"type": "boolean"}, "moment": {"type": "string", "format": "date-time"}, "date": {"type": "string", "format": "date"}, "json": {},
           "whole": {"type": "integer"}, "text": {"type": "string"}, "long": {"type": "string"}}
FIRST = ("id", "state", "version")


@dataclass(frozen=True)
class Shown:
    """One column as programs see it."""

    name: str
    type: str
    is_nullable: bool
    level: int

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        told = SCHEMAS[self.type]
        return {**told, "type": [told["type"], "null"]} if self.is_nullable and told else told


@cache
def columns_of(table: type[models.Model], most: int) -> tuple[Shown, ...]:
    """The columns of a table up to a level."""
    found = [_shown(table, field) for field in table._meta.concrete_fields]
    return tuple(sorted((each for each in found if each.level <= most), key=lambda each: FIRST.index(each.name) if each.name in FIRST else len(FIRST)))


def of_work(kind: WorkKind, most: int) -> tuple[Shown, ...]:
    """The columns of a kind of work."""
    return columns_of(kind.table, most)


def _shown(table: type[models.Model], field: models.Field) -> Shown:
    level = level_of(table, field.name)
    return Shown(field.attname, next(word for kind, word in TYPES if isinstance(field, kind)), field.null, NARROWEST if level is None else level)


WRITTEN: dict[str, Callable[[Any], Any]] = {"moment": datetime.isoformat, "date": date.isoformat}


def written(columns: tuple[Shown, ...], values: tuple) -> dict[str, Any]:
    """A row as JSON holds it."""
    names, others = _written_otherwise(columns)
    row = dict(zip(names, values))
    for name, write in others:
        if row[name] is not None:
            row[name] = write(row[name])
    return row


@cache
def _written_otherwise(columns: tuple[Shown, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The columns' names, and what writes those that are not written as they are."""
    return tuple(column.name for column in columns), tuple((column.name, WRITTEN[column.type]) for column in columns if column.type in WRITTEN)
