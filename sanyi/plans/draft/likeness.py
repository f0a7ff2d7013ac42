"""Which known indicator the words of a target mean, by the characters they share."""

import re

from sanyi.plans.likeness import closeness, letter_pairs, weights_of

_NOISE = re.compile(r"[（(][^）)]*[）)]|全(市|县|区|省|州)|辖区|力争|逐步|公立医院|基本|实现|达到|提高|降低|的|\s")
_SAME = (
    ("住院率", "住院比例"),
    ("比重", "比例"),
    ("占比", "比例"),
    ("增长率", "增幅"),
    ("增长幅度", "增幅"),
    ("县域", "区域"),
    ("市域", "区域"),
    ("病床", "床位"),
    ("均次", "次均"),
    ("人均住院费", "次均住院费"),
    ("人均门诊费", "次均门诊费"),
)
LEAST = 0.45
OTHER_SUBJECT = 0.5  # 物耗支出… and 人员支出… share their endings, but not what they are about


def likeliest(measured: str, unit: str, indicators) -> str:
    """Give the id of the most alike indicator of the same plan unit; empty when none shares enough of its characters in order.

    `indicators`: (id, Chinese name, plan unit).
    """
    known = [(code, _bare(zh)[:2], letter_pairs(_bare(zh))) for code, zh, its_unit in indicators]
    fitting = {code for code, _, its_unit in indicators if its_unit == unit}
    weights = weights_of([pieces for _, _, pieces in known])
    words = letter_pairs(_bare(measured))
    scored = sorted(
        (
            (closeness(words, pieces, weights) * (1 if subject in words else OTHER_SUBJECT), code)
            for code, subject, pieces in known
            if code in fitting
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return scored[0][1] if scored and scored[0][0] >= LEAST else ""


def _bare(words: str) -> str:
    words = _NOISE.sub("", words)
    for one, other in _SAME:
        words = words.replace(one, other)
    return words
