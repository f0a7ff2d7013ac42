"""What a draft holds: tasks, targets, goals, milestones, documents to issue, prohibitions, each with place and confidence."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sanyi.plans.draft.document import Place
from sanyi.plans.draft.responsibility import Responsibility


@dataclass(frozen=True)
class Confidence:
    """How sure the reader is, in tenths from 0 to 10, and why."""

    tenths: int
    zh: str
    en: str


@dataclass(frozen=True)
class DraftDue:
    """A deadline with the place of its words: a day, or `months` after `event`, or `every`."""

    place: Place
    due: date | None = None
    since: date | None = None
    event: str = ""
    months: int = 0
    every: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftItem:
    """Something found: its words, where they stand, and how sure the reader is."""

    words: str
    place: Place
    confidence: Confidence
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftTask(DraftItem):
    """A numbered task, a safeguard, or a dated part of one of them (`is_part`, with the number of its task as `parent`).

    `whole` is the place of all its text.
    """

    number: str = ""
    heading: str = ""
    chapter: str = ""
    parent: str = ""
    whole: Place | None = None
    responsibility: Responsibility = field(default_factory=Responsibility)
    due: DraftDue | None = None
    is_exploratory: bool = False
    is_striven_for: bool = False
    is_safeguard: bool = False
    is_part: bool = False


@dataclass(frozen=True, kw_only=True)
class DraftTarget(DraftItem):
    """A figure to be reached; `value`, `upper`, `baseline` are exact, in `unit` as the text writes it.

    `per` is the 每千人口 that an earlier figure of the same list carries for all of them; unit `flag` is a grade or standard reached or not.
    """

    measured: str
    comparator: str
    value: Fraction | None
    unit: str
    upper: Fraction | None = None
    baseline: Fraction | None = None
    per: str = ""
    due: DraftDue | None = None
    group: str = ""
    task: str = ""
    is_striven_for: bool = False
    indicator: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftGoal(DraftItem):
    """What shall have been reached, without a figure."""

    due: DraftDue | None = None
    is_striven_for: bool = False


@dataclass(frozen=True, kw_only=True)
class DraftMilestone(DraftItem):
    """A phase of the plan with its dates, or an event from which a deadline counts."""

    due: DraftDue | None = None
    is_event: bool = False


@dataclass(frozen=True, kw_only=True)
class DraftIssue(DraftItem):
    """A document that somebody has to write."""

    number: str = ""
    responsibility: Responsibility = field(default_factory=Responsibility)
    due: DraftDue | None = None


@dataclass(frozen=True, kw_only=True)
class DraftProhibition(DraftItem):
    """What must not be done."""


@dataclass(frozen=True)
class Leftover:
    """A sentence that seems to say something checkable and entered no item, and why it is listed."""

    words: str
    place: Place
    zh: str
    en: str


@dataclass(frozen=True)
class Parent:
    """A document the plan rests on."""

    title: str
    number: str
    place: Place


@dataclass(frozen=True)
class DraftIdentity:
    """What the document says of itself; empty where it says nothing."""

    title: str = ""
    number: str = ""
    body: str = ""
    issued_on: date | None = None
    parents: tuple[Parent, ...] = ()


@dataclass(frozen=True)
class Draft:
    """Everything found in a plan document."""

    name: str
    identity: DraftIdentity
    tasks: tuple[DraftTask, ...]
    targets: tuple[DraftTarget, ...]
    goals: tuple[DraftGoal, ...]
    milestones: tuple[DraftMilestone, ...]
    issues: tuple[DraftIssue, ...]
    prohibitions: tuple[DraftProhibition, ...]
    leftovers: tuple[Leftover, ...]
    text: str = ""

    def items(self) -> tuple[DraftItem, ...]:
        """All items found, in the order of the text."""
        return tuple(
            sorted(
                (*self.tasks, *self.targets, *self.goals, *self.milestones, *self.issues, *self.prohibitions),
                key=lambda item: (item.place.start, item.place.end),
            )
        )

    def words(self, place: Place) -> str:
        """Give what stands at a place, without white space."""
        return "".join(self.text[place.start : place.end].split())
