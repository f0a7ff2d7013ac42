"""Check packs as a whole: names given twice, dates that overlap, units and settings that do not exist."""
from difflib import get_close_matches

from sanyi.plans.entries import KINDS
from sanyi.plans.errors import Problem
from sanyi.plans.pack import Pack, read_pack

ONCE = ("goal", "target", "indicator", "task", "unit", "duty", "post", "prohibition", "milestone", "issued_document", "gap", "obligation")
OF_PACK = {"task": ("task",), "document": ("issued_document",), "milestone": ("milestone",), "target": ("target",), "goal": ("goal",),
           "value": ("value", "gap"), "unit": ("unit",), "duty": ("duty",), "post": ("post",), "prohibition": ("prohibition",)}
OF_CODE = ("step", "indicator", "reported", "rule", "workflow", "guard", "table", "page", "command")


def check_pack(folder) -> tuple[Problem, ...]:
    """Give every problem of one pack folder taken by itself; empty when it is sound."""
    return pack_problems(read_pack(folder))


def pack_problems(pack: Pack) -> tuple[Problem, ...]:
    """Give the faults found in reading a pack and those that show only between its entries."""
    return tuple(sorted(
        [*pack.problems, *_twice(pack), *_overlaps(pack), *_given_and_open(pack), *_unknown_references(pack)],
        key=lambda problem: (problem.file, problem.line, problem.kind, problem.seen)))


def problems_between(packs) -> tuple[Problem, ...]:
    """Give the faults that show only between packs: settings found in none of them, one name with two units."""
    named = [entry for pack in packs for kind in ("value", "gap") for entry in pack.of(kind)]
    return (*_unknown_settings(packs, {entry.id for entry in named}), *_unit_clashes(named))


def _unknown_settings(packs, names) -> list:
    return [_problem("unknown_setting", target, target.tolerance_setting, near(target.tolerance_setting, names))
            for pack in packs for target in pack.of("target")
            if target.tolerance_setting and target.tolerance_setting not in names]


def _unit_clashes(named) -> list:
    first: dict = {}
    for entry in named:
        first.setdefault(entry.id, entry)
    return [_problem("unit_clash", entry, entry.unit, f"{first[entry.id].unit} ({first[entry.id].place})")
            for entry in named if entry.unit != first[entry.id].unit]


def near(name: str, names) -> str:
    """List the names most like one that does not exist."""
    return ", ".join(get_close_matches(name, sorted(names), n=5, cutoff=0.5)) or "—"


def _problem(kind, entry, seen, expected) -> Problem:
    return Problem(kind, f"{entry.place.pack}/{entry.place.file}", entry.place.line, entry.id, str(seen), str(expected))


def _twice(pack: Pack) -> list:
    problems = []
    for kind in ONCE:
        first = {}
        for entry in pack.of(kind):
            if entry.id in first:
                problems.append(_problem("twice", entry, entry.id, first[entry.id].place))
            first.setdefault(entry.id, entry)
    return problems


def _overlaps(pack: Pack) -> list:
    by_name: dict = {}
    for value in pack.of("value"):
        by_name.setdefault(value.id, []).append(value)
    problems = []
    for values in by_name.values():
        values.sort(key=lambda value: value.since)
        for earlier, later in zip(values, values[1:]):
            if earlier.since == later.since or (earlier.until and earlier.until >= later.since):
                problems.append(_problem("overlapping_dates", later, _span(later), f"{_span(earlier)} ({earlier.place})"))
    return problems


def _span(value) -> str:
    return f"{value.since}…{value.until or ''}"


def _given_and_open(pack: Pack) -> list:
    given = {value.id: value for value in pack.of("value")}
    return [_problem("given_and_open", gap, gap.id, given[gap.id].place) for gap in pack.of("gap") if gap.id in given]


def _unknown_references(pack: Pack) -> list:
    ids = {kind: {entry.id for entry in pack.of(kind)} for kind in KINDS}
    named = [
        *((task, "unit", name) for task in pack.of("task") for name in (task.lead, *task.co_leads, *task.units)),
        *((task, "task", name) for task in pack.of("task") for name in (*filter(None, [task.parent]), *task.needs)),
        *((task, "target", name) for task in pack.of("task") for name in task.targets),
        *((duty, "unit", duty.unit) for duty in pack.of("duty")),
        *((post, "unit", post.unit) for post in pack.of("post")),
        *((issued, "unit", name) for issued in pack.of("issued_document") for name in (issued.issuer, *issued.co_issuers)),
        *((unit, "unit", name) for unit in pack.of("unit") for name in filter(None, (unit.parent, unit.district))),
        *((late, "milestone", late.due_after) for kind in ("task", "issued_document", "milestone")
          for late in pack.of(kind) if late.due_after),
    ]
    unknown = [_problem("unknown_body" if kind == "unit" else f"unknown_{kind}", entry, name, near(name, ids[kind]))
               for entry, kind, name in named if name not in ids[kind]]
    return [*unknown, *_unknown_realisations(pack, ids), *_circles(pack)]


def _unknown_realisations(pack: Pack, ids: dict) -> list:
    problems = []
    for obligation in pack.of("obligation"):
        for named in obligation.realised:
            word, _, name = named.partition(":")
            known = {each for kind in OF_PACK.get(word, ()) for each in ids[kind]}
            if word not in OF_PACK and word not in OF_CODE or not name:
                problems.append(_problem("unknown_word", obligation, f"realised {named!r}", ", ".join([*OF_PACK, *OF_CODE])))
            elif word in OF_PACK and name not in known:
                problems.append(_problem("unknown_entry", obligation, named, near(name, known)))
    return problems


def _circles(pack: Pack) -> list:
    """Tasks that wait for each other, or are part of themselves."""
    problems = []
    for ways in ({task.id: task.needs for task in pack.of("task")},
                 {task.id: tuple(filter(None, [task.parent])) for task in pack.of("task")}):
        for task in pack.of("task"):
            if task.id in _reached(task.id, ways):
                problems.append(_problem("circular_tasks", task, task.id, "needs, parent"))
    return problems


def _reached(start: str, ways: dict) -> set:
    found, waiting = set(), list(ways.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += ways.get(name, ())
    return found
