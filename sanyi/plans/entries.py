"""The kinds of entry a plan pack holds; each is one dataclass, and its fields are the keys of its table in the file."""
from dataclasses import dataclass, field
from datetime import date

from sanyi.terms.source import Source

COMPARATORS = ("<", "≤", "=", "≥", ">", "≈", "rising", "falling")


@dataclass(frozen=True)
class Place:
    """Where an entry stands: pack, file inside the pack, line."""

    pack: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.pack}/{self.file}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing a plan says, in our own words in Chinese and English, with every clause it rests on."""

    id: str
    zh: str
    en: str
    sources: tuple[Source, ...]
    place: Place = field(compare=False)
    demonstration: bool = False
    note_zh: str = ""
    note_en: str = ""

    @property
    def source(self) -> Source:
        """The first clause the entry rests on."""
        return self.sources[0]

    @property
    def obligations(self) -> tuple[str, ...]:
        """The obligation numbers the entry cites."""
        return tuple(source.obligation for source in self.sources)


@dataclass(frozen=True, kw_only=True)
class Value(Entry):
    """A number or choice the plan sets, held from `since` (to `until`, both days included)."""

    value: object
    unit: str
    since: date
    until: date | None = None
    borrowed_by: str = ""
    was: object = None

    @property
    def name(self) -> str:
        """The name other rooms ask for."""
        return self.id

    def holds_on(self, day: date) -> bool:
        """Say whether the value is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Gap(Entry):
    """A question the text leaves open, answered by a named setting with a stated default."""

    default: object
    unit: str
    since: date

    @property
    def setting(self) -> str:
        """The value name that answers the question."""
        return self.id


@dataclass(frozen=True, kw_only=True)
class Target(Entry):
    """What an indicator shall reach; `is_striven_for` marks the soft ones, which never block."""

    indicator: str
    comparator: str
    scope: str
    value: object = None
    unit: str = ""
    due: date | None = None
    is_striven_for: bool = False
    tolerance_setting: str = ""


@dataclass(frozen=True, kw_only=True)
class Task(Entry):
    """Something to be done: who leads, with whom, from when to when; `lead_basis` says if the text names the lead."""

    lead: str
    lead_basis: str
    group: str
    co_leads: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    start: date | None = None
    due: date | None = None
    indicator: str = ""


@dataclass(frozen=True, kw_only=True)
class Unit(Entry):
    """A body the plan names: government, department, hospital, group, centre."""

    role: str
    parent: str = ""
    district: str = ""


@dataclass(frozen=True, kw_only=True)
class Duty(Entry):
    """What a unit must do, decide, approve or keep (`act`)."""

    unit: str
    act: str


@dataclass(frozen=True, kw_only=True)
class Post(Entry):
    """A leadership post: how many, and who appoints."""

    unit: str
    minimum: int
    maximum: int
    appointed_by: str


@dataclass(frozen=True, kw_only=True)
class Prohibition(Entry):
    """What must not be done or must not change; `guard` names the check that holds it."""

    guard: str


@dataclass(frozen=True, kw_only=True)
class Milestone(Entry):
    """A phase or dated point of the plan."""

    start: date | None = None
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class IssuedDocument(Entry):
    """A document that somebody must write or issue under the plan."""

    issuer: str
    due: date | None = None


KINDS = {
    "value": Value, "gap": Gap, "target": Target, "task": Task, "unit": Unit, "duty": Duty, "post": Post,
    "prohibition": Prohibition, "milestone": Milestone, "issued_document": IssuedDocument,
}
