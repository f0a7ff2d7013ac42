"""What the history's grouped cases add up to by institution, fund and group: weights, coefficients and opening rates rest on it."""
import ibis

from sanyi.grouping.dip.dip_group_years import sums
from sanyi.grouping.trimming import with_trimmed
from sanyi.tables import codes
from sanyi.tables.money import total, whole_quotient
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

DRG_HISTORY_SUMS = Table(
    "drg_history_sums", "DRG历史病例合计", "History cases added up by group", key=("institution_id", "insurance_code", "drg_code"),
    note="加权 = 按年度权重；裁剪后的病例用于均费，上年全部病例用于年初费率。"
         " Weighted: by the years' weights. Means rest on the kept cases, the opening rate on all cases of the last year.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("drg_code", "病组编码", "group"),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("kept_count", "裁剪后例数", "cases after trimming", "cases", minimum=0),
        fen("kept_cost_fen", "裁剪后费用", "cost of the kept cases"),
        whole("kept_cost_yuan", "裁剪后费用（逐例取整到元）", "cost of the kept cases, each rounded to a yuan", "yuan", minimum=0),
        whole("kept_square_yuan", "裁剪后费用平方和（元²）", "sum of the squares of those, in yuan squared", "yuan²", minimum=0),
        whole("kept_days", "裁剪后住院天数", "days of the kept cases", "days", minimum=0),
        whole("weighted_count", "加权例数", "kept cases times their year's weight", "cases", minimum=0),
        fen("weighted_cost_fen", "加权费用", "their cost times their year's weight"),
        whole("death_count", "死亡例数", "deaths", "cases", minimum=0),
        whole("last_case_count", "上年例数", "cases of the last year", "cases", minimum=0),
        fen("last_cost_fen", "上年费用", "what they cost"),
        fen("last_fund_fen", "上年基金支付", "what the fund paid of it"),
    ),
)


def _case(name, year, cost, **more):
    return {"encounter_id": name, "institution_id": "h", "tier_code": "tertiary", "insurance_code": "resident", "settled_month": year * 100 + 6,
            "cost_fen": cost, "fund_fen": cost // 2, "stay_days": 4, **more}


@step(makes=DRG_HISTORY_SUMS, chosen_by=codes.BY_DRG, source=Source("CHS-DRG", "权重测算", "DRG-6 DIP-5", "S4 K"), examples=(
    Example("年度权重 1:2:7；没有入组的不计", "Years weigh 1:2:7; a case without a group does not count", values={"drg.history_weights": [1, 2, 7]},
            given={"dip_history_cases": [_case("a", 2017, 100_000), _case("b", 2019, 200_000, has_died=True), _case("c", 2019, 999)],
                   "drg_history_groups": [{"encounter_id": "a", "drg_code": "GZ13"}, {"encounter_id": "b", "drg_code": "GZ13"},
                                          {"encounter_id": "c"}]},
            expect=({"institution_id": "h", "drg_code": "GZ13", "case_count": 2, "kept_count": 2, "kept_cost_fen": 300_000,
                     "weighted_count": 8, "weighted_cost_fen": 1_500_000, "kept_days": 8, "death_count": 1, "last_case_count": 1,
                     "last_cost_fen": 200_000, "last_fund_fen": 100_000},)),
))
def drg_history_sums(dip_history_cases, drg_history_groups, plan, year):
    """Trim each group's history costs over the three years together, and add up what is kept; costs of 0 or less do not count."""
    grouped = drg_history_groups.filter(drg_history_groups.drg_code.notnull()).select("encounter_id", "drg_code")
    cases = dip_history_cases.filter(dip_history_cases.cost_fen > 0).join(grouped, "encounter_id")
    cases = with_trimmed(cases, "drg_code", *(plan.value(f"drg.trim_{name}") for name in ("low_ppm", "high_ppm", "case_minimum")))
    cases = cases.mutate(year=whole_quotient(cases.settled_month, 100))
    weights = plan.value("drg.history_weights")
    weight = cases.year.cases(*((year - len(weights) + place, each) for place, each in enumerate(weights)), else_=0)
    kept = (~cases.is_trimmed).ifelse(ibis.literal(1, "int64"), 0)
    last = (cases.year == year - 1).ifelse(ibis.literal(1, "int64"), 0)
    return cases.group_by(["institution_id", "tier_code", "insurance_code", "drg_code"]).agg(
        **sums(cases), kept_days=total(kept * cases.stay_days), weighted_count=total(kept * weight),
        weighted_cost_fen=total(kept * weight * cases.cost_fen), death_count=total(cases.has_died.cast("int64")),
        last_case_count=total(last), last_cost_fen=total(last * cases.cost_fen), last_fund_fen=total(last * cases.fund_fen))
