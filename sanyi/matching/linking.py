"""What a probabilistic linkage compares, and within which pairs it looks: plain words for the engine that counts. Fixed rules come first; it only ever proposes. Source: R30.

A level's condition is said of two rows `l` and `r`; the first that holds counts, the last has none. Nothing here is a number: how much a level
speaks for one person is estimated from the rows themselves.
"""
from collections.abc import Mapping
from dataclasses import dataclass

COLUMNS = ("id", "name_key", "pinyin", "sex", "born_on", "born_year", "born_month", "born_day", "phone", "region", "identity", "mother")


@dataclass(frozen=True)
class Level:
    """How far a field agrees: its name, words in both languages, and the condition; `weighs` names the column whose common values weigh less."""

    name: str
    zh: str
    en: str
    condition: str = ""
    weighs: str = ""


_SLIP = ("(length(l.name_key) > 2 or length(r.name_key) > 2) and levenshtein(l.name_key, r.name_key) = 1")
_BORN_PARTS = "(l.born_year = r.born_year)::int + (l.born_month = r.born_month)::int + (l.born_day = r.born_day)::int = 2"
_SWAPPED = "l.born_year = r.born_year and l.born_month = r.born_day and l.born_day = r.born_month"
COMPARED: Mapping[str, tuple[Level, ...]] = {
    "name_key": (Level("exact", "姓名相同（含异体字）", "same name, variants included", "l.name_key = r.name_key", "name_key"), Level("sound", "读音相同", "said alike", "l.pinyin = r.pinyin"),
                 Level("slip", "差一字", "one character differs", _SLIP), Level("else", "不同", "differs")),
    "born_on": (Level("exact", "相同", "same", "l.born_on = r.born_on"), Level("part", "年、月、日只差一项", "year, month or day alone differs", _BORN_PARTS),
                Level("swapped", "月日颠倒", "month and day swapped", _SWAPPED), Level("else", "不同", "differs")),
    "sex": (Level("exact", "相同", "same", "l.sex = r.sex"), Level("else", "不同", "differs")),
    "phone": (Level("exact", "相同", "same", "l.phone = r.phone"), Level("else", "不同", "differs")),
    "region": (Level("exact", "相同", "same", "l.region = r.region"), Level("else", "不同", "differs"))}
UNKNOWN = Level("unknown", "缺一方", "not known of both")
_NOT_TWO = "(l.identity is null or r.identity is null or l.identity = r.identity) and (l.mother is null or r.mother is null or l.mother <> r.mother)"
_LOOKED_AT = ("l.name_key = r.name_key and l.born_year = r.born_year", "l.name_key = r.name_key and l.born_month = r.born_month and l.born_day = r.born_day",
              "l.pinyin = r.pinyin and l.born_on = r.born_on", "l.phone = r.phone and l.sex = r.sex", "l.born_on = r.born_on and l.sex = r.sex and l.region = r.region")
BLOCKS = tuple(f"{alike} and {_NOT_TWO}" for alike in _LOOKED_AT)  # two valid numbers that differ are two persons, and so are a mother's two newborns
CERTAIN = ("l.name_key = r.name_key and l.born_on = r.born_on and l.sex = r.sex", "l.phone = r.phone and l.name_key = r.name_key")  # few false ones: what the share of pairs is estimated by
LEARNT = ("l.born_on = r.born_on and l.sex = r.sex", "l.phone = r.phone", "l.name_key = r.name_key and l.region = r.region")  # each learns of the fields it does not hold fast


def level_words(field: str, name: str) -> tuple[str, str]:
    """The words of a level by its name."""
    level = next((each for each in (*COMPARED.get(field, ()), UNKNOWN) if each.name == name), UNKNOWN)
    return level.zh, level.en
