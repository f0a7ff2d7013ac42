"""A plan as one unchanging value: what it holds on a day, its targets, tasks and organisation, and why."""
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from sanyi.plans.dues import add_months
from sanyi.plans.entries import (
    Duty, Gap, Goal, Indicator, IssuedDocument, Milestone, Obligation, Post, Prohibition, Target, Task, Unit, Value,
)
from sanyi.plans.errors import BadPack, Problem, UnknownValue
from sanyi.plans.frozen import digest_of, freeze, thaw
from sanyi.plans.layer import Layer, record
from sanyi.plans.near import near
from sanyi.plans.pack import Identity
from sanyi.plans.units import misfit
from sanyi.plans.why import why

ON_DAY = " @ "  # between the name of a value and the day it was read on, where that is not the run's own
WHAT_IF = "what-if"  # the layer of a change that is tried


@dataclass(frozen=True)
class Organisation:
    """The bodies a plan names, their duties and their leadership posts."""

    units: tuple[Unit, ...] = ()
    duties: tuple[Duty, ...] = ()
    posts: tuple[Post, ...] = ()

    def of_role(self, role: str) -> tuple[Unit, ...]:
        """Give the units of one role, such as lead_hospital or district."""
        return tuple(unit for unit in self.units if unit.role == role)

    def duties_of(self, unit: str) -> tuple[Duty, ...]:
        """Give the duties of one unit."""
        return tuple(duty for duty in self.duties if duty.unit == unit)


@dataclass(frozen=True)
class Plan:
    """A reform plan with its layers of values: the upper layer wins from its own dates on."""

    identity: Identity
    layers: tuple[Layer, ...]
    targets: tuple[Target, ...] = ()
    tasks: tuple[Task, ...] = ()
    organisation: Organisation = Organisation()
    gaps: tuple[Gap, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    documents: tuple[IssuedDocument, ...] = ()
    goals: tuple[Goal, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    register: tuple[Obligation, ...] = ()
    words: tuple = ()  # (code, (Chinese, English)) of its own words.toml and of the packs it extends
    family: tuple[str, ...] = ()  # the packs whose word is the plan's own: itself and those it extends
    digest_identity: Identity | None = None  # a what-if's is that of the plan it stands on: an empty one changes nothing

    @property
    def name(self) -> str:
        """The pack's id, such as haikou-2018."""
        return self.identity.id

    def on(self, day: date) -> "PlanOnDay":
        """Give the plan as it stands on one day."""
        return PlanOnDay(self, day)

    @property
    def own_values(self) -> tuple[Value, ...]:
        """Every value, of every date, that the plan's own family of packs sets: without what its region and dictionary lend."""
        return tuple(value for layer in self.layers if layer.name in self.family for _, held in sorted(layer.values.items()) for value in held)

    def own(self, entries) -> tuple:
        """Of gaps or indicators keep those that stand in the plan's own family of packs."""
        return tuple(entry for entry in entries if entry.place.pack in self.family)

    @cached_property
    def last_day(self) -> date:
        """The day by which all that the plan's own family of packs sets holds: its last deadline or last start of a value."""
        entries = (*self.own_values, *self.targets, *self.tasks, *self.milestones, *self.documents)
        days = [day for entry in entries for day in (getattr(entry, "due", None), getattr(entry, "since", None)) if day]
        return max(days, default=self.identity.issued_on or date.max)

    def word(self, code: str, language: str) -> str:
        """Say what the plan calls a code of its own, such as a group of tasks; the code itself where it has no word."""
        return dict(self.words).get(code, (code, code))[0 if language == "zh" else 1]

    def names(self) -> tuple[str, ...]:
        """List every value name of the plan, whatever the day."""
        return tuple(sorted({name for layer in self.layers for name in layer.values}))

    def sources(self, obligation: str) -> tuple:
        """Give every entry that cites an obligation number, such as HK-06."""
        return self._by_obligation.get(obligation, ())

    def obligations(self) -> tuple[str, ...]:
        """List every obligation number cited by any entry."""
        return tuple(sorted(self._by_obligation))

    def entries(self) -> tuple:
        """Give every entry of the plan: values of all layers first, then the plan's own lists; the register stands apart."""
        values = [value for layer in self.layers for name in sorted(layer.values) for value in layer.values[name]]
        organisation = self.organisation
        return (*values, *self.gaps, *self.targets, *self.tasks, *organisation.units, *organisation.duties,
                *organisation.posts, *self.milestones, *self.prohibitions, *self.documents, *self.goals, *self.indicators)

    @cached_property
    def digest(self) -> str:
        """Name the whole content by its sha256: order of keys, files and entries does not matter, lines neither."""
        return digest_of([self._own_digest, [layer.digest for layer in self.layers]])

    def changed(self, changes: dict) -> "Plan":
        """Give a what-if of the plan: new values for existing names, on every day; no change gives this plan itself.

        Errors: UnknownValue for a name the plan does not hold, BadPack for a value that does not fit its unit.
        """
        if not changes:
            return self
        values = {name: tuple(self._what_if(entry, given) for entry in self._newest(name)) for name, given in changes.items()}
        plan = replace(self, layers=(Layer(WHAT_IF, values), *self.layers))
        if any(entry.due_year_setting in changes for entry in (*self.targets, *self.goals)):
            plan = plan.dated()
        plan.__dict__["_own_digest"] = self._own_digest
        return plan

    def dated(self) -> "Plan":
        """Give the plan with each year that its text blanks read from the setting that stands for it. Source: BJ-27."""
        return replace(self, **{name: tuple(map(self._dated, getattr(self, name))) for name in ("targets", "goals")})

    def _dated(self, entry):
        if not entry.due_year_setting:
            return entry
        year = self._newest(entry.due_year_setting)[0].value
        return replace(entry, due=add_months(entry.due, 12 * (year - entry.due.year)))

    def _newest(self, name: str) -> tuple:
        for layer in self.layers:
            if name in layer.values:
                return layer.values[name][-1:]
        raise UnknownValue(_unknown(name, self.names()))

    def _what_if(self, entry: Value, given) -> Value:
        frozen = freeze(given)
        if expected := misfit(entry.id, entry.unit, frozen):
            raise BadPack([Problem("wrong_value", WHAT_IF, 0, entry.id, repr(given), expected)])
        return replace(entry, value=frozen, was=entry.value, since=date.min, until=None)

    @cached_property
    def _own_digest(self) -> str:
        named = self.digest_identity or self.identity
        identity = {**vars(named), "parents": sorted((parent.title, parent.number) for parent in named.parents),
                    "uses": [(use.pack, use.since) for use in named.uses]}
        values = {id(value) for layer in self.layers for values in layer.values.values() for value in values}
        own = [record(entry) for entry in self.entries() if id(entry) not in values]
        return digest_of([identity, sorted(own, key=lambda row: (row["kind"], row["id"]))])

    @cached_property
    def _by_obligation(self) -> dict:
        found: dict = {}
        for entry in self.entries():
            for obligation in dict.fromkeys(entry.obligations):
                found.setdefault(obligation, []).append(entry)
        return {obligation: tuple(entries) for obligation, entries in found.items()}


@dataclass(frozen=True)
class PlanOnDay:
    """A plan as it stands on one day."""

    plan: Plan
    day: date

    def value(self, name: str):
        """Give a value as plain data (a fresh copy). Errors: UnknownValue naming near names or the dates it holds."""
        return thaw(self.entry(name).value)

    def entry(self, name: str) -> Value:
        """Give a value's whole entry: unit, dates, wording, sources. Errors: UnknownValue."""
        found = self._found(name)
        if found is None:
            raise UnknownValue(_unknown_on(name, self.plan, self.day))
        return found

    def values(self) -> dict:
        """Give every value in force on the day as plain data, by name."""
        entries = {name: self._found(name) for name in self.plan.names()}
        return {name: thaw(entry.value) for name, entry in entries.items() if entry is not None}

    def on(self, day: date) -> "PlanOnDay":
        """Give the same plan on another day."""
        return self.plan.on(day)

    def changes(self, prefix: str) -> tuple[date, ...]:
        """List the days on which a value whose name begins so starts, or the day after it ends, in their order."""
        entries = [entry for layer in self.plan.layers for name, held in layer.values.items() if name.startswith(prefix) for entry in held]
        ends = {entry.until + timedelta(1) for entry in entries if entry.until not in (None, date.max)}
        return tuple(sorted({entry.since for entry in entries} | ends))

    def why(self, name: str, language: str = "zh") -> str:
        """Say in plain words what a value is, since when, and by which clause."""
        return why(self.entry(name), language)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The plan's targets."""
        return self.plan.targets

    def recording(self) -> tuple["RecordedPlan", dict]:
        """Give a stand-in for this plan on this day, and the dictionary in which it notes each value that is read.

        The stand-in's `reads` name every answer it gave: a step that a plan answers alike does the same under it.
        """
        recorded: dict = {}
        return RecordedPlan(self, recorded, {}), recorded

    def answer(self, question: str) -> str:
        """Name what the plan answers on this day to `value …`, `entry …` (with a name), `changes …` (with a prefix), `targets` or `day`.

        Equal answers, equal names. A question that ends in ` @ ` and a day is asked of that day.
        """
        if question not in self._answers:
            plain, _, day = question.partition(ON_DAY)
            self._answers[question] = self.on(date.fromisoformat(day)).answer(plain) if day else self._answer(*plain.split(" "))
        return self._answers[question]

    def _answer(self, kind: str, name: str = "") -> str:
        if kind == "day":
            return str(self.day)
        if kind == "targets":
            return digest_of([record(target) for target in self.targets])
        if kind == "changes":
            return " ".join(str(day) for day in self.changes(name))
        found = self._found(name)
        if found is None:
            return "none"
        return digest_of(record(found) if kind == "entry" else thaw(found.value))

    @cached_property
    def _answers(self) -> dict:
        return {}

    def _found(self, name: str) -> Value | None:
        for layer in self.plan.layers:
            for entry in reversed(layer.values.get(name, ())):
                if entry.holds_on(self.day):
                    return entry
        return None


@dataclass(frozen=True)
class RecordedPlan:
    """A plan on a day that notes the name and the plain value of all that is read from it."""

    source: PlanOnDay
    recorded: dict
    reads: dict
    mark: str = ""

    @property
    def day(self) -> date:
        """The day asked for; noted among the reads."""
        self._note("day")
        return self.source.day

    @property
    def targets(self) -> tuple[Target, ...]:
        """The plan's targets; each is noted as read, under `target.` and its id."""
        self._note("targets")
        for target in self.source.targets:
            self.recorded[f"target.{target.id}"] = f"{target.indicator} {target.comparator} {target.value}"
        return self.source.targets

    def on(self, day: date) -> "RecordedPlan":
        """Give the same plan on another day; what is read from it is noted with the day, if it is another."""
        return self if day == self.day else RecordedPlan(self.source.on(day), self.recorded, self.reads, f"{ON_DAY}{day}")

    def changes(self, prefix: str) -> tuple[date, ...]:
        """List the days on which values whose names begin so change, and note them."""
        self._note(f"changes {prefix}")
        return self.source.changes(prefix)

    def value(self, name: str):
        """Give a value and note that it was read; where there is none, that is noted too."""
        self._note(f"value {name}")
        self.recorded[name + self.mark] = self.source.value(name)
        return self.source.value(name)

    def entry(self, name: str) -> Value:
        """Give a value's entry and note that it was read."""
        self._note(f"entry {name}")
        self.recorded[name + self.mark] = self.source.value(name)
        return self.source.entry(name)

    def _note(self, question: str) -> None:
        self.reads[question + self.mark] = self.source.answer(question)

    def why(self, name: str, language: str = "zh") -> str:
        """Say why, without noting a reading: words do not change a result."""
        return self.source.why(name, language)


def _unknown(name: str, names) -> str:
    return f"计划中没有“{name}”；相近的名称：{near(name, names)} / the plan has no value {name!r}; near names: {near(name, names)}"


def _unknown_on(name: str, plan: Plan, day: date) -> str:
    entries = [value for layer in plan.layers for value in layer.values.get(name, ())]
    if not entries:
        return _unknown(name, plan.names())
    spans = ", ".join(f"{value.since}…{value.until or ''}" for value in sorted(entries, key=lambda value: value.since))
    return f"“{name}”在 {day} 没有取值；有取值的日期：{spans} / no value of {name!r} on {day}; it has values on: {spans}"
