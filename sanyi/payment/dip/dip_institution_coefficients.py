"""How much dearer or cheaper an institution is than the region for the same cases."""
from collections import defaultdict
from fractions import Fraction

from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

BASIS = {"computed": ("按历史数据计算", "computed from history"), "floor": ("低于下限，取下限", "raised to the floor"),
         "cap": ("高于上限，取上限", "cut to the cap"), "no_history": ("无历史病例，取1", "no history cases: 1"), "by_level": ("按等级公布", "published by level")}

COEFFICIENTS = Table(
    "dip_institution_coefficients", "机构系数", "Institution coefficients", key=("institution_id",),
    note="村卫生室没有住院，不列。Village clinics have no stays and are not listed.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("case_count", "历史例数", "history cases", "cases", minimum=0),
        fen("cost_fen", "历史费用合计", "cost of the history cases"),
        fen("expected_fen", "按全区域均费", "the same cases at the region's group means"),
        whole("raw_e4", "未限幅系数", "coefficient before floor and cap", "e4", nullable=True, minimum=0),
        whole("coefficient_e4", "机构系数", "coefficient", "e4", minimum=0),
        code("basis_code", "来由", "basis", BASIS),
    ),
)


def _costs(institution, year, cost_fen, expected_fen):
    return {"institution_id": institution, "year": year, "case_count": 1, "cost_fen": cost_fen, "expected_fen": expected_fen}


CLIPPED = Example(
    "实际费用比标准费用，再比全区域，限在0.6至1.3之间", "Cost to expected cost, to the region's, between 0.6 and 1.3",
    given={"institutions": [{"institution_id": name, "level_code": "2A", "is_in_area": name != "far"} for name in ("a", "b", "c", "new", "far")],
           "dip_institution_costs": [_costs("a", 2019, 110, 100), _costs("b", 2019, 140, 100), _costs("c", 2019, 50, 100)]},
    expect=({"institution_id": "a", "raw_e4": 11_000, "coefficient_e4": 11_000, "basis_code": "computed"},
            {"institution_id": "b", "raw_e4": 14_000, "coefficient_e4": 13_000, "basis_code": "cap"},
            {"institution_id": "c", "raw_e4": 5_000, "coefficient_e4": 6_000, "basis_code": "floor"},
            {"institution_id": "new", "raw_e4": None, "coefficient_e4": 10_000, "basis_code": "no_history"}))


BY_LEVEL = Example(
    "按等级公布的机构系数", "Coefficients published by level", values={"dip.coefficient_method": "by_level"},
    given={"institutions": [{"institution_id": "a", "level_code": "3A", "is_in_area": True}, {"institution_id": "b", "level_code": "township", "is_in_area": True}],
           "dip_institution_costs": [_costs("a", 2019, 110, 100)]},
    expect=({"institution_id": "a", "raw_e4": 10_000, "coefficient_e4": 12_000, "basis_code": "by_level"},
            {"institution_id": "b", "raw_e4": None, "coefficient_e4": 8_000, "basis_code": "by_level"}))


@step(makes=COEFFICIENTS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "医疗机构等级系数", "DIP-25", "S2 LOC"), examples=(CLIPPED, BY_LEVEL))
def dip_institution_coefficients(institutions, dip_institution_costs, plan, year):
    """Coefficient of each institution in the area: its cost ÷ expected cost, to the region's, half up, kept in bounds.

    Years weigh as in the catalogue. Primary-care groups take no coefficient at all. Where the plan publishes coefficients by level those
    hold, and the computed one is shown beside.
    """
    weights = plan.value("dip.history_weights")
    weight = {year - len(weights) + place: number for place, number in enumerate(weights)}
    sums = defaultdict(lambda: (0, 0, 0, 0, 0))
    for row in dip_institution_costs:
        part = (row["case_count"], row["cost_fen"], row["expected_fen"],
                row["cost_fen"] * weight.get(row["year"], 0), row["expected_fen"] * weight.get(row["year"], 0))
        for name in (row["institution_id"], None):
            sums[name] = tuple(map(sum, zip(sums[name], part, strict=True)))
    bounds = plan.value("dip.coefficient_floor_e4"), plan.value("dip.coefficient_cap_e4")
    inside = [row["institution_id"] for row in institutions if row["is_in_area"] and row["level_code"] != "village"]
    found = [_row(name, sums[name], sums[None], bounds) for name in inside]
    return _by_level(found, institutions, plan) if plan.value("dip.coefficient_method") == "by_level" else found


def _by_level(found, institutions, plan):
    """The coefficients that the plan publishes by level; 1 for a level it does not name."""
    published = {row["level"]: row["coefficient_e4"] for row in plan.value("dip.level_coefficients")}
    level = {row["institution_id"]: row["level_code"] for row in institutions}
    return [{**row, "coefficient_e4": published.get(level[row["institution_id"]], E4), "basis_code": "by_level"} for row in found]


def _row(name, own, region, bounds):
    cases, cost, expected, weighted_cost, weighted_expected = own
    shown = {"institution_id": name, "case_count": cases, "cost_fen": cost, "expected_fen": expected}
    if not weighted_expected or not region[3]:
        return {**shown, "raw_e4": None, "coefficient_e4": E4, "basis_code": "no_history"}
    exact = Fraction(weighted_cost * region[4], weighted_expected * region[3])
    raw = take_rate(E4, exact.numerator, exact.denominator)
    floor, cap = bounds
    basis = "floor" if raw < floor else "cap" if raw > cap else "computed"
    return {**shown, "raw_e4": raw, "coefficient_e4": min(max(raw, floor), cap), "basis_code": basis}
