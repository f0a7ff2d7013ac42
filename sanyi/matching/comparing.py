"""What two rows have in common, field by field: for whoever must say whether they are one person."""
from dataclasses import dataclass

from sanyi.matching.judging import Described

SAME, NEAR, DIFFERS, UNKNOWN = "same", "near", "differs", "unknown"
VERDICTS = {SAME: ("一致", "same"), NEAR: ("相近", "near"), DIFFERS: ("不同", "differs"), UNKNOWN: ("缺一方", "not known of both")}
COMPARED = {"name_key": ("姓名", "Name"), "sex": ("性别", "Sex"), "born_on": ("出生日期", "Birth day"), "identity": ("证件号", "Identity number"), "phone": ("电话", "Phone"),
            "region": ("常住区划", "Region"), "mother": ("母亲", "Mother"), "birth_order": ("胎次", "Birth order"), "record": ("区域记录摘要", "Digest in the record")}
PARTS = (("year", "年", "year"), ("month", "月", "month"), ("day", "日", "day"))


@dataclass(frozen=True)
class Compared:
    """One field of two rows: the verdict, and what is near or differs, in both languages."""

    field: str
    verdict: str
    zh: str = ""
    en: str = ""


def compare(one: Described, other: Described) -> tuple[Compared, ...]:
    """Compare two rows; what neither knows is left out."""
    return tuple(_of(field, one, other) for field in COMPARED if getattr(one, field) or getattr(other, field))


def _of(field: str, one: Described, other: Described) -> Compared:
    mine, theirs = getattr(one, field), getattr(other, field)
    if not mine or not theirs:
        return Compared(field, UNKNOWN)
    if mine == theirs:
        return Compared(field, SAME)
    return {"name_key": _name, "born_on": _born}.get(field, lambda *rows: Compared(field, DIFFERS))(one, other)


def _name(one: Described, other: Described) -> Compared:
    if one.pinyin and one.pinyin == other.pinyin:
        return Compared("name_key", NEAR, "读音相同", "said alike")
    if is_one_slip(one.name_key, other.name_key):
        return Compared("name_key", NEAR, "差一字", "one character differs")
    return Compared("name_key", DIFFERS)


def _born(one: Described, other: Described) -> Compared:
    assert one.born_on and other.born_on
    differ = [words for part, *words in PARTS if getattr(one.born_on, part) != getattr(other.born_on, part)]
    zh, en = ("、".join(words[0] for words in differ) + "不同", ", ".join(words[1] for words in differ) + " differs")
    return Compared("born_on", NEAR if len(differ) == 1 else DIFFERS, zh, en)


def is_one_slip(one: str, other: str) -> bool:
    """Whether two texts differ by one sign that is another, left out, or added."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (mine, theirs) in enumerate(zip(one, other)) if mine != theirs), min(len(one), len(other)))
    return one != other and any(one[start + a:] == other[start + b:] for a, b in ((1, 1), (1, 0), (0, 1)))
