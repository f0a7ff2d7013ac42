"""What of a row is personal: each field's level 1–5, and whether an actor may read it unmasked. Source: R48 (levels of GB/T 39725)."""
from typing import TypeVar

from django.db import models

OPEN, WIDE, MIDDLE, NARROW, NARROWEST = 1, 2, 3, 4, 5
FieldOf = TypeVar("FieldOf", bound=models.Field)


def personal(field: FieldOf, level: int) -> FieldOf:
    """Give a model's field its level: 1 open, 2 wide, 3 middle (masked in lists), 4 names a person at once, 5 the attending staff alone."""
    assert OPEN <= level <= NARROWEST, level
    field.level = level
    return field


def level_of(table: type[models.Model], name: str) -> int | None:
    """The level of a table's column; None where nobody has given it one."""
    return getattr(table._meta.get_field(name), "level", None)


def unlabelled(table: type[models.Model]) -> list[str]:
    """The columns of a table that have no level yet."""
    return [field.name for field in table._meta.concrete_fields if not hasattr(field, "level") and not field.primary_key]


