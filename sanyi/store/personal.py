"""What of a row is personal: each field's level 1–5, and whether an actor may read it unmasked. Source: R48 (levels of GB/T 39725)."""
from functools import cache
from typing import TypeVar

from django.apps import apps
from django.db import models

OPEN, WIDE, MIDDLE, NARROW, NARROWEST = 1, 2, 3, 4, 5
FieldOf = TypeVar("FieldOf", bound=models.Field)
WORDS = (models.CharField, models.TextField, models.JSONField, models.UUIDField)
STAFF = frozenset(("account", "staff"))
OF_THE_WORK = frozenset("id version at by created_by created_at made_by made_at opened_by opened_at closed_by closed_at asked_by asked_at taken_by kept_by verified_by institution institution_id origin "
                        "from_on to_on position is_active".split())  # how a row came about and whose work it is
CODES = frozenset("""
    name zh en note_zh note_en title_zh title_en indicator_zh indicator_en lead_zh lead_en text_zh text_en quote clause measures  plan entry code kind group number unit scope comparator
    indicator period obligations lead lead_basis evidence_asked due_source due_after every part milestone run digest lines_digest differences_digest run_digest run_card run_finished_at
    sha256 subject step before after state body_digest bound class_code party_kind fund_code posting_code for_period source_table account_code party method batch region level
    ownership examination weekdays queue role profession title values record_code heir book drug_class contents contents_key slot worker algorithm hash mark action outcome
    institutions request directions capabilities department rules scopes key counts
""".split())  # words of a plan, codes, digests and names of things, in tables about nobody


def personal(field: FieldOf, level: int) -> FieldOf:
    """Give a model's field its level: 1 open, 2 wide, 3 middle (masked in lists), 4 names a person at once, 5 the attending staff alone, or a secret."""
    assert OPEN <= level <= NARROWEST, level
    field.level = level
    return field


def level_of(table: type[models.Model], name: str) -> int | None:
    """The level of a table's column: its own, or open where it says nothing of anybody by its kind; None where nobody has said."""
    field = table._meta.get_field(name)
    return getattr(field, "level", OPEN if _is_nobodys(table, field) else None)


def unlabelled(table: type[models.Model]) -> list[str]:
    """The columns of a table that have no level yet."""
    return [field.name for field in table._meta.concrete_fields if level_of(table, field.name) is None]


def _is_nobodys(table: type[models.Model], field: models.Field) -> bool:
    if field.name in OF_THE_WORK or field.primary_key:
        return True
    if table._meta.model_name in about_somebody():
        return field.is_relation and field.related_model._meta.model_name in about_somebody() - {"person"}  # the row that it belongs to
    return not isinstance(field, WORDS) or field.name in CODES


@cache
def about_somebody() -> frozenset[str]:
    """The tables in which no column is open for its mere kind: of people at work, of persons, and whatever refers to a row of a person's."""
    tables, found, before = list(apps.get_app_config("store").get_models()), {"person"}, set()
    while found != before:
        before = set(found)
        found |= {table._meta.model_name for table in tables if any(field.is_relation and field.related_model._meta.model_name in found for field in table._meta.concrete_fields)}
    return STAFF | found
