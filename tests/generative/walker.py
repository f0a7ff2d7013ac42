"""One random walker for every kind of people's work, driven by the workflows' own tables; what an area adds stands in its `walked_<area>.py`.

People of every role and institution take declared and undeclared steps with good and bad fields, on fresh and stale versions, knock at the
area's doors, and days pass. A plain second opinion says what should come of each step, and after each the laws hold that are every area's:
one line in the log and one event in the trail a change, one event a refusal and nothing else, versions by ones, states of the table,
nothing leaves, the log replays to what is there, and what is not visible cannot be touched nor told from what does not exist.
"""
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
import importlib
from pathlib import Path
from random import Random
import sys
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [path for path in (str(HERE), str(HERE.parent / "integration")) if path not in sys.path]
NOWHERE, LONG = 987_654_321, "长" * 4001
BAD = {"text": (LONG, 7), "choice": ("nonsense", 7), "whole": ("seven", 1.5), "date": ("2026-13-40", 7), "moment": ("soon", datetime(2026, 1, 1)), "fen": ("1.234", None),
       "institution": (7, LONG), "unit": (7, LONG)}


@dataclass
class World:
    """What a walk goes through: who may act (by name, as a door is handed it), the time it is, and whatever the area keeps."""

    by: dict[str, Any]
    now: datetime
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day it is where the plan is carried out."""
        from sanyi.store.log import today_of
        return today_of(self.now)


@dataclass(frozen=True)
class Walked:
    """An area as a walk needs it.

    `begins` are its doors besides the steps, each of which may refuse; those in `counting` may change something though they refuse (a wrong
    try is counted). `values` fill in a field, by its name or `kind.field`. `beyond` are the lines of the log that no step declares, with what
    they may make of a state. `follows` has by `kind.step` for what reasons (a guard's name, or bad_field) what follows a step may refuse it. `laws` give what does not hold.
    `rarely` are doors to where a walk seldom comes by itself: only a steered one takes them. `leaps` are how the clock moves.
    """

    name: str
    kinds: tuple[str, ...]
    open: Callable[[], World]
    begins: Mapping[str, Callable[[World, Random], object]]
    laws: Mapping[str, Callable[[World], list[str]]]
    values: Mapping[str, Callable[[World, Any, Random], object]] = field(default_factory=dict)
    daily: Callable[[World], object] = lambda world: None
    beyond: Mapping[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    counting: frozenset[str] = frozenset()
    follows: Mapping[str, set[str]] = field(default_factory=dict)
    rarely: Mapping[str, Callable[[World, Random], object]] = field(default_factory=dict)
    leaps: tuple[timedelta, ...] = (timedelta(0), timedelta(minutes=20), timedelta(hours=5), timedelta(days=1), timedelta(days=9))


def furthest(rows: Iterable[Any], chance: Random) -> Any:
    """Mostly the piece of work that has come furthest, so that walks come to an end somewhere; None where there is none."""
    there = list(rows)
    if not there:
        return None
    return max(there, key=lambda row: (row.version, row.pk)) if chance.random() < 0.6 else chance.choice(there)


def walked() -> dict[str, Walked]:
    """Every area that is walked, found by folder."""
    files = [importlib.import_module(path.stem) for path in sorted(HERE.glob("walked_*.py"))]
    return {value.name: value for file in files for value in vars(file).values() if isinstance(value, Walked)}


class Walk:
    """One walk through one world. Whoever calls stands in a transaction and undoes it afterwards."""

    def __init__(self, area: Walked, told: Counter | None = None, is_steered: bool = False) -> None:
        """`is_steered`: it goes where no walk has been yet, so that every step is taken some time."""
        from django.db import connection
        from sanyi.store.who import actor_of
        self.area, self.world, self.told, self.is_steered = area, area.open(), told if told is not None else Counter(), is_steered
        self.there: dict[Any, set] = {}
        self.depth = len(connection.savepoint_ids)
        self.history: list[str] = []
        self.turn = 0
        self.actors = {name: actor_of(by) for name, by in self.world.by.items() if name != "nobody"}

    # what people do ------------------------------------------------------------------------------------------------

    def go_on(self, seed: int) -> None:
        """One thing happens; the same seeds are the same walk."""
        self.turn += 1
        chance = Random(f"{seed} {self.turn}")
        name = chance.choices(("begin", "likely", "anything", "time", "nothing"), (25, 50, 12, 10, 3))[0]
        {"begin": self.begin, "likely": lambda chance: self.act(chance, True), "anything": lambda chance: self.act(chance, False), "time": self.pass_time,
         "nothing": self.touch_nothing}[name](chance)

    def begin(self, chance: Random) -> None:
        """Knock at a door."""
        doors = self.area.rarely if self.is_steered and self.area.rarely and chance.random() < 0.15 else self.area.begins
        name = chance.choice(sorted(doors))
        self._tried(f"{self.area.name}:{name}", lambda: doors[name](self.world, chance), may_count=name in self.area.counting)

    def act(self, chance: Random, is_likely: bool) -> None:
        """Take a step: one that is likely to fit, or anything."""
        from sanyi.workflows import workflow_of
        if (found := self._row(chance)) is None:
            return self.begin(chance)
        kind, row = found
        declared = workflow_of(kind).steps_from(row.state)
        if is_likely and declared:
            return self._attempt(kind, row, *self._likely(kind, row, declared, chance), row.version)
        steps = [*workflow_of(kind).steps, None]
        step = chance.choice(steps)
        given = self._given(kind, row, step, chance, chance.random() < 0.5) if step else {}
        version = row.version + chance.choice((0, 0, 0, -1, 1, 5))
        self._attempt(kind, row, step.name if step else chance.choice(("fly", "")), chance.choice(sorted(self.world.by)), given, version)

    def pass_time(self, chance: Random) -> None:
        """The clock moves, and the daily and minute's work is done."""
        self.world.now += chance.choice(self.area.leaps)
        before = self._lines()
        self.area.daily(self.world)
        self._one_event_a_line(before)

    def touch_nothing(self, chance: Random) -> None:
        """What is not there and what is not visible are refused in the same words."""
        from sanyi.store.act import act
        from sanyi.store.kinds import kind_of
        from sanyi.store.who import actor_of
        from sanyi.workflows.errors import UnknownWork
        kind, name = chance.choice(self.area.kinds), chance.choice(sorted(self.world.by))
        if name not in self.actors:
            return
        actor = actor_of(self.world.by[name])
        hidden = kind_of(kind).table.objects.exclude(pk__in=kind_of(kind).seen_by(actor).values("pk")).order_by("pk").first()
        words = []
        for id in (NOWHERE, hidden.pk if hidden else NOWHERE):
            try:
                act(kind, id, 1, "fly", {}, self.world.by[name], self.world.now)
            except UnknownWork as refused:
                words.append(str(refused).replace(str(id), "?"))
        assert len(words) == 2 and len(set(words)) == 1, (kind, name, words)
        self.told[f"{kind}:hidden" if hidden else f"{kind}:nowhere"] += 1

    def count(self) -> None:
        """Count every step that was taken, whoever took it."""
        from sanyi.store.models import WorkEvent
        self.told.update(f"{kind}:{step}" for kind, step in WorkEvent.objects.filter(subject__in=self.area.kinds).values_list("subject", "step"))

    # what must hold whatever they do -------------------------------------------------------------------------------

    def check(self) -> None:
        """The laws of every area, and the area's own."""
        from sanyi.store.kinds import kind_of
        from sanyi.store.models import WorkEvent
        self._nothing_leaves()
        for kind in self.area.kinds:
            lines: dict[int, list] = {}
            for id, *line in WorkEvent.objects.filter(subject=kind).order_by("version").values_list("subject_id", "version", "before", "step", "after", "at"):
                lines.setdefault(id, []).append(line)
            for row in kind_of(kind).table.objects.order_by("pk"):
                self._log_replays(kind, row, lines.get(row.pk, []))
        for name, law in self.area.laws.items():
            assert (faults := law(self.world)) == [], (name, faults, self.history[-12:])

    def _attempt(self, kind: str, row: Any, step: str, name: str, given: dict, version: int) -> None:
        from sanyi.store.act import act
        from sanyi.store.models import WorkEvent
        by, expected = self.world.by[name], self._expected(kind, row, step, name, given, version)
        said = self._tried(f"{kind}:{step}", lambda: act(kind, row.pk, version, step, given, by, self.world.now), (kind, row.pk))
        about = (kind, row.pk, row.state, step, name, given, version, said, expected, self.history[-12:])
        if isinstance(said, Exception):
            after = self.area.follows.get(f"{kind}.{step}", set())
            assert said.code in expected or "" in expected and (getattr(said, "guard", "") or said.code) in after, about
            return
        assert "" in expected, about
        line = WorkEvent.objects.filter(subject=kind, subject_id=row.pk, version__gt=version).exclude(step__in=self._foreign(kind)).order_by("version").first()
        after = next(each.after for each in self._table(kind).steps_from(row.state) if each.name == step)
        assert line is not None and (line.step, line.before, line.after) == (step, row.state, after), (about, line and vars(line))

    def _foreign(self, kind: str) -> list[str]:
        return [step for of, step in self.area.beyond if of == kind]

    def _tried(self, what: str, call: Callable[[], object], about: tuple[str, int] | None = None, may_count: bool = False) -> object:
        """Do it: a change leaves a line and an event each, a refusal one event and nothing else. Gives what came of it, or the refusal."""
        from sanyi.workflows.errors import Refused
        before, kept = self._lines(), self._snapshot() if self.turn % 3 == 0 else None
        self.history.append(f"{self.world.now:%m-%d %H:%M} {what}")
        try:
            done = call()
        except Refused as refused:
            self.history[-1] += f" ✗ {refused.code} {getattr(refused, 'guard', '')}"
            self.told[f"{what} ✗ {refused.code}"] += 1
            assert refused.zh and refused.en and refused.zh != refused.en, what
            assert may_count or kept is None or self._snapshot() == kept, (what, refused, "a refusal changed something", _differ(kept, self._snapshot()), self.history[-12:])
            self._one_event_a_line(before)
            if about:
                new = self._new_events(before[1])
                assert [(event.action, event.reason, event.subject, event.subject_id) for event in new] == [("refuse", refused.code, about[0], str(about[1]))], (what, refused, [vars(each) for each in new])
            return refused
        self.told[f"{what} ✓"] += 1
        self._one_event_a_line(before)
        assert may_count or not any(event.action == "refuse" for event in self._new_events(before[1])), (what, "a change left a refusal")
        return done

    def _expected(self, kind: str, row: Any, step: str, name: str, given: dict, version: int) -> set[str]:
        """A second opinion in plain words: the codes of refusal that may come of it; empty string: it is taken."""
        from sanyi.store.kinds import kind_of
        from sanyi.store.who import actor_of
        from sanyi.workflows.errors import BadField
        from sanyi.workflows.facts import BOUND_TO_UNIT
        from sanyi.workflows.take import read_fields
        known = kind_of(kind)
        if name not in self.actors:
            return {"not_allowed"}
        actor = actor_of(self.world.by[name])  # as it is now: a merge may have moved a resident's account
        if not known.seen_by(actor).filter(pk=row.pk).exists():
            return {"unknown_work"}
        if version != row.version:
            return {"stale_version"}
        found = [each for each in self._table(kind).steps if each.name == step and row.state in each.before]
        if not found:
            return {"undeclared_step"}
        facts, wanted = known.facts(row, actor, self.world.now), found[0]
        places = facts.sides.get(wanted.side, ()) if wanted.side else facts.units
        if actor.role not in wanted.roles or actor.role == "resident" and (not actor.resident or actor.resident not in facts.residents) \
                or actor.role in BOUND_TO_UNIT and (not actor.unit or actor.unit not in places):
            return {"not_allowed"}
        if wanted.needs_factor and not actor.has_factor:
            return {"factor_needed"}
        try:
            understood = read_fields(wanted, given)
        except BadField:
            return {"bad_field"}
        return {"guard"} if any(guard(facts, understood) for guard in wanted.guards) else {""}

    def _likely(self, kind: str, row: Any, declared: tuple, chance: Random) -> tuple[str, str, dict]:
        """A step, somebody and fields that fit, if a few tries find any; else the last that was tried."""
        tries = []
        steps = chance.sample(declared, len(declared) if self.is_steered else min(4, len(declared)))
        if chance.random() < 0.85:  # what ends it, or leaves it where it is, comes last
            steps.sort(key=lambda step: (step.after in self._table(kind).finished) + (step.after == row.state))
        if self.is_steered and chance.random() < 0.7:
            steps.sort(key=lambda step: self._is_taken(kind, step.name))
        for step in steps:
            names = [name for name in sorted(self.world.by) if name in self.actors and self.actors[name].role in step.roles]
            for name in chance.sample(names, min(6, len(names))):
                tries.append((step.name, name, self._given(kind, row, step, chance, False)))
                if self._expected(kind, row, *tries[-1], row.version) == {""}:
                    return tries[-1]
        return tries[-1] if tries else (declared[0].name, chance.choice(sorted(self.world.by)), {})

    def _table(self, kind: str) -> Any:
        from sanyi.workflows import workflow_of
        return workflow_of(kind)

    def _row(self, chance: Random) -> tuple[str, Any] | None:
        from sanyi.store.kinds import kind_of
        there = {kind: rows for kind in self.area.kinds if (rows := list(kind_of(kind).table.objects.order_by("pk")))}
        if not there:
            return None
        if self.is_steered and chance.random() < 0.5:
            new = [(kind, row) for kind, rows in sorted(there.items()) for row in rows if not all(self._is_taken(kind, step.name) for step in self._table(kind).steps_from(row.state))]
            if new:
                return chance.choice(new)
        live = {kind: found for kind, rows in there.items() if (found := [row for row in rows if row.state not in self._table(kind).finished])}
        among = live if live and chance.random() < 0.85 else there
        kind = chance.choice(sorted(among))
        return kind, furthest(among[kind], chance)

    def _is_taken(self, kind: str, step: str) -> bool:
        """Whether a step was taken by somebody in some walk."""
        return bool(self.told[f"{kind}:{step}"] or self.told[f"{kind}:{step} ✓"])

    def _given(self, kind: str, row: Any, step: Any, chance: Random, is_bad: bool) -> dict:
        given = {each.name: self._value(kind, row, each, chance) for each in step.fields if each.is_required or chance.random() < 0.4}
        given = {name: value for name, value in given.items() if value is not None}
        if is_bad and chance.random() < 0.3:
            given["fly"] = "x"
        elif is_bad and step.fields:
            field = chance.choice(step.fields)
            given[field.name] = chance.choice((*BAD[field.kind], ""))
        return given

    def _value(self, kind: str, row: Any, field: Any, chance: Random) -> object:
        made = self.area.values.get(f"{kind}.{field.name}") or self.area.values.get(field.name)
        if made and chance.random() < 0.9:
            return made(self.world, row, chance)
        return {"text": lambda: chance.choice(("理由", "x" * 20, " 说明 ")), "choice": lambda: chance.choice(sorted(field.choices)), "whole": lambda: chance.choice((0, 1, 2, 7, -3)),
                "date": lambda: self.world.today + timedelta(days=chance.choice((-3, 0, 1, 20))), "moment": lambda: self.world.now + timedelta(minutes=chance.choice((-90, -5, 0, 5, 600))),
                "fen": lambda: chance.choice((0, 100, 12_345)), "institution": lambda: chance.choice(_institutions()), "unit": lambda: chance.choice(_institutions())}[field.kind]()

    def _lines(self) -> tuple[int, int]:
        from sanyi.store.models import WorkEvent
        from sanyi.store.trail.tables import AuditEvent
        return tuple(table.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for table in (WorkEvent, AuditEvent))

    def _new_events(self, since: int) -> list:
        from sanyi.store.trail.tables import AuditEvent
        return list(AuditEvent.objects.filter(pk__gt=since).exclude(action__in=("read", "unmask", "break_glass")))

    def _one_event_a_line(self, before: tuple[int, int]) -> None:
        """Every line of the log that is new has one event of a change in the trail, and no event of a versioned change lacks its line."""
        from sanyi.store.models import WorkEvent
        from sanyi.store.trail.tables import AuditEvent
        lines = Counter((subject, str(id), version, step) for subject, id, version, step in WorkEvent.objects.filter(pk__gt=before[0]).values_list("subject", "subject_id", "version", "step"))
        events = Counter(AuditEvent.objects.filter(pk__gt=before[1], action="change", version__isnull=False).values_list("subject", "subject_id", "version", "step"))
        assert lines == events, (lines - events, events - lines, self.history[-6:])

    def _snapshot(self) -> dict[str, list]:
        from django.apps import apps
        trail = ("AuditEvent", "AuditNamed")
        areas = {type_.__module__ for kind in self.area.kinds for type_ in [self._model(kind)]}
        return {table.__name__: sorted(map(repr, table.objects.values_list())) for table in apps.get_app_config("store").get_models()
                if (table.__module__ in areas or table.__name__ in ("WorkEvent", "Person")) and table.__name__ not in trail}

    def _model(self, kind: str) -> Any:
        from sanyi.store.kinds import kind_of
        return kind_of(kind).table

    def _nothing_leaves(self) -> None:
        for kind in self.area.kinds:
            table = self._model(kind)
            now = set(table.objects.values_list("pk", flat=True))
            assert self.there.get(table, set()) <= now, (kind, self.there[table] - now)
            self.there[table] = now

    def _log_replays(self, kind: str, row: Any, lines: list) -> None:
        workflow, state = self._table(kind), ""
        declared = {(before, step.name, step.after) for step in workflow.steps for before in step.before}
        assert [line[0] for line in lines] == list(range(1, row.version + 1)), (kind, row.pk, row.version, lines)
        for number, before, step, after, _ in lines:
            about = (kind, row.pk, number, before, step, after, state)
            assert before == state and after in {each.name for each in workflow.states}, about
            assert number == 1 or (before, step, after) in declared or (before, after) in self.area.beyond.get((kind, step), set()) \
                or before == after and (kind, step) in self.area.beyond, about
            state = after
        assert state == row.state, (kind, row.pk, state, row.state)
        assert [line[4] for line in lines] == sorted(line[4] for line in lines), (kind, row.pk, "the log goes back in time")


def outermost(depth: int) -> Any:
    """A connection that says no transaction is open where only the walk's own are: the doors' outermost then record their refusals, as they do alone."""
    from django.db import connection

    class Seen:
        @property
        def in_atomic_block(self) -> bool:
            return len(connection.savepoint_ids) > depth

    return Seen()


def _institutions() -> list[str]:
    from sanyi.store.organisation.tables import Institution
    return [*Institution.objects.order_by("code").values_list("code", flat=True), "NOWHERE"]


def _differ(before: dict[str, list], after: dict[str, list]) -> dict:
    return {name: (sorted(set(rows) ^ set(after[name])))[:6] for name, rows in before.items() if rows != after[name]}
