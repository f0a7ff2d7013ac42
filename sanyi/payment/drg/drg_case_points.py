"""The points of each case: its group's, corrected where the cost is far off, the group is unstable or there is none."""
import ibis

from sanyi.payment.drg.drg_cases import high_ratio
from sanyi.payment.drg.drg_year_sums import UNGROUPED, drg_stays
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, E4_TO_E6, E9_TO_E4, PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step


REASON = {
    "points": ("按病组点数", "by the points of its group"), "own_cost": ("按费用折算点数", "points from its own cost"),
    "refused": ("分组器拒绝，待更正", "refused by the grouper, to be corrected"), "no_bill": ("没有结算单，费用未知", "no bill: what it cost is not known"),
    "negative_cost": ("费用为负，待更正", "a cost below zero, to be corrected"), "no_mean": ("没有历史均费", "no history means to go by"),
    "reviewed": ("特例单议核定金额折算", "from the amount agreed by a special review"), "single_review": ("单议病组，未议定", "reviewed case by case, not yet decided"),
}

DRG_CASE_POINTS = Table(
    "drg_case_points", "DRG病例点数", "Points of each case by group", key=("encounter_id",),
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        text("drg_code", "病组编码", "group"),
        code("reason_code", "计点依据", "reason", REASON),
        whole("weight_e9", "权重", "weight", "e9", nullable=True, minimum=0),
        fen("mean_fen", "对比均费", "mean held against", nullable=True),
        fen("all_mean_fen", "全区域全部均费", "the region's mean of all groups", nullable=True),
        whole("base_points_e4", "基准点数", "base points", "e4", nullable=True, minimum=0),
        whole("coefficient_e4", "差异系数", "differential coefficient", "e4", minimum=0),
        whole("ratio_ppm", "费用与均费之比", "cost to that mean", "ppm", nullable=True, minimum=0),
        whole("high_ratio_ppm", "高倍率界限", "limit of the ratio for this weight", "ppm", nullable=True, minimum=0),
        code("deviation_code", "偏差类型", "deviation", codes.CASE_DEVIATION),
        whole("points_e4", "点数", "points", "e4", minimum=0),
    ),
)
_STAY = {"institution_id": "h", "insurance_code": "resident", "settled_month": 202001}
_GROUP = {"institution_id": "h", "mean_fen": 1_000_000, "all_mean_fen": 1_250_000, "weight_e9": 800_000_000, "base_points_e4": 800_000, "coefficient_e4": 11_000,
          "points_e4": 880_000, "is_stable": True}
_RULES = {"drg.low_ratio_ppm": 400_000, "drg.high_bands": [{"up_to_e4": 10_000, "limit_ppm": 3_000_000}, {"limit_ppm": 2_000_000}],
          "drg.high_points_cap_ppm": 3_000_000, "drg.ungrouped_share_ppm": 600_000, "drg.point_scale": 100}


def _points(name, points, deviation, reason="points"):
    return {"encounter_id": name, "points_e4": points, "deviation_code": deviation, "reason_code": reason}


CATEGORIES = Example(
    "正常、低倍率、高倍率（加付最多 3 倍）、非稳定病组、未入组（费用的 60%）", "Normal, low, high (at most 3 × the base on top), unstable group, no group (60 % of its cost)", values=_RULES,
    given={"dip_current_cases": [{**_STAY, "encounter_id": name, "cost_fen": cost} for name, cost in (
               ("a", 1_000_000), ("b", 300_000), ("c", 4_000_000), ("d", 9_000_000), ("e", 2_500_000), ("f", 2_500_000), ("g", -1))]
           + [{**_STAY, "encounter_id": "h", "cost_fen": 100}],
           "drg_case_groups": [{"encounter_id": name, "drg_code": "GZ13", "status_code": "grouped"} for name in "abcdg"] + [
               {"encounter_id": "e", "drg_code": "RA19", "status_code": "grouped"}, {"encounter_id": "f", "drg_code": "0000", "status_code": "ungrouped"},
               {"encounter_id": "h", "status_code": "refused"}],
           "drg_group_points": [{**_GROUP, "drg_code": "GZ13"}, {**_GROUP, "drg_code": "RA19", "is_stable": False},
                                {"institution_id": "h", "drg_code": "0000", "all_mean_fen": 1_250_000, "coefficient_e4": 10_000}]},
    expect=(_points("a", 880_000, "normal"), _points("b", 240_000, "low"), _points("c", 880_000 + 800_000, "high"), _points("d", 880_000 + 2_400_000, "high"),
            _points("e", 2_000_000, "unstable", "own_cost"), _points("f", 1_200_000, "ungrouped", "own_cost"), _points("g", 0, "none", "negative_cost"),
            _points("h", 0, "none", "refused")))


def _review(name, outcome, amount=None, group=None):
    return {"encounter_id": name, "method_code": "drg", "outcome_code": outcome, "amount_fen": amount, "group_code": group, "year": 2020}


REVIEWED = Example(
    "特例单议：核定金额 ÷ 全部均费 × 100 折成点数，或用改入病组的点数；单议病组未议定的无点数", "Special review: the amount ÷ mean of all × 100, or the points of the group agreed; a single-review group waits",
    values=_RULES, numbers=("EX-23",),
    given={"dip_current_cases": [{**_STAY, "encounter_id": name, "cost_fen": 1_000_000} for name in "abcdef"],
           "drg_case_groups": [{"encounter_id": name, "drg_code": group, "status_code": "grouped" if group else "refused"}
                               for name, group in zip("abcdef", ("RA19", "RA19", "RA19", "ZZ19", "ZZ19", None), strict=True)],
           "special_reviews": [_review("a", "as_spent", 750_000), _review("b", "regroup", group="GZ13"), _review("c", "refused"), _review("d", "adjusted_standard", 500_000),
                               _review("f", "regroup", group="GZ13")],
           "drg_group_points": [{**_GROUP, "drg_code": "GZ13"}, {**_GROUP, "drg_code": "RA19", "is_stable": False}, {**_GROUP, "drg_code": "ZZ19", "is_single_review": True}]},
    expect=(_points("a", 600_000, "reviewed", "reviewed"), _points("b", 880_000, "normal"), _points("c", 800_000, "unstable", "own_cost"),
            _points("d", 400_000, "reviewed", "reviewed"), _points("e", 0, "none", "single_review"), _points("f", 880_000, "normal")))


@step(makes=DRG_CASE_POINTS, chosen_by=codes.BY_DRG_POINTS, source=Source("浙江DRG点数法", "病例点数", "GB-3 DIP-24", "S9 K"), examples=(CATEGORIES, REVIEWED))
def drg_case_points(dip_current_cases, drg_case_groups, drg_group_points, bed_day_cases, special_reviews, plan, year):
    """Points of a case by its category, half up once each.

    Normal: base × differential coefficient. Low: base × cost ÷ mean. High: base × coefficient + base × the times of the mean above the limit, at
    most the plan's cap. A case of an unstable group: cost ÷ mean of all × scale; one without a group: the plan's share of that. A case that the
    grouper refuses waits for correction, one of a single-review group for a decision. What a special review agreed: the amount ÷ mean of all × scale,
    or the points of the group agreed. Source: GB-3, DIP-24.
    """
    cases = _with_group(drg_stays(dip_current_cases, drg_case_groups, bed_day_cases, special_reviews, year), drg_group_points)
    limit = high_ratio(cases.weight_e9, E9_TO_E4, plan.value("drg.high_bands"))
    cases = cases.mutate(reason_code=_reason(cases), high_ratio_ppm=cases.weight_e9.isnull().ifelse(ibis.null("int64"), limit),
                         ratio_ppm=take_rate(ibis.greatest(cases.cost_fen, 0), PPM, cases.mean_fen))
    cases = cases.mutate(deviation_code=_deviation(cases, plan))
    return cases.mutate(points_e4=_points_of(cases, plan))


def _with_group(cases, groups):
    keyed = groups.select("weight_e9", "mean_fen", "all_mean_fen", "base_points_e4", "coefficient_e4", "is_stable", "is_single_review", group_points_e4="points_e4",
                          group_key=groups.institution_id + "|" + groups.drg_code)
    cases = cases.mutate(case_key=cases.institution_id + "|" + cases.drg_code)
    cases = cases.left_join(keyed, cases.case_key == keyed.group_key).drop("group_key", "case_key")
    return cases.mutate(coefficient_e4=cases.coefficient_e4.fill_null(E4), is_stable=cases.is_stable.fill_null(False), mean_fen=cases.mean_fen.nullif(0),
                        all_mean_fen=cases.all_mean_fen.nullif(0))


def _reason(cases):
    by_group = cases.is_stable & cases.group_points_e4.notnull() & cases.mean_fen.notnull() & (cases.drg_code != UNGROUPED)
    return ibis.cases(
        ((cases.fault_code == "no_bill").fill_null(False), "no_bill"), (cases.cost_fen < 0, "negative_cost"),
        (cases.reviewed_fen.notnull() & cases.all_mean_fen.notnull(), "reviewed"), (cases.group_status_code == "refused", "refused"),
        (cases.is_single_review.fill_null(False), "single_review"), (by_group, "points"), (cases.all_mean_fen.isnull(), "no_mean"), else_="own_cost")


def _deviation(cases, plan):
    low = cases.cost_fen * PPM < cases.mean_fen * plan.value("drg.low_ratio_ppm")
    high = cases.cost_fen * PPM > cases.mean_fen * cases.high_ratio_ppm
    by_group = cases.reason_code == "points"
    return ibis.cases((cases.reason_code == "reviewed", "reviewed"), (by_group & low, "low"), (by_group & high, "high"), (by_group, "normal"), (cases.reason_code != "own_cost", "none"),
                      (cases.group_status_code == "grouped", "unstable"), else_="ungrouped")


def _points_of(cases, plan):
    scale = plan.value("drg.point_scale")
    own = take_rate(cases.cost_fen, scale * E4, cases.all_mean_fen)
    part = take_rate(cases.cost_fen, scale * plan.value("drg.ungrouped_share_ppm"), cases.all_mean_fen * E4_TO_E6)
    limit = take_rate(cases.mean_fen, cases.high_ratio_ppm, PPM)
    times = ibis.least(take_rate(cases.cost_fen - limit, PPM, cases.mean_fen), ibis.literal(plan.value("drg.high_points_cap_ppm"), "int64"))
    return ibis.cases(
        (cases.deviation_code == "normal", cases.group_points_e4), (cases.deviation_code == "low", take_rate(cases.base_points_e4, cases.cost_fen, cases.mean_fen)),
        (cases.deviation_code == "high", cases.group_points_e4 + take_rate(cases.base_points_e4, times, PPM)),
        (cases.deviation_code == "unstable", own), (cases.deviation_code == "reviewed", take_rate(cases.reviewed_fen, scale * E4, cases.all_mean_fen)),
        (cases.deviation_code == "ungrouped", part), else_=ibis.literal(0, "int64"))
