"""A name in one form, whichever way it was written: width, spaces and dots, variant and traditional characters; and how it is said."""
from functools import cache
from pathlib import Path
import re
import unicodedata

VARIANTS = Path(__file__).with_name("variants.txt")
BETWEEN = re.compile(r"[\s·•‧・．.\-‐-―'’_,，]+")
# Surnames that are said otherwise than the character by itself; by hand, not exhaustive.
SURNAMES = {"万俟": "mo qi", "尉迟": "yu chi", "澹台": "tan tai", "单于": "chan yu", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "曾": "zeng", "区": "ou",
            "朴": "piao", "缪": "miao", "乐": "yue", "员": "yun", "贠": "yun", "黑": "he", "秘": "bi", "翟": "zhai", "卜": "bu", "覃": "qin", "盖": "ge",
            "祭": "zhai", "召": "shao", "繁": "po", "折": "she", "洗": "xian", "种": "chong", "重": "chong", "都": "du", "句": "gou", "牟": "mu", "佴": "nai"}


@cache
def variants() -> dict[int, str]:
    """Each variant or traditional character with the one it is brought to."""
    lines = VARIANTS.read_text("utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(each): pair[0] for pair in pairs for each in pair[1:]}


def name_key(name: str) -> str:
    """A name in one form: two names with one key are written alike, or in characters that are one."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", name)).translate(variants()).casefold()


def spoken(name: str) -> tuple[str, str]:
    """How a name is said: its pinyin in one word without tones, and the initials. Other scripts stay as they are."""
    key = name_key(name)
    surname = next((key[:length] for length in (2, 1) if key[:length] in SURNAMES and len(key) > length), "")
    parts = SURNAMES[surname].split() if surname else []
    parts += [reading(sign) for sign in key[len(surname):]]
    return "".join(parts), "".join(part[0] for part in parts if part)


@cache
def reading(sign: str) -> str:
    """How one character is said most often, ü as v; what is no Chinese character stays."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes half a second to load: only where a name is entered
    return lazy_pinyin(sign, style=Style.NORMAL, v_to_u=False, errors="default")[0].casefold()
