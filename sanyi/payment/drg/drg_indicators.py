"""What groups say of an institution: case mix, cost and time efficiency, deaths in groups of low risk."""
from collections import defaultdict
from fractions import Fraction

from sanyi.payment.drg.drg_year_sums import UNGROUPED
from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, E9_TO_E6, PPM, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

REGION = "-"

DRG_INDICATORS = Table(
    "drg_indicators", "DRG绩效指标", "Measures by group", key=("scope_code", "scope_id"),
    note="费用消耗指数 = Σ（例数 × 本机构均费）÷ Σ（例数 × 区域历史均费），时间消耗指数同理用住院日；低于 1 为更省。"
         " Cost efficiency: Σ(cases × own mean) ÷ Σ(cases × the region's history mean); time efficiency the same with days; below 1 is thriftier.",
    columns=(
        code("scope_code", "范围", "scope", codes.SCOPE),
        text("scope_id", "范围编码", "institution, - for the region"),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("grouped_count", "入组例数", "cases with a group", "cases", minimum=0),
        whole("group_count", "病组数", "groups", "groups", minimum=0),
        whole("weight_e6", "总权重", "sum of weights", "e6", minimum=0),
        whole("cmi_e6", "病例组合指数（CMI）", "case-mix index", "e6", nullable=True, minimum=0),
        whole("cost_index_e6", "费用消耗指数", "cost-efficiency index", "e6", nullable=True, minimum=0),
        whole("time_index_e6", "时间消耗指数", "time-efficiency index", "e6", nullable=True, minimum=0),
        whole("low_risk_count", "低风险组例数", "cases of groups of low risk", "cases", minimum=0),
        whole("low_risk_death_count", "低风险组死亡例数", "deaths among them", "cases", minimum=0),
        whole("low_risk_mortality_ppm", "低风险组死亡率", "mortality of groups of low risk", "ppm", nullable=True, minimum=0),
    ),
)


def _own(institution, group, count, cost, days, deaths=0):
    return {"institution_id": institution, "tier_code": "tertiary", "insurance_code": "resident", "drg_code": group, "case_count": count, "cost_fen": cost,
            "stay_days": days, "death_count": deaths}


@step(makes=DRG_INDICATORS, exact=True, chosen_by=codes.BY_DRG, source=Source("CHS-DRG", "绩效指标", "DRG-9", "S4 K"), examples=(
    Example("两个病组：费用指数（1200+1500）÷（10×100+10×200）= 0.9；低风险组 10 例死亡 1 例", "Two groups: (1,200 + 1,500) ÷ (10 × 100 + 10 × 200) = 0.9; one death in ten of low risk",
            values={"drg.low_mortality_ppm": 10_000},
            given={"drg_weights": [{"drg_code": "A", "weight_e9": 500_000_000, "mean_fen": 100, "mean_days_e4": 50_000, "mortality_ppm": 1_000},
                                   {"drg_code": "B", "weight_e9": 1_500_000_000, "mean_fen": 200, "mean_days_e4": 100_000, "mortality_ppm": 50_000}],
                   "drg_year_sums": [_own("h", "A", 10, 1_200, 50, 1), _own("h", "B", 10, 1_500, 100, 5), _own("h", "0000", 3, 999, 9)]},
            expect=tuple({"scope_code": scope, "scope_id": name, "case_count": 23, "grouped_count": 20, "group_count": 2, "weight_e6": 20_000_000,
                          "cmi_e6": 1_000_000, "cost_index_e6": 900_000, "time_index_e6": 1_000_000, "low_risk_count": 10, "low_risk_death_count": 1,
                          "low_risk_mortality_ppm": 100_000} for scope, name in (("institution", "h"), ("region", "-")))),
))
def drg_indicators(drg_year_sums, drg_weights, plan):
    """Measure each institution and the region by the history's means; cases of groups without a mean are left out of the indices. Source: DRG-9."""
    groups, places = {row["drg_code"]: row for row in drg_weights}, defaultdict(list)
    for row in drg_year_sums:
        places["institution", row["institution_id"]].append(row)
        places["region", REGION].append(row)
    limit = plan.value("drg.low_mortality_ppm")
    return [_row(scope, name, rows, groups, limit) for (scope, name), rows in sorted(places.items())]


def _row(scope, name, rows, groups, limit):
    grouped = [row for row in rows if row["drg_code"] != UNGROUPED]
    known = [(row, groups[row["drg_code"]]) for row in grouped if row["drg_code"] in groups]
    weighed = [(row["case_count"], group["weight_e9"]) for row, group in known if group["weight_e9"] is not None]
    weight, count = sum(each * own for each, own in weighed), sum(each for each, _ in weighed)
    low = [row for row, group in known if group["mortality_ppm"] is not None and group["mortality_ppm"] < limit]
    low_count, deaths = (sum(row[column] for row in low) for column in ("case_count", "death_count"))
    means = [(row, group) for row, group in known if group["mean_fen"] and group["mean_days_e4"]]
    return {"scope_code": scope, "scope_id": name, "case_count": sum(row["case_count"] for row in rows),
            "grouped_count": sum(row["case_count"] for row in grouped), "group_count": len({row["drg_code"] for row in grouped}),
            "weight_e6": take_rate(weight, 1, E9_TO_E6), "cmi_e6": _over(weight, count, E9_TO_E6),
            "cost_index_e6": _index(sum(row["cost_fen"] for row, _ in means), sum(row["case_count"] * group["mean_fen"] for row, group in means)),
            "time_index_e6": _index(sum(row["stay_days"] for row, _ in means) * E4, sum(row["case_count"] * group["mean_days_e4"] for row, group in means)),
            "low_risk_count": low_count, "low_risk_death_count": deaths, "low_risk_mortality_ppm": take_rate(deaths, PPM, low_count) if low_count else None}


def _over(amount, count, scale):
    if not count:
        return None
    exact = Fraction(amount, count * scale)
    return take_rate(exact.numerator, 1, exact.denominator)


def _index(own, expected):
    return take_rate(own, PPM, expected) if expected else None
