"""Read a plan by name: its own pack, the region's pack, and the packs they use, one over the other."""
from dataclasses import replace
from pathlib import Path

from sanyi.plans.check import in_order, is_whole, unknown_indicators, pack_problems, problems_between
from sanyi.plans.errors import BadPack, Problem, UnknownPlan
from sanyi.plans.extends import merged, without_dropped
from sanyi.plans.layer import defaults_layer, values_layer
from sanyi.plans.pack import Pack, read_pack
from sanyi.plans.plan import Organisation, Plan
from sanyi.plans.references import unknown_references


def read_plan(name, folders, region=None, indicators=None) -> Plan:
    """Read the plan `name` (a pack's name or its folder) from the folders given, with a region's values beneath it.

    A value of the plan wins, from its own date on, over one of the plan it extends, that over the region's, that over the
    packs they use, all of them over the stated defaults of gaps. Targets, tasks, organisation and the like are the plan's
    own and, where it says nothing else, those of the plan it extends. `indicators`: the codes computed, to check targets.
    Errors: UnknownPlan (no such pack), BadPack (every problem with file and line).
    """
    folders = [*map(Path, folders), *([Path(name).parent] if _is_pack(Path(name)) else [])]  # its neighbours too
    chain = _chain(name, folders)
    beneath = _gathered([*((pack, None, "") for pack in chain), *([] if region is None else [(_read(region, folders), None, "")])], folders)
    problems = [problem for pack, _, _ in beneath for problem in pack_problems(pack, references=pack not in chain)]
    chain, unmet = without_dropped(chain)
    beneath = [(pack, None, "") for pack in chain] + beneath[len(chain):]
    own = merged(chain)
    lent = [Problem("lent_extends", f"{pack.folder.name}/pack.toml", 0, seen=pack.identity.id, expected=f'uses = ["{pack.identity.extends}"]')
            for pack, _, _ in beneath[len(chain):] if pack.identity.extends]
    packs = [pack for pack, _, _ in beneath]
    followers = [*unknown_references(own), *unknown_indicators(packs, indicators)] if is_whole(problems) else []
    problems = in_order([*problems, *lent, *unmet, *followers]) or problems_between(packs, indicators)
    if problems:
        raise BadPack(problems)
    layers = [build(*borrowed) for build in (values_layer, defaults_layer) for borrowed in beneath]
    return _plan(own, chain, tuple(layer for layer in layers if layer.values), beneath)


def check_plan(name, folders, region=None, indicators=None) -> tuple[Problem, ...]:
    """Give every problem of a plan with its region and the packs they use; empty when it can be read."""
    try:
        read_plan(name, folders, region, indicators)
    except BadPack as error:
        return error.problems
    except UnknownPlan as error:
        return (error.problem,)
    return ()


def find_pack(name, folders) -> Path:
    """Find a pack's folder by path or by name in the folders. Errors: UnknownPlan naming the packs that exist."""
    for path in [Path(name), *(folder / str(name) for folder in folders)]:
        if _is_pack(path):
            return path
    existing = sorted({path.parent.name for folder in folders for path in folder.glob("*/pack.toml")})
    problem = Problem("unknown_pack", str(name), 0, seen=str(name), expected=", ".join(existing) or "—")
    error = UnknownPlan(str(problem))
    error.problem = problem
    raise error


def _is_pack(path: Path) -> bool:
    try:
        return (path / "pack.toml").is_file()
    except OSError:  # a name too long for any file
        return False


def _chain(name, folders: list) -> list[Pack]:
    """List the pack and those it extends, one after the other."""
    chain = [_read(name, folders)]
    while base := chain[-1].identity.extends:
        pack = _read(base, folders, chain[-1].identity.id)
        ids = [earlier.identity.id for earlier in chain]
        if pack.identity.id in ids:
            raise BadPack([Problem("circular_extends", f"{ids[-1]}/pack.toml", 0, seen=" → ".join([*ids, pack.identity.id]))])
        chain.append(pack)
    return chain


def _gathered(named: list, folders: list) -> list:
    """List (pack, borrowed since, borrowed by): the named packs first, then those they use, each once."""
    found, waiting, uses = [], list(named), {}
    while waiting:
        pack, since, borrower = waiting.pop(0)
        own = pack.identity.id
        if own in uses:
            continue
        found.append((pack, since, borrower))
        uses[own] = [use.pack for use in pack.identity.uses]
        waiting += [(_read(use.pack, folders, own), use.since or since, own) for use in pack.identity.uses]
    for pack, *_ in found:
        _check_circle(pack.identity.id, uses)
    return found


def _check_circle(name: str, uses: dict, path: tuple = (), seen: set | None = None) -> None:
    """Refuse packs that use each other in a circle; each is looked into once."""
    seen = set() if seen is None else seen
    if name in path:
        raise BadPack([Problem("circular_uses", f"{path[-1]}/pack.toml", 0, seen=" → ".join([*path[path.index(name):], name]))])
    if name not in seen:
        seen.add(name)
        for other in uses.get(name, ()):
            _check_circle(other, uses, (*path, name), seen)


def _read(name, folders: list, borrower: str = "") -> Pack:
    try:
        path = find_pack(name, folders)
        pack = read_pack(path)
    except UnknownPlan as error:
        if not borrower:
            raise
        raise BadPack([replace(error.problem, file=f"{borrower}/pack.toml")]) from error
    if pack.identity is None:
        raise BadPack(pack.problems)
    if str(name) == path.name != pack.identity.id:  # a copy that kept its first name would write into the first one's ledger
        raise BadPack([Problem("other_name", f"{path.name}/pack.toml", 0, seen=pack.identity.id, expected=path.name)])
    return pack


def _plan(own: Pack, chain: list, layers: tuple, packs: list) -> Plan:
    organisation = Organisation(*(own.of(kind) for kind in ("unit", "duty", "post")))
    gaps, indicators = ({entry.id: entry for pack, _, _ in reversed(packs) for entry in pack.of(kind)} for kind in ("gap", "indicator"))
    lists = {"targets": "target", "tasks": "task", "milestones": "milestone", "prohibitions": "prohibition",
             "documents": "issued_document", "goals": "goal", "register": "obligation"}
    return Plan(own.identity, layers, organisation=organisation, gaps=tuple(gaps.values()), indicators=tuple(indicators.values()),
                family=tuple(pack.identity.id for pack in chain),
                words=tuple({code: words for pack in reversed(chain) for code, words in pack.words}.items()),
                digest_identity=chain[-1].identity if own.identity.kind == "what_if" else own.identity,
                **{field: own.of(kind) for field, kind in lists.items()}).dated()
