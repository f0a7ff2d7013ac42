"""Are two rows one person? Fixed rules first: what is certain, what people should look at, and what is not alike at all. Source: R30.

Certain is only: one valid identity number with the same name, birth day and sex; or one newborn of one mother. A phone, an address, a
name and a birth day together never are: twins share all of them but one character.
"""
from dataclasses import dataclass, field
from datetime import date

SAME, LOOK, UNLIKE = "same", "look", "unlike"
REASONS = {"identity_and_name": ("证件号、姓名、生日、性别一致", "one identity number, name, birth day and sex"),
           "newborn_of_mother": ("同一母亲、同日、同胎次的新生儿", "a newborn of the same mother, day and birth order"),
           "identity_only": ("证件号相同，但姓名、生日或性别不同", "one identity number, yet name, birth day or sex differ"),
           "record_digest": ("区域记录中的证件摘要相同", "one digest of the identity number in the region's record"),
           "name_and_birth": ("姓名（含异体字）与生日相同", "name (variants included) and birth day are the same"),
           "sound_and_birth": ("读音与生日相同", "said alike, and born on the same day"),
           "name_and_phone": ("姓名与手机号相同", "name and phone are the same"),
           "near_birth": ("姓名、性别相同，生日相近（年、月或日录错）", "same name and sex, the birth day differs in one part"),
           "number_met": ("更正时填入的证件号已登记在另一条记录上", "a number that was entered as a correction is the other row's"),
           "country_unknown": ("护照同号，其中一条未记签发国", "one passport number, and one row does not say of which country"),
           "by_hand": ("工作人员提示", "proposed by a member of staff"),
           "likely": ("概率连接提示", "proposed by probability")}


@dataclass(frozen=True)
class Described:
    """What is known of one row; empty is unknown. `identity` is a kind and number in one form (or its keyed digest): equal for equal numbers."""

    id: int = 0
    name_key: str = ""
    pinyin: str = ""
    sex: str = ""
    born_on: date | None = None
    identity: str = ""
    phone: str = ""
    mother: int | None = None
    birth_order: int | None = None
    record: str = ""
    region: str = field(default="", compare=False)


@dataclass(frozen=True)
class Judgement:
    """What the rules say of two rows, and why; only `same` may be taken without anybody looking."""

    verdict: str
    reason: str = ""


def judge(one: Described, other: Described) -> Judgement:
    """Judge two rows by the rules alone."""
    if one.identity and one.identity == other.identity:
        return Judgement(SAME, "identity_and_name") if _agree(one, other) else Judgement(LOOK, "identity_only")
    if one.mother and _newborn(one) == _newborn(other):
        return Judgement(SAME, "newborn_of_mother")
    if one.mother and one.mother == other.mother and one.birth_order != other.birth_order:
        return Judgement(UNLIKE)  # brothers and sisters, twins among them
    reason = next((name for name, holds in _HINTS if holds(one, other)), "")
    return Judgement(LOOK, reason) if reason else Judgement(UNLIKE)


def _agree(one: Described, other: Described) -> bool:
    """Everything that a person is told apart by is known of both, and the same."""
    return all(mine and mine == theirs for mine, theirs in ((one.name_key, other.name_key), (one.born_on, other.born_on), (one.sex, other.sex)))


def _newborn(row: Described) -> tuple:
    known = row.mother and row.birth_order and row.born_on and row.sex and not row.identity
    return (row.mother, row.birth_order, row.born_on, row.sex) if known else (row.id,)


def _is_alike(name: str, one: Described, other: Described) -> bool:
    return bool(getattr(one, name)) and getattr(one, name) == getattr(other, name)


def _record(one: Described, other: Described) -> bool:
    return _is_alike("record", one, other)


def _name_and_birth(one: Described, other: Described) -> bool:
    return _is_alike("name_key", one, other) and _is_alike("born_on", one, other) and not _told_apart(one, other)


def _sound_and_birth(one: Described, other: Described) -> bool:
    return _is_alike("pinyin", one, other) and _is_alike("born_on", one, other) and not _told_apart(one, other)


def _name_and_phone(one: Described, other: Described) -> bool:
    return _is_alike("name_key", one, other) and _is_alike("phone", one, other) and not _told_apart(one, other)


def _near_birth(one: Described, other: Described) -> bool:
    if not (_is_alike("name_key", one, other) and _is_alike("sex", one, other) and one.born_on and other.born_on) or one.identity and other.identity:
        return False
    parts = [(day.year, day.month, day.day) for day in (one.born_on, other.born_on)]
    return sum(mine != theirs for mine, theirs in zip(*parts)) == 1 and _is_alike("region", one, other)


def _told_apart(one: Described, other: Described) -> bool:
    """Two valid numbers that differ, and two sexes, are two persons, whatever else they share."""
    return bool(one.identity and other.identity and one.identity != other.identity) or bool(one.sex and other.sex and one.sex != other.sex)


_HINTS = (("record_digest", _record), ("name_and_birth", _name_and_birth), ("sound_and_birth", _sound_and_birth), ("name_and_phone", _name_and_phone),
          ("near_birth", _near_birth))
