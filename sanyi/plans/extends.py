"""A plan that stands on another: what it drops, what it says anew, what it takes over."""
from dataclasses import replace

from sanyi.plans.entries import KINDS
from sanyi.plans.errors import Problem
from sanyi.plans.near import near
from sanyi.plans.pack import Pack

WORD_OF = {kind: word for word, kind in KINDS.items()}


def without_dropped(chain: list[Pack]) -> tuple[list[Pack], list[Problem]]:
    """Take from each pack of a chain (the plan first, what it stands on after it) what those before it drop.

    Gives the chain and a problem for each drop that meets nothing.
    """
    kept, problems = chain[:1], []
    dropped: set[str] = set()
    for upper, pack in zip(chain, chain[1:]):
        dropped |= set(upper.identity.drops)
        there = {name_of(entry) for below in chain[chain.index(pack):] for entry in below.entries}
        problems += [Problem("unknown_drop", f"{upper.folder.name}/pack.toml", 0, upper.identity.id, name, near(name, there))
                     for name in upper.identity.drops if name not in there]
        kept.append(replace(pack, entries=tuple(entry for entry in pack.entries if name_of(entry) not in dropped)))
    return kept, problems


def merged(chain: list[Pack]) -> Pack:
    """Give one pack with the entries of a chain: of two with one kind and id the upper one; values stay in their layers."""
    found: dict[str, object] = {}
    for pack in chain:
        for entry in pack.entries:
            found.setdefault(name_of(entry) if WORD_OF[type(entry)] != "value" else f"{entry.id} {entry.place}", entry)
    return replace(chain[0], entries=tuple(found.values()))


def name_of(entry) -> str:
    """Name an entry by its kind and id, such as task:task-07."""
    return f"{WORD_OF[type(entry)]}:{entry.id}"
