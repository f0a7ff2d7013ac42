"""One entry of a person's timeline, wherever it comes from: the region's record or the people's work."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sanyi.tables.table import Column
from sanyi.tables.shown import EMPTY, shown

TIMELINE_KINDS = {"encounter": ("就诊", "encounter"), "diagnosis": ("诊断", "diagnosis"), "procedure": ("手术操作", "procedure"), "result": ("检查检验", "result"),
                  "prescription": ("处方", "prescription"), "referral": ("转诊", "referral"), "contract": ("签约", "contract"), "bill": ("费用", "bill")}


@dataclass(frozen=True)
class TimelineFact:
    """One value of an entry in both languages, and its level 1–5."""

    title: tuple[str, str]
    value: tuple[str, str]
    level: int


@dataclass(frozen=True)
class TimelineEntry:
    """What happened: kind, day, institution (its code), the key where it is kept, its facts, and the least level at which it is shown at all."""

    kind: str
    on: date
    institution: str
    key: str
    level: int
    facts: tuple[TimelineFact, ...] = field(default=())


def fact_of(column: Column, value: object, level: int, words: tuple[str, str] | None = None) -> TimelineFact:
    """A column's value as a fact; `words` say it where a code has a name elsewhere."""
    return TimelineFact((column.zh, column.en), words or (shown(column, value, "zh"), shown(column, value, "en")), level)


def readable(entries: Iterable[TimelineEntry], level: int) -> list[TimelineEntry]:
    """What somebody who reads up to a level sees: entries above it are left out, and of the others the facts above it."""
    return [replace(each, facts=tuple(fact for fact in each.facts if fact.level <= level and fact.value[0] not in ("", EMPTY))) for each in entries if each.level <= level]


def in_order(entries: Iterable[TimelineEntry]) -> Sequence[TimelineEntry]:
    """The newest first; of one day by kind and key."""
    kinds = list(TIMELINE_KINDS)
    return sorted(entries, key=lambda each: (-each.on.toordinal(), kinds.index(each.kind), each.institution, each.key))
