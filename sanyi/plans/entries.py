"""The kinds of entry a plan pack holds; each is one dataclass, and its fields are the keys of its table in the file."""
from dataclasses import dataclass, field
from datetime import date

from sanyi.terms.source import Source

COMPARATORS = ("<", "≤", "=", "≥", ">", "≈", "rising", "falling", "open")  # open: the text names the indicator, no number
OBLIGATION_KINDS = ("S", "P", "F", "O", "T", "B", "X")
STATES = ("works", "partly", "not_yet")


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
    """One thing a plan says, in our own words in Chinese and English, with every clause it rests on.

    `quote` is a short piece of the text, word for word, by which the place is found again.
    """

    id: str
    zh: str
    en: str
    sources: tuple[Source, ...]
    place: Place = field(compare=False)
    demonstration: bool = False
    note_zh: str = ""
    note_en: str = ""
    quote: str = ""

    @property
    def source(self) -> Source:
        """The first clause the entry rests on."""
        return self.sources[0]

    @property
    def obligations(self) -> tuple[str, ...]:
        """The obligation numbers the entry cites."""
        return tuple(source.obligation for source in self.sources)


@dataclass(frozen=True, kw_only=True)
class Coded(Entry):
    """An entry whose value may hold codes; `words` says what its pack calls them: (code, (Chinese, English)) pairs."""

    words: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Value(Coded):
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
class Gap(Coded):
    """A question the text leaves open, answered by a named setting with a stated default."""

    default: object
    unit: str
    since: date

    @property
    def setting(self) -> str:
        """The value name that answers the question."""
        return self.id


@dataclass(frozen=True, kw_only=True)
class Goal(Entry):
    """What the plan wants to have reached, where the text gives no number; `due_year_setting` as for a target."""

    due: date | None = None
    due_quote: str = ""
    due_year_setting: str = ""
    is_striven_for: bool = False


@dataclass(frozen=True, kw_only=True)
class Target(Entry):
    """What an indicator shall reach; `is_striven_for` marks the soft ones, which never block.

    `upper` closes a range that `value` opens; `baseline` is where the indicator stood when the plan was written;
    `is_boundary_open`: the text says "N and below", and whether N itself counts is the setting target.below_includes_boundary.
    `due_year_setting` names the value that holds the year of `due` where the text blanks it.
    """

    indicator: str
    comparator: str
    scope: str
    value: object = None
    upper: object = None
    baseline: object = None
    unit: str = ""
    due: date | None = None
    due_quote: str = ""
    group: str = ""
    is_striven_for: bool = False
    due_year_setting: str = ""
    tolerance_setting: str = ""
    is_boundary_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Indicator(Entry):
    """A figure that is not computed from the record but reported by hand with its evidence; `unit` is a plan unit."""

    unit: str


@dataclass(frozen=True, kw_only=True)
class Due(Entry):
    """What can have a deadline: a day, or so many months after a milestone; `every` says how often it comes again.

    `formerly` lists ids the entry had before, so that an open ledger keeps its state when an id is put right.
    """

    due: date | None = None
    due_after: str = ""
    due_after_months: int = 0
    due_quote: str = ""
    every: str = ""
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Task(Due):
    """Something to be done: who leads, with whom, from when to when; `lead_basis` says if the text names the lead.

    `number` is the text's own numbering, `parent` the task it is a part of, `leaders` the persons answerable, `needs` the
    tasks that must be done before, `targets` the targets by which it is measured, `evidence` the kinds of proof.
    """

    lead: str
    lead_basis: str
    group: str
    number: str = ""
    parent: str = ""
    co_leads: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    start: date | None = None
    needs: tuple[str, ...] = ()
    indicator: str = ""
    targets: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    is_exploratory: bool = False
    is_striven_for: bool = False


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
class Milestone(Due):
    """A phase or dated point of the plan, or an event outside it that starts a clock (then undated until it is known)."""

    start: date | None = None


@dataclass(frozen=True, kw_only=True)
class IssuedDocument(Due):
    """A document that somebody must write or issue under the plan."""

    issuer: str
    number: str = ""
    co_issuers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Obligation(Entry):
    """One numbered obligation of the plan: what realises it, how far, and the tests that show it.

    `realised` names the parts as `word:name`, such as step:consortium_budgets or task:task-07.
    """

    kind: str
    realised: tuple[str, ...]
    state: str
    tests: tuple[str, ...] = ()
    missing_zh: str = ""
    missing_en: str = ""


KINDS = {
    "value": Value, "gap": Gap, "goal": Goal, "target": Target, "indicator": Indicator, "task": Task, "unit": Unit,
    "duty": Duty, "post": Post, "prohibition": Prohibition, "milestone": Milestone, "issued_document": IssuedDocument,
    "obligation": Obligation,
}
