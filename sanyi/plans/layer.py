"""One layer of a plan: the values of one pack, by name and in date order."""
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property

from sanyi.plans.entries import Gap, Value
from sanyi.plans.frozen import digest_of, thaw
from sanyi.plans.pack import Pack


@dataclass(frozen=True)
class Layer:
    """Values by name, each a tuple in date order; the name says which pack they come from."""

    name: str
    values: dict

    @cached_property
    def digest(self) -> str:
        """Name the layer's content by its sha256."""
        return digest_of({name: [record(value) for value in values] for name, values in self.values.items()})


def record(entry) -> dict:
    """Give an entry as plain data for the digest; where it stands and what its codes are called do not count."""
    plain = {part.name: thaw(getattr(entry, part.name)) for part in fields(entry) if part.name not in ("place", "sources", "words")}
    return {**plain, "kind": type(entry).__name__, "sources": sorted(list(vars(source).values()) for source in entry.sources)}


def values_layer(pack: Pack, since: date | None = None, borrowed_by: str = "") -> Layer:
    """Give a pack's values as a layer; with `since`, the earliest of each name reaches back to that day."""
    by_name: dict = {}
    for value in sorted(pack.of("value"), key=lambda value: value.since):
        by_name.setdefault(value.id, []).append(replace(value, borrowed_by=borrowed_by))
    return Layer(pack.identity.id, _reaching_back(by_name, since))


def defaults_layer(pack: Pack, since: date | None = None, borrowed_by: str = "") -> Layer:
    """Give the stated defaults of a pack's gaps as a layer of values."""
    by_name = {gap.id: [_as_value(gap, borrowed_by)] for gap in pack.of("gap")}
    return Layer(f"{pack.identity.id} defaults", _reaching_back(by_name, since))


def _as_value(gap: Gap, borrowed_by: str) -> Value:
    return Value(id=gap.id, zh=gap.zh, en=gap.en, sources=gap.sources, place=gap.place, demonstration=gap.demonstration,
                 note_zh=gap.note_zh, note_en=gap.note_en, words=gap.words, quote=gap.quote, value=gap.default, unit=gap.unit, since=gap.since,
                 borrowed_by=borrowed_by)


def _reaching_back(by_name: dict, since: date | None) -> dict:
    if since is None:
        return {name: tuple(values) for name, values in by_name.items()}
    return {name: (replace(values[0], since=min(since, values[0].since)), *values[1:]) for name, values in by_name.items()}
