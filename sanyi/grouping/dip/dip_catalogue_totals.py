"""The catalogue as a whole: how many groups and cases, how much was trimmed, the mean cost of all cases."""
from sanyi.grouping.weighted_years import half_up, weighted_mean, year_weights
from sanyi.tables import codes
from sanyi.tables.codes import RULE_LAYERS
from sanyi.tables.table import Table, fen, flag, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import ratio
from sanyi.terms.source import Source
from sanyi.terms.step import step

TOTALS = Table(
    "dip_catalogue_totals", "病种目录总览", "The catalogue as a whole", key=("year",),
    columns=(
        whole("year", "使用年度", "year it is used in", "year", minimum=1900),
        whole("core_group_count", "核心病种数", "core groups", "groups", minimum=0),
        whole("comprehensive_group_count", "综合病种数", "comprehensive groups", "groups", minimum=0),
        whole("rule_group_count", "先期、合并、诊断细分病种数", "groups by rules that come before the core groups", "groups", minimum=0),
        whole("core_case_count", "核心病种例数", "cases in core groups", "cases", minimum=0),
        whole("case_count", "入库例数", "cases", "cases", minimum=0),
        whole("trimmed_count", "裁剪例数", "cases trimmed", "cases", minimum=0),
        whole("trim_rate_ppm", "裁剪率", "share of cases trimmed", "ppm", nullable=True, minimum=0),
        flag("is_trim_high", "裁剪率超警戒线", "the share trimmed is above the warning line"),
        fen("weighted_mean_fen", "全部病例加权平均费用", "weighted mean cost of all cases", nullable=True),
    ),
)

WARNED = Example(
    "裁剪率：恰为8%不警告，超过才警告", "A trim rate of exactly 8 % is no warning",
    given={"dip_group_years": [
        {"group_code": "A09.9", "year": 2019, "layer_code": "core", "case_count": 100, "kept_count": 92, "kept_cost_fen": 92_000},
        {"group_code": "A09-1", "year": 2018, "layer_code": "comprehensive", "case_count": 0}]},
    expect=({"year": 2020, "core_group_count": 1, "comprehensive_group_count": 1, "core_case_count": 100, "case_count": 100,
             "trimmed_count": 8, "trim_rate_ppm": 80_000, "is_trim_high": False, "weighted_mean_fen": 1000},))


@step(makes=TOTALS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 3.0（征求意见稿）", "数据裁剪", "DIP-5 DIP-7", "S2"), examples=(WARNED,))
def dip_catalogue_totals(dip_group_years, plan, year):
    """One row: the size of the catalogue, the share trimmed with its warning, and the mean that scores are measured by."""
    cases = sum(row["case_count"] for row in dip_group_years)
    trimmed = cases - sum(row["kept_count"] for row in dip_group_years)
    groups = {row["group_code"]: row["layer_code"] for row in dip_group_years}
    mean = weighted_mean(dip_group_years, year_weights(year, plan.value("dip.history_weights")))
    return [{
        "year": year, "core_group_count": sum(layer == "core" for layer in groups.values()),
        "comprehensive_group_count": sum(layer == "comprehensive" for layer in groups.values()),
        "rule_group_count": sum(layer in RULE_LAYERS for layer in groups.values()),
        "core_case_count": sum(row["case_count"] for row in dip_group_years if row["layer_code"] == "core"),
        "case_count": cases, "trimmed_count": trimmed, "trim_rate_ppm": ratio(trimmed, cases),
        "is_trim_high": trimmed * 1_000_000 > cases * plan.value("dip.trim_warning_ppm"),
        "weighted_mean_fen": None if mean is None else half_up(mean)}]
