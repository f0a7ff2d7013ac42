"""Identity numbers: read in whichever width and length they are typed, checked, and brought into one form.

Source: R30; GB 11643-1999 (18 digits, check sum modulo 11 after GB/T 17710).
"""
from dataclasses import dataclass
from datetime import date
import re
import unicodedata

from sanyi.matching.errors import BadIdentity

KINDS = ("resident_id", "passport", "other", "newborn", "none")
NUMBERED = ("resident_id", "passport", "other")
WEIGHTS, SIGNS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91}
CENTENARIANS = range(996, 1000)  # in the old form these stood for people born before 1900: the century is not certain
PASSPORT, OTHER = re.compile(r"(?=.*\d)[A-Z0-9]{5,20}", re.ASCII), re.compile(r"[A-Z0-9]{4,30}", re.ASCII)
COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)
DROPPED = re.compile(r"[\s\-‐-―_.·/\\()]+")


@dataclass(frozen=True)
class Identity:
    """An identity as it is kept: its kind, its number in one form, and for a resident's what the number says (region of issue, birth, sex).

    `country` is a passport's, in three letters (ISO 3166-1, as in its machine-readable lines); empty where nobody noted it.
    """

    kind: str
    number: str = ""
    region: str = ""
    born_on: date | None = None
    sex: str = ""
    country: str = ""

    @property
    def key(self) -> str:
        """What two rows of one person have in common: kind, country and number; nothing where there is no number. A country that is not known equals only itself."""
        return f"{self.kind}:{self.country}:{self.number}".replace("::", ":") if self.number else ""


def read_identity(kind: str, text: str, today: date, country: str = "") -> Identity:
    """Read a number as somebody typed it; a 15-digit one becomes its 18-digit form. `country` is a passport's alone. Errors: BadIdentity saying what was expected and seen."""
    number = plain_number(text)
    if kind not in KINDS:
        raise BadIdentity(f"证件类型应为：{'、'.join(KINDS)}；得到 {kind!r}", f"the kind of identity is one of {', '.join(KINDS)}; got {kind!r}")
    if kind not in NUMBERED:
        if number:
            raise BadIdentity("新生儿或无证件者不填证件号", "a newborn, or who has no document, has no number")
        return Identity(kind)
    if kind == "resident_id":
        return _resident(number, today)
    if not (PASSPORT if kind == "passport" else OTHER).fullmatch(number):
        raise BadIdentity(f"证件号应为字母和数字（护照 5 至 20 位，至少一位数字）；得到 {len(number)} 位",
                          f"a number has letters and digits (a passport 5 to 20, a digit among them); got {len(number)} characters")
    issued = plain_number(country) if kind == "passport" else ""
    if issued and not COUNTRY.fullmatch(issued):
        raise BadIdentity(f"护照签发国应为三个字母的代码，如 FRA；得到 {len(issued)} 位", f"a passport's country has three letters, such as FRA; got {len(issued)} characters")
    return Identity(kind, number, country=issued)


def plain_number(text: str) -> str:
    """A number in half width and capitals, without spaces and hyphens."""
    return DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_sign(seventeen: str) -> str:
    """The last sign of a resident's number, from the seventeen digits before it."""
    return SIGNS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen, strict=True)) % 11]


def as_eighteen(fifteen: str) -> str:
    """The 18-digit form of a 15-digit number. Errors: BadIdentity for those of centenarians, whose century it does not tell."""
    if int(fifteen[12:]) in CENTENARIANS:
        raise BadIdentity("15 位号码的顺序码 996–999 曾用于百岁老人，无法确定世纪，请用 18 位号码",
                          "in 15 digits, 996 to 999 stood for people over a hundred: the century is not certain; give the 18 digits")
    seventeen = f"{fifteen[:6]}19{fifteen[6:]}"
    return seventeen + check_sign(seventeen)


def _resident(number: str, today: date) -> Identity:
    if not re.fullmatch(r"\d{15}|\d{17}[\dX]", number, re.ASCII):
        raise BadIdentity(f"身份证号应为 18 位（末位可为 X）或旧 15 位；得到 {len(number)} 位",
                          f"a resident's number has 18 characters (the last may be X), or 15 in the old form; got {len(number)}")
    whole = as_eighteen(number) if len(number) == 15 else number
    if check_sign(whole[:17]) != whole[17]:
        raise BadIdentity("身份证号校验位不符，请核对是否抄错", "the number's check sum is wrong: a digit was mistyped")
    if int(whole[:2]) not in PROVINCES:
        raise BadIdentity(f"身份证号前两位 {whole[:2]} 不是省级代码", f"its first two digits, {whole[:2]}, are no province")
    born = _day(whole[6:14])
    if born is None or not date(1850, 1, 1) <= born <= today:
        raise BadIdentity("身份证号中的出生日期不存在或晚于今天", "the birth date in the number does not exist, or lies ahead")
    return Identity("resident_id", whole, whole[:6], born, "male" if int(whole[16]) % 2 else "female")


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
