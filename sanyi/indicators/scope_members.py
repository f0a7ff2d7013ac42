"""Which institutions belong to the groups that plans set targets for."""
from sanyi.indicators.groups import CLASSES, GROUP_WORDS, GROUPS
from sanyi.plans import UnknownValue
from sanyi.tables.table import Table, code, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SCOPE_MEMBERS = Table(
    "scope_members", "机构组成员", "Members of groups of institutions", key=("scope_code", "institution_id"),
    note="Institutions inside the area only. An institution counts to what it is now in both years that are compared.",
    columns=(code("scope_code", "机构组", "group", GROUP_WORDS),
             text("institution_id", "机构编码", "institution code", references="institutions.institution_id")))
MAP = [{"region_id": "c", "level_code": "city"}, {"region_id": "d", "level_code": "district"}]


def _place(name: str, level: str, kind: str, owner: str = "public", region: str = "d", in_area: bool = True) -> dict:
    return {"institution_id": name, "level_code": level, "kind_code": kind, "ownership_code": owner, "region_id": region,
            "is_in_area": in_area}


def _of(name: str, *groups: str) -> list[dict]:
    return [{"scope_code": group, "institution_id": name} for group in groups]


@step(makes=SCOPE_MEMBERS, exact=True, source=Source(obligation="ZW-01, ZW-02, JH-33, SC-04"), examples=(
    Example("市医院、县医院、社会办医院、乡镇卫生院各归各组；区外的不计", "A city, a county and a private hospital and a township hospital; none from outside",
            {"regions": MAP, "institutions": [
                _place("city", "3A", "general", region="c"), _place("county", "2A", "tcm"), _place("private", "2B", "general", "private"),
                _place("town", "township", "primary"), _place("far", "3A", "general", in_area=False)]},
            [*_of("city", "city_hospital"), *_of("county", "county_hospital"), *_of("city", "hospital"), *_of("county", "hospital"),
             *_of("private", "hospital"), *_of("city", "public_hospitals"), *_of("county", "public_hospitals"), *_of("county", "secondary"),
             *_of("private", "secondary"), *_of("city", "secondary_and_above"), *_of("county", "secondary_and_above"),
             *_of("private", "secondary_and_above"), *_of("county", "secondary_and_below_public"), *_of("town", "secondary_and_below_public"),
             *_of("city", "tertiary")]),
    Example("县人民医院升为三级仍是县级医院", "A county people's hospital that has become tertiary is still a county hospital",
            {"regions": MAP, "institutions": [_place("H1", "3B", "general")]},
            _of("H1", "county_general_hospital", "county_hospital", "hospital", "public_hospitals", "secondary_and_above", "tertiary"))))
def scope_members(institutions, regions, plan):
    """The institutions of each group, by owner, level, kind and the level of the place they are registered at.

    The two classes of hospital that a plan's pairs of numbers mean are public hospitals of the groups it names.
    """
    seat = {row["region_id"]: row["level_code"] for row in regions}
    members = {code_: [row["institution_id"] for row in institutions if row["is_in_area"] and group.holds(row, seat.get(row["region_id"]))]
               for code_, group in GROUPS.items()}
    public = set(members["public_hospitals"])
    members |= {class_: [name for name in members[group] if name in public] for class_, group in zip(CLASSES, _classes(plan))}
    return [{"scope_code": code_, "institution_id": name} for code_, names in members.items() for name in names]


def _classes(plan) -> tuple[str, ...]:
    """The groups the plan's classes of hospital stand for; none where its numbers come in no pairs. Errors: ValueError."""
    try:
        named = tuple(plan.value("target.pair_classes"))
    except UnknownValue:
        return ()
    if len(named) != len(CLASSES) or not set(named) <= set(GROUPS):
        raise ValueError(f"target.pair_classes：应为 {len(CLASSES)} 个机构组 / {named!r} was seen, {len(CLASSES)} of {', '.join(GROUPS)} were expected")
    return named
