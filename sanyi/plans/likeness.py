"""How alike two Chinese wordings are, and the best pairs of two lists."""
from collections.abc import Callable, Sequence

ENOUGH = 0.3  # of the shorter wording's letter pairs: below it two tasks of the twelve plans are on different subjects


def likeness(one: str, other: str) -> float:
    """Share of the shorter wording's letter pairs that the other has too: 0 for nothing, 1 for all."""
    first, second = _pairs(one), _pairs(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def paired(left: Sequence, right: Sequence, wording: Callable) -> list[tuple]:
    """Pair the entries of two lists by wording, the most alike first; what finds no partner stands alone."""
    alike = sorted(((likeness(wording(one), wording(other)), -here, -there) for here, one in enumerate(left)
                    for there, other in enumerate(right)), reverse=True)
    partner: dict[int, int] = {}
    for score, here, there in alike:
        if score >= ENOUGH and -here not in partner and -there not in partner.values():
            partner[-here] = -there
    alone = [(None, other) for there, other in enumerate(right) if there not in partner.values()]
    return [(one, right[partner[here]] if here in partner else None) for here, one in enumerate(left)] + alone


def _pairs(text: str) -> frozenset[str]:
    letters = [letter for letter in text if letter.isalnum()]
    return frozenset(map("".join, zip(letters, letters[1:])))
