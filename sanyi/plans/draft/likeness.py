"""Which known indicator the words of a target mean, by the characters they share."""
import re

_NOISE = re.compile(r"[（(][^）)]*[）)]|全(市|县|区|省|州)|辖区|力争|逐步|公立医院|基本|实现|达到|提高|降低|的|\s")
_SAME = (("住院率", "住院比例"), ("比重", "比例"), ("占比", "比例"), ("增长率", "增幅"), ("增长幅度", "增幅"), ("县域", "区域"), ("市域", "区域"), ("病床", "床位"), ("均次", "次均"))
LEAST = 0.62


def likeliest(measured: str, unit: str, indicators) -> str:
    """Give the id of the most alike indicator of the same plan unit; empty when none shares enough of its characters in order.

    `indicators`: (id, Chinese name, plan unit).
    """
    words = _bare(measured)
    scored = sorted(((_likeness(words, _bare(zh)), code) for code, zh, its_unit in indicators if its_unit == unit), key=lambda pair: (-pair[0], pair[1]))
    return scored[0][1] if scored and scored[0][0] >= LEAST else ""


def _bare(words: str) -> str:
    words = _NOISE.sub("", words)
    for one, other in _SAME:
        words = words.replace(one, other)
    return words


def _likeness(one: str, other: str) -> float:
    """Share of two-character pieces in common (Dice)."""
    first, second = _pieces(one), _pieces(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _pieces(words: str) -> set:
    return {words[at:at + 2] for at in range(len(words) - 1)}
