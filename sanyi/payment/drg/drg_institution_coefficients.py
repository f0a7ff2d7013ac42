"""How much dearer or cheaper an institution is than the region for the same groups, by its history."""
from collections import defaultdict
from fractions import Fraction

from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

BASIS = {"computed": ("按历史数据计算", "computed from history"), "floor": ("低于下限，取下限", "raised to the floor"),
         "cap": ("高于上限，取上限", "cut to the cap")}

DRG_INSTITUTION_COEFFICIENTS = Table(
    "drg_institution_coefficients", "DRG机构系数", "Institution coefficients for groups", key=("institution_id",),
    note="没有历史病例的机构不列，用等级系数。An institution without history cases is not listed: its tier's coefficient counts.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        whole("case_count", "历史例数", "history cases", "cases", minimum=0),
        fen("cost_fen", "加权历史费用", "weighted history cost"),
        fen("expected_fen", "按全区域均费应有费用", "the same cases at the region's group means"),
        whole("raw_e4", "未限幅系数", "coefficient before floor and cap", "e4", minimum=0),
        whole("coefficient_e4", "机构系数", "coefficient", "e4", minimum=0),
        code("basis_code", "来由", "basis", BASIS),
        whole("cmi_e4", "历史病例组合指数", "case-mix index of the history", "e4", nullable=True, minimum=0),
    ),
)


def _own(institution, count, cost):
    return {"institution_id": institution, "tier_code": "tertiary", "insurance_code": "resident", "drg_code": "GZ13", "case_count": count,
            "weighted_count": count, "weighted_cost_fen": cost}


@step(makes=DRG_INSTITUTION_COEFFICIENTS, exact=True, chosen_by=codes.BY_DRG, source=Source("CHS-DRG", "费率与系数", "DRG-7 DIP-25 GB-3", "S4 K DEF"), examples=(
    Example("实际费用比按均费应有费用，限在上下限之间", "Cost to the cost expected at regional means, kept in bounds",
            values={"drg.coefficient_floor_e4": 6_000, "drg.coefficient_cap_e4": 13_000},
            given={"drg_weights": [{"drg_code": "GZ13", "mean_fen": 100, "weight_e9": 800_000_000}],
                   "drg_history_sums": [_own("a", 10, 1_100), _own("b", 10, 1_500), _own("c", 10, 400)]},
            expect=({"institution_id": "a", "raw_e4": 11_000, "coefficient_e4": 11_000, "basis_code": "computed", "cmi_e4": 8_000},
                    {"institution_id": "b", "raw_e4": 15_000, "coefficient_e4": 13_000, "basis_code": "cap", "cmi_e4": 8_000},
                    {"institution_id": "c", "raw_e4": 4_000, "coefficient_e4": 6_000, "basis_code": "floor", "cmi_e4": 8_000})),
))
def drg_institution_coefficients(drg_history_sums, drg_weights, plan):
    """Coefficient = weighted cost ÷ the same cases at the region's group means, half up, kept in bounds; with the history's case-mix index."""
    groups = {row["drg_code"]: row for row in drg_weights}
    own = defaultdict(list)
    for row in drg_history_sums:
        own[row["institution_id"], row["tier_code"]].append(row)
    rows = (_row(*key, found, groups, plan) for key, found in sorted(own.items()))
    return [row for row in rows if row]


def _row(institution, tier, rows, groups, plan):
    expected = sum(row["weighted_count"] * (groups[row["drg_code"]]["mean_fen"] or 0) for row in rows)
    cost = sum(row["weighted_cost_fen"] for row in rows)
    if not expected:
        return None
    raw, floor, cap = take_rate(E4, cost, expected), plan.value("drg.coefficient_floor_e4"), plan.value("drg.coefficient_cap_e4")
    return {"institution_id": institution, "tier_code": tier, "case_count": sum(row["case_count"] for row in rows), "cost_fen": cost,
            "expected_fen": expected, "raw_e4": raw, "coefficient_e4": min(max(raw, floor), cap),
            "basis_code": "floor" if raw < floor else "cap" if raw > cap else "computed", "cmi_e4": mix(rows, groups)}


def mix(rows, groups):
    """The mean weight of history cases in 1/10,000, half up; None without weighed cases. Source: DRG-9."""
    weighed = [(groups[row["drg_code"]]["weight_e9"], row["case_count"]) for row in rows if groups[row["drg_code"]]["weight_e9"] is not None]
    count = sum(each for _, each in weighed)
    index = Fraction(sum(weight * each for weight, each in weighed), count * 10 ** 5) if count else None
    return None if index is None else take_rate(index.numerator, 1, index.denominator)
