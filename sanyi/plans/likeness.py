"""How alike two Chinese wordings are, and the best pairs of two lists."""
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log

ENOUGH = 0.3  # of the shorter wording's weight: below it two tasks of the twelve plans are on different subjects


def likeness(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """Share of the shorter wording's weight that the other has too: 0 for nothing, 1 for all."""
    shorter = min(sum(map(weights.__getitem__, sorted(side))) for side in (one, other))
    return sum(map(weights.__getitem__, sorted(one & other))) / shorter if shorter else 0.0


def closeness(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """Share of both wordings' weight that is common: 1 only for the same pairs. A pair without a weight is as rare as can be."""
    rarest = max(weights.values(), default=1.0)
    whole, common = (sum(weights.get(pair, rarest) for pair in sorted(pairs)) for pairs in ((*one, *other), one & other))
    return 2 * common / whole if whole else 0.0


def weights_of(wordings: Sequence[frozenset[str]]) -> dict[str, float]:
    """What each letter pair weighs: the less the more wordings use it, for what every task says tells no two apart."""
    uses = Counter(pair for wording in wordings for pair in wording)
    return {pair: log((len(wordings) + 1) / used) for pair, used in uses.items()}


def paired(left: Sequence, right: Sequence, wording: Callable) -> list[tuple]:
    """Pair the entries of two lists by wording, the most alike first; what finds no partner stands alone."""
    lefts, rights = [letter_pairs(wording(one)) for one in left], [letter_pairs(wording(other)) for other in right]
    weights = weights_of([*lefts, *rights])
    alike = sorted(((likeness(one, other, weights), -here, -there) for here, one in enumerate(lefts)
                    for there, other in enumerate(rights)), reverse=True)
    partner: dict[int, int] = {}
    for score, here, there in alike:
        if score >= ENOUGH and -here not in partner and -there not in partner.values():
            partner[-here] = -there
    alone = [(None, other) for there, other in enumerate(right) if there not in partner.values()]
    return [(one, right[partner[here]] if here in partner else None) for here, one in enumerate(left)] + alone


def letter_pairs(text: str) -> frozenset[str]:
    """The neighbouring letters of a wording; signs do not count."""
    letters = [letter for letter in text if letter.isalnum()]
    return frozenset(map("".join, zip(letters, letters[1:])))
