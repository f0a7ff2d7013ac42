"""A scheme's gates, basic groups and splits as rules in the one order in which they are tried."""
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sanyi.grouping.drg.conditions import FREE, Conditions, both, of_kind, of_row
from sanyi.grouping.drg.scheme import Row, Scheme

FIRST_MEDICAL = "R"
LEVELS = (0, 1, 2)
ANY_DIAGNOSIS, SECONDARY_DIAGNOSIS, OPERATION = 1, 2, 3
KINDS = {"any": LEVELS, "mcc": (2,), "mcc_or_cc": (1, 2), "cc": (1,), "none": (0,)}


@dataclass(frozen=True)
class Requirement:
    """At least `least` different things among the codes of one kind; each code counts as the thing it maps to. `name` says which list, for people."""

    kind: int
    counted: tuple[tuple[str, str], ...]
    least: int = 1
    name: str = field(default="", compare=False)


@dataclass(frozen=True)
class Rule:
    """One way into a group: lists for the principal diagnosis and the main operation, requirements, conditions, outcome.

    `principal` holds names of lists that must all hold the principal diagnosis; `main` is the basic group whose
    list 0 must hold the main operation, or empty. `drgs` gives the group for no, some and a major complication.
    """

    mdc: str
    adrg: str
    status: str
    principal: tuple[tuple[str, str], ...]
    main: str
    needs: frozenset[Requirement]
    conditions: Conditions
    drgs: tuple[str, str, str]


@dataclass
class Lists:
    """The scheme's code lists, gathered once."""

    mdc: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))
    dx: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    proc: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))


def gathered(scheme: Scheme) -> Lists:
    """Gather code lists by group and number, tags by group and tag, body sites by category."""
    lists = Lists()
    for row in scheme["mdc_dx"]:
        lists.mdc[row["mdc"]][row["dx"]] = row.get("part")
    for row in scheme["adrg_dx"]:
        lists.dx[row["adrg"], row["list"]].append(row["dx"])
    for row in scheme["adrg_proc"]:
        lists.proc[row["adrg"], row["list"]].append(row["proc"])
        if row.get("tag"):
            lists.tags[row["adrg"]][row["tag"]].add(row["proc"])
    return lists


def rules_in_order(scheme: Scheme, lists: Lists) -> list[Rule]:
    """Every rule, gate by gate: surgical groups, the ambiguity gate where it is on, then the medical ones. Source: DRG-1, DRG-2."""
    places = {(row["mdc"], row["adrg"]): row["seq"] for row in scheme["mdc_adrg"]}
    asked, splits = defaultdict(list), defaultdict(list)
    for row in sorted(scheme["adrg_rule"], key=lambda row: (places[row["mdc"], row["adrg"]], row["adrg"], row["seq"])):
        asked[row["mdc"]].append(row)
    for row in sorted(scheme["drg"], key=lambda row: row["seq"]):
        splits[row["adrg"]].append(row)
    found: list[Rule] = []
    for gate in sorted(scheme["mdc_rule"], key=lambda row: row["seq"]):
        found += _of_gate(scheme, lists, gate, asked[gate["mdc"]], splits)
    return found


def _of_gate(scheme: Scheme, lists: Lists, gate: Row, asked: list[Row], splits: Mapping[str, list[Row]]) -> Iterator[Rule]:
    ambiguity = [_ambiguity(lists, gate)] if scheme.switches["ambiguity_gate"] and _has_ambiguity(gate, asked) else []
    for row in asked:
        if ambiguity and is_medical(row["adrg"]):
            yield ambiguity.pop()
        yield from _of_group(scheme, lists, gate, row, splits[row["adrg"]])
    yield from ambiguity


def is_medical(adrg: str) -> bool:
    """Whether a basic group is a medical one, by its second letter."""
    return adrg[1:2] >= FIRST_MEDICAL


def _has_ambiguity(gate: Row, asked: list[Row]) -> bool:
    if gate.get("has_ambiguity") is not None:
        return gate["has_ambiguity"]
    return gate["pdx_in"] and any(is_medical(row["adrg"]) for row in asked)


def _ambiguity(lists: Lists, gate: Row) -> Rule:
    group = f"{gate['mdc'][-1]}QY"
    conditions = both(_gate_conditions(gate), Conditions(valid_count=(1, 1)))
    return Rule(gate["mdc"], group, "ambiguous", _gate_lists(gate), "", _gate_needs(lists, gate), conditions, (group, group, group))


def _gate_lists(gate: Row) -> tuple[tuple[str, str], ...]:
    return (("mdc", gate["mdc"]),) if gate["pdx_in"] else ()


def _gate_conditions(gate: Row) -> Conditions:
    return both(of_row(gate), Conditions(main_valid_count=(1, 1)) if gate["main_proc_valid"] else FREE)


def _gate_needs(lists: Lists, gate: Row) -> frozenset[Requirement]:
    if not gate.get("min_sites"):
        return frozenset()
    sites = tuple(sorted((code, part) for code, part in lists.mdc[gate["mdc"]].items() if part))
    return frozenset([Requirement(ANY_DIAGNOSIS, sites, gate["min_sites"], f"{gate['mdc']} part")])


def asks_nothing(row: Row) -> bool:
    """Whether a basic group's rule has no predicate at all, as PV1 of version 1.1."""
    return not any(value for name, value in row.items() if name not in ("mdc", "seq", "adrg"))


def _of_group(scheme: Scheme, lists: Lists, gate: Row, row: Row, splits: list[Row]) -> Iterator[Rule]:
    adrg, principal = row["adrg"], _gate_lists(gate)
    if row["pdx_in"] or (asks_nothing(row) and not scheme.switches["pv1_any_principal"]):
        principal += (("adrg", adrg),)
    conditions = both(_gate_conditions(gate), both(of_row(row), _operation_conditions(row)))
    needs = _gate_needs(lists, gate) | _list_needs(lists, row)
    for combination in _tag_needs(lists, row):
        for drgs, split in outcomes(splits):
            yield Rule(gate["mdc"], adrg, "grouped", principal, adrg if row["main_proc_in"] else "", needs | combination,
                       both(conditions, split), drgs)


def _operation_conditions(row: Row) -> Conditions:
    conditions = Conditions(main_valid_count=(1, 1)) if row["main_proc_valid"] else FREE
    conditions = both(conditions, Conditions(valid_count=(0, 0)) if row["no_valid_proc"] else FREE)
    return both(conditions, Conditions(valid_count=(1, 1)) if row.get("any_proc_valid") else FREE)


def parts_of(text: str | None) -> list[str]:
    """The parts of 1+2+3, none for an empty text."""
    return [part.strip() for part in text.split("+")] if text else []


def _list_needs(lists: Lists, row: Row) -> frozenset[Requirement]:
    """Each list of which some code must be in the case."""
    adrg, wanted = row["adrg"], []
    diagnoses = [*(["0"] if row["any_dx_in"] else []), *parts_of(row.get("dx_lists"))]
    operations = [*(["0"] if row["any_proc_in0"] else []), *(["1"] if row["any_proc_in1"] else []), *parts_of(row.get("proc_lists"))]
    for kind, numbers, codes in ((ANY_DIAGNOSIS, diagnoses, lists.dx), (SECONDARY_DIAGNOSIS, parts_of(row.get("sdx_lists")), lists.dx),
                                 (OPERATION, operations, lists.proc)):
        wanted += [Requirement(kind, tuple((code, "") for code in sorted(set(codes[adrg, number]))), 1, f"{adrg} {number}") for number in numbers]
    return frozenset(wanted)


def _tag_needs(lists: Lists, row: Row) -> Iterator[frozenset[Requirement]]:
    """Each combination of tags; where tags must come from different operations, any some of them need as many operations.

    That every set of k tags is met by at least k different operations is just what lets each tag have its own (Hall).
    """
    tags = lists.tags[row["adrg"]]
    for combination in (row.get("tag_dnf") or "").split(";"):
        wanted = sorted(set(parts_of(combination)))
        sets = _subsets(wanted) if row.get("tags_apart") else [(tag,) for tag in wanted]
        yield frozenset(Requirement(OPERATION, tuple((code, code if len(some) > 1 else "") for code in sorted(set().union(*(tags[tag] for tag in some)))),
                                    len(some), f"{row['adrg']} #{'/'.join(some)}") for some in sets)


def _subsets(tags: list[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for tag in tags:
        found += [(*some, tag) for some in found]
    return found[1:]


def outcomes(splits: list[Row]) -> Iterator[tuple[tuple[str, str, str], Conditions]]:
    """A basic group's splits as outcomes in order: rows without conditions that follow each other make one outcome.

    Levels of complication that no row takes fall through to the next basic group. Source: DRG-3.
    """
    levels: dict[int, str] = {}
    for row in splits:
        conditions = of_row(row)
        if conditions == FREE:
            for level in KINDS[row["kind"]]:
                levels.setdefault(level, row["drg"])
            continue
        yield from _by_level(levels)
        levels = {}
        yield (row["drg"],) * 3, both(conditions, of_kind(KINDS[row["kind"]]))
    yield from _by_level(levels)


def _by_level(levels: dict[int, str]) -> Iterator[tuple[tuple[str, str, str], Conditions]]:
    if set(levels) == set(LEVELS):
        yield (levels[0], levels[1], levels[2]), FREE
        return
    for level, drg in sorted(levels.items(), reverse=True):
        yield (drg, drg, drg), of_kind((level,))

