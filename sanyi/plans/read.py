"""Read a plan by name: its own pack, the region's pack, and the packs they use, one over the other."""
from dataclasses import replace
from pathlib import Path

from sanyi.plans.check import pack_problems, problems_between
from sanyi.plans.errors import BadPack, Problem, UnknownPlan
from sanyi.plans.layer import defaults_layer, values_layer
from sanyi.plans.pack import Pack, read_pack
from sanyi.plans.plan import Organisation, Plan


def read_plan(name, folders, region=None) -> Plan:
    """Read the plan `name` (a pack's name or its folder) from the folders given, with a region's values beneath it.

    A value of the plan wins over one of the region, that over the packs the two use, all of them over the stated
    defaults of gaps; the plan's own targets, tasks and organisation stay alone.
    Errors: UnknownPlan (no such pack), BadPack (every problem with file and line).
    """
    packs = _gathered([part for part in (name, region) if part is not None], [Path(folder) for folder in folders])
    problems = [problem for pack, _, _ in packs for problem in pack_problems(pack)]
    problems = problems or list(problems_between([pack for pack, _, _ in packs]))
    if problems:
        raise BadPack(problems)
    layers = [build(*borrowed) for build in (values_layer, defaults_layer) for borrowed in packs]
    return _plan(packs[0][0], tuple(layer for layer in layers if layer.values), packs)


def check_plan(name, folders, region=None) -> tuple[Problem, ...]:
    """Give every problem of a plan with its region and the packs they use; empty when it can be read."""
    try:
        read_plan(name, folders, region)
    except BadPack as error:
        return error.problems
    except UnknownPlan as error:
        return (error.problem,)
    return ()


def find_pack(name, folders) -> Path:
    """Find a pack's folder by path or by name in the folders. Errors: UnknownPlan naming the packs that exist."""
    for path in [Path(name), *(folder / str(name) for folder in folders)]:
        if (path / "pack.toml").is_file():
            return path
    existing = sorted({path.parent.name for folder in folders for path in folder.glob("*/pack.toml")})
    problem = Problem("unknown_pack", str(name), 0, seen=str(name), expected=", ".join(existing) or "—")
    error = UnknownPlan(str(problem))
    error.problem = problem
    raise error


def _gathered(names: list, folders: list) -> list:
    """List (pack, borrowed since, borrowed by): the named packs first, then those they use, each once."""
    found, waiting = [], [(name, None, "", ()) for name in names]
    while waiting:
        name, since, borrower, path = waiting.pop(0)
        pack = read_pack(_found(name, folders, borrower))
        if pack.identity is None:
            raise BadPack(pack.problems)
        own = pack.identity.id
        if own in path:
            raise BadPack([Problem("circular_uses", f"{path[-1]}/pack.toml", 0, seen=" → ".join([*path, own]))])
        if own not in (earlier.identity.id for earlier, _, _ in found):
            found.append((pack, since, borrower))
        waiting += [(use.pack, use.since or since, own, (*path, own)) for use in pack.identity.uses]
    return found


def _found(name, folders: list, borrower: str) -> Path:
    try:
        return find_pack(name, folders)
    except UnknownPlan as error:
        if not borrower:
            raise
        raise BadPack([replace(error.problem, file=f"{borrower}/pack.toml")]) from error


def _plan(pack: Pack, layers: tuple, packs: list) -> Plan:
    organisation = Organisation(*(pack.of(kind) for kind in ("unit", "duty", "post")))
    gaps = tuple(gap for used, _, _ in packs for gap in used.of("gap"))
    return Plan(pack.identity, layers, pack.of("target"), pack.of("task"), organisation, gaps,
                pack.of("milestone"), pack.of("prohibition"), pack.of("issued_document"), pack.of("goal"),
                tuple(indicator for used, _, _ in packs for indicator in used.of("indicator")), pack.of("obligation"))
