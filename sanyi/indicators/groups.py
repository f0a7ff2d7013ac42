"""The groups of institutions that plans set targets for: each word once, and who belongs to it."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sanyi.tables import codes

TERTIARY, SECONDARY = ("3A", "3B"), ("2A", "2B")
HOSPITALS = ("general", "tcm", "maternal_child", "specialty")
LOCAL = ("district", "town", "village")
ALL = "all"  # the scope_id of every group: a group is counted as one


@dataclass(frozen=True)
class Group:
    """Institutions inside the area by owner, level and kind, and by the level of the place that runs them; empty means any.

    A hospital registered at a district or county is a county hospital, one registered at the city a city hospital,
    whatever its own grade: county hospitals rise to tertiary too.
    """

    code: str
    zh: str
    en: str
    ownership: str = ""
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()

    def holds(self, institution: Mapping[str, Any], seat: str | None) -> bool:
        """Whether an institution in a place of this level belongs to the group."""
        asked = ((self.ownership and (self.ownership,), "ownership_code"), (self.levels, "level_code"), (self.kinds, "kind_code"))
        return all(not wanted or institution[name] in wanted for wanted, name in asked) and (not self.seats or seat in self.seats)


GROUPS = {group.code: group for group in (
    Group("public_hospitals", "公立医院", "public hospitals", "public", kinds=HOSPITALS),
    Group("hospital", "医院（含社会办）", "hospitals, private ones too", kinds=HOSPITALS),
    Group("tertiary", "三级医院", "tertiary hospitals", levels=TERTIARY),
    Group("secondary", "二级医院", "secondary hospitals", levels=SECONDARY),
    Group("secondary_and_above", "二级及以上医院", "secondary hospitals and above", levels=codes.HOSPITAL_LEVELS),
    Group("secondary_and_below_public", "二级及以下公立医疗机构", "public institutions, secondary and below", "public",
          levels=(*SECONDARY, *codes.PRIMARY_LEVELS)),
    Group("city_hospital", "市级公立医院", "city-level public hospitals", "public", kinds=HOSPITALS, seats=("city",)),
    Group("county_hospital", "县级公立医院", "county-level public hospitals", "public", kinds=HOSPITALS, seats=LOCAL),
    Group("county_general_hospital", "县（区）人民医院", "county people's hospitals (public, general)", "public", kinds=("general",), seats=LOCAL),
)}
CLASSES = {"class_a": ("第一类公立医院", "first class of public hospitals"), "class_b": ("第二类公立医院", "second class of public hospitals")}
GROUP_WORDS = {**{code: (group.zh, group.en) for code, group in GROUPS.items()}, **CLASSES}
