"""Every usable history case in its group, with those at the far ends of a group's costs marked."""
from sanyi.grouping.dip.dip_match import matched
from sanyi.grouping.trimming import with_trimmed
from sanyi.tables import codes
from sanyi.tables.money import whole_quotient
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CATALOGUE_CASES = Table(
    "dip_catalogue_cases", "入库病例", "History cases in their groups", key=("encounter_id",),
    columns=(
        text("encounter_id", "就诊编码", "encounter code"),
        whole("year", "年度", "year of settlement", "year", minimum=1900),
        text("group_code", "病种编码", "group"),
        code("layer_code", "层级", "layer", codes.GROUPED_LAYER),
        text("institution_id", "机构编码", "institution code"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("cost_fen", "总费用", "whole cost"),
        flag("is_trimmed", "是否裁剪", "left out of the means"),
    ),
)


def _case(number, cost_fen, key="A09.9"):
    return {"encounter_id": f"{number:02}", "settled_month": 201905, "cost_fen": cost_fen, "full_key_code": key,
            "main_key_code": key, "comprehensive_key_code": "A09-1"}


TRIMMED = Example(
    "25例：低于2.5百分位（内插）的1例与高于97.5百分位的1例裁剪", "Of 25 cases the cheapest and the dearest are trimmed",
    given={"dip_history_cases": [_case(number, number * 1000) for number in range(1, 26)],
           "dip_key_matches": [{"encounter_id": f"{number:02}", "core_group_code": "A09.9"} for number in range(1, 26)]},
    expect=tuple({"encounter_id": f"{number:02}", "group_code": "A09.9", "layer_code": "core", "year": 2019,
                  "is_trimmed": number in (1, 25)} for number in range(1, 26)))
FEW = Example(
    "例数不足25例的不裁剪；未达核心病种的归入综合病种", "Under 25 cases nothing is trimmed; without a core key the comprehensive group",
    given={"dip_history_cases": [_case(1, 1), _case(2, 900_000), {"encounter_id": "03", "fault_code": "unknown_diagnosis"}]},
    expect=({"encounter_id": "01", "group_code": "A09-1", "layer_code": "comprehensive", "is_trimmed": False},
            {"encounter_id": "02", "group_code": "A09-1", "layer_code": "comprehensive", "is_trimmed": False}))


@step(makes=CATALOGUE_CASES, chosen_by=codes.BY_DIP, source=Source("DIP 3.0（征求意见稿）", "数据裁剪", "DIP-5", "S2"), examples=(TRIMMED, FEW))
def dip_catalogue_cases(dip_history_cases, dip_rule_groups, dip_key_matches, plan):
    """Group the history cases and mark the trimmed ones, over the three years of each group together.

    A percentile p of n costs in order is the value at place (n − 1) × p counted from 0, interpolated between neighbours,
    in whole numbers. Costs below the low or above the high percentile are trimmed in groups with enough cases.
    """
    cases = matched(dip_history_cases.filter(dip_history_cases.fault_code.isnull()), dip_rule_groups, dip_key_matches, plan)
    cases = cases.mutate(year=whole_quotient(cases.settled_month, 100))
    return with_trimmed(cases, "group_code", plan.value("dip.trim_low_ppm"), plan.value("dip.trim_high_ppm"), plan.value("dip.trim_case_minimum"))
