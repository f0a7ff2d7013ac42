"""Check packs as a whole: names given twice, dates that overlap or leave a gap, clauses that say two things."""
from datetime import timedelta

from sanyi.plans.errors import Problem, problem_of
from sanyi.plans.near import near
from sanyi.plans.pack import Pack, read_pack
from sanyi.plans.references import unknown_references

ONCE = ("goal", "target", "indicator", "task", "unit", "duty", "post", "prohibition", "milestone", "issued_document", "gap", "obligation")


def check_pack(folder) -> tuple[Problem, ...]:
    """Give every problem of one pack folder taken by itself; empty when it is sound.

    What a pack that extends another one names may stand in the other: `check_plan` follows those names.
    """
    pack = read_pack(folder)
    return pack_problems(pack, references=pack.identity is None or not pack.identity.extends)


def pack_problems(pack: Pack, references: bool = True) -> tuple[Problem, ...]:
    """Give the faults found in reading a pack and those that show only between its entries."""
    found = [*pack.problems, *_twice(pack), *_spans(pack), *_given_and_open(pack), *_clashes(pack.of("target"), _aim, _number)]
    return in_order([*found, *(unknown_references(pack) if references and is_whole(pack.problems) else ())])


def is_whole(problems) -> bool:
    """Whether every file could be read: what stands in one that could not is not missing."""
    return all(problem.kind != "bad_toml" for problem in problems)


def in_order(problems) -> tuple[Problem, ...]:
    """Sort problems by where they stand."""
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.kind, problem.seen)))


def problems_between(packs, indicators=None) -> tuple[Problem, ...]:
    """Give the faults that show only between packs: settings and indicators found in none, two units, two readings of a clause.

    `indicators` are the codes that are computed; without them targets are not held against the indicators.
    """
    named = [entry for pack in packs for kind in ("value", "gap") for entry in pack.of(kind)]
    values = [entry for pack in packs if pack.identity.kind != "what_if" for entry in pack.of("value")]  # a what-if says otherwise by its nature
    return (*_unknown_settings(packs, {entry.id for entry in named}), *_unfit_years(packs, named), *_unit_clashes(named),
            *_clashes(values, lambda value: (value.id, value.since), lambda value: value.value),
            *unknown_indicators(packs, indicators))


def unknown_indicators(packs, computed=None) -> list:
    """Give the targets and tasks on an indicator that is neither computed nor defined in a pack; none where nobody asks."""
    if computed is None:
        return []
    known = set(computed) | {indicator.id for pack in packs for indicator in pack.of("indicator")}
    named = [entry for pack in packs for kind in ("target", "task") for entry in pack.of(kind) if entry.indicator]
    return [problem_of("unknown_indicator", entry, entry.indicator, near(entry.indicator, known))
            for entry in named if entry.indicator not in known]


def _clashes(entries, subject, said) -> list:
    """Entries on one subject that cite one clause for different values."""
    problems, first = [], {}
    for entry in entries:
        for source in entry.sources:
            key = (subject(entry), source.document, source.clause)
            other = first.setdefault(key, entry)
            if said(other) != said(entry) and other.place != entry.place:
                problems.append(problem_of("clause_clash", entry, f"{source.clause} {said(entry)}", f"{said(other)} ({other.place})"))
                break
    return problems


def _aim(target) -> tuple:
    return target.indicator, target.scope, target.due


def _number(target) -> tuple:
    return target.comparator, target.value, target.upper


def _unknown_settings(packs, names) -> list:
    asked = [(entry, name) for pack in packs for entry in (*pack.of("target"), *pack.of("goal"))
             for name in (getattr(entry, "tolerance_setting", ""), entry.due_year_setting) if name]
    return [problem_of("unknown_setting", entry, name, near(name, names)) for entry, name in asked if name not in names]


def _unfit_years(packs, named) -> list:
    """Deadlines whose year stands in a setting: it must be a year, and the day and month must be there."""
    units = {entry.id: entry.unit for entry in named}
    dated = [entry for pack in packs for kind in ("target", "goal") for entry in pack.of(kind) if entry.due_year_setting]
    return [*(problem_of("wrong_unit", entry, units[entry.due_year_setting], "year") for entry in dated if units.get(entry.due_year_setting, "year") != "year"),
            *(problem_of("half_due", entry, "due_year_setting", "due, due_year_setting") for entry in dated if entry.due is None)]


def _unit_clashes(named) -> list:
    first: dict = {}
    for entry in named:
        first.setdefault(entry.id, entry)
    return [problem_of("unit_clash", entry, entry.unit, f"{first[entry.id].unit} ({first[entry.id].place})")
            for entry in named if entry.unit != first[entry.id].unit]


def _twice(pack: Pack) -> list:
    problems = []
    for kind in ONCE:
        first = {}
        for entry in pack.of(kind):
            if entry.id in first:
                problems.append(problem_of("twice", entry, entry.id, first[entry.id].place))
            first.setdefault(entry.id, entry)
    return problems


def _spans(pack: Pack) -> list:
    by_name: dict = {}
    for value in pack.of("value"):
        by_name.setdefault(value.id, []).append(value)
    problems = []
    for values in by_name.values():
        values.sort(key=lambda value: value.since)
        for earlier, later in zip(values, values[1:]):
            if earlier.since == later.since or (earlier.until and earlier.until >= later.since):
                problems.append(problem_of("overlapping_dates", later, _span(later), f"{_span(earlier)} ({earlier.place})"))
            elif earlier.until and earlier.until + timedelta(days=1) < later.since:
                problems.append(problem_of("gap_in_dates", later, _span(later), f"{_span(earlier)} ({earlier.place})"))
    return problems


def _span(value) -> str:
    return f"{value.since}…{value.until or ''}"


def _given_and_open(pack: Pack) -> list:
    given = {value.id: value for value in pack.of("value")}
    return [problem_of("given_and_open", gap, gap.id, given[gap.id].place) for gap in pack.of("gap") if gap.id in given]
