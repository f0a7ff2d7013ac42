"""The points of each group in each institution: base points and the institution's differential coefficient."""
from collections import defaultdict
from fractions import Fraction

from sanyi.payment.drg.drg_institution_coefficients import mix
from sanyi.payment.drg.drg_year_sums import UNGROUPED
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, E9_TO_E4, PPM, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

PARTS = ("institution", "tier", "cmi")

DRG_GROUP_POINTS = Table(
    "drg_group_points", "DRG病组点数", "Points of the groups", key=("institution_id", "drg_code"),
    note="差异系数 = 医院、等级、病例组合指数三个比值的加权平均；没有历史的比值取 1。基础病组差异系数为 1。0000 为未入组病例。"
         " Differential coefficient: the weighted mean of three ratios to the region (institution, tier, case mix); one without history is 1. Basic groups take none. "
         "0000 stands for cases without a group.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("drg_code", "病组编码", "group"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        flag("is_stable", "稳定病组", "stable group"),
        flag("is_basic", "基础病组", "basic group"),
        flag("is_single_review", "单议病组", "reviewed case by case"),
        whole("weight_e9", "权重", "weight", "e9", nullable=True, minimum=0),
        fen("mean_fen", "全区域病组均费", "the region's mean of the group", nullable=True),
        fen("all_mean_fen", "全区域全部均费", "the region's mean of all groups", nullable=True),
        whole("base_points_e4", "基准点数", "base points: weight × scale", "e4", nullable=True, minimum=0),
        whole("institution_ratio_e4", "医院比值", "institution's mean of the group to the region's", "e4", nullable=True, minimum=0),
        whole("tier_ratio_e4", "等级比值", "tier's mean of the group to the region's", "e4", nullable=True, minimum=0),
        whole("cmi_ratio_e4", "病例组合指数比值", "institution's case-mix index to the region's", "e4", nullable=True, minimum=0),
        whole("coefficient_e4", "差异系数", "differential coefficient", "e4", minimum=0),
        whole("points_e4", "病组点数", "points: base × differential coefficient", "e4", nullable=True, minimum=0),
    ),
)


def _history(institution, tier, count, cost, group="GZ13"):
    return {"institution_id": institution, "tier_code": tier, "insurance_code": "resident", "drg_code": group, "case_count": count, "weighted_count": count,
            "weighted_cost_fen": cost}


def _seen(institution, tier, group):
    return {"institution_id": institution, "tier_code": tier, "insurance_code": "resident", "drg_code": group, "case_count": 1}


DIFFERENTIAL = Example(
    "基准点数 = 权重 × 100；差异系数按 50%、30%、20% 加权；没有历史的比值取 1", "Base points = weight × 100; the three ratios weigh 50, 30 and 20 %; one without history is 1",
    values={"drg.point_scale": 100, "drg.differential_weights": {"institution_ppm": 500_000, "tier_ppm": 300_000, "cmi_ppm": 200_000},
            "drg.coefficient_floor_e4": 5_000, "drg.coefficient_cap_e4": 15_000},
    given={"drg_weights": [{"drg_code": "GZ13", "weight_e9": 800_000_000, "mean_fen": 1_000, "all_mean_fen": 1_250, "is_stable": True},
                           {"drg_code": "GZ15", "weight_e9": 1_200_000_000, "mean_fen": 1_500, "all_mean_fen": 1_250, "is_stable": True, "is_basic": True}],
           "drg_history_sums": [_history("a", "tertiary", 10, 12_000), _history("b", "secondary", 10, 8_000)],
           "drg_institution_coefficients": [{"institution_id": "a", "cmi_e4": 8_000}, {"institution_id": "b", "cmi_e4": 8_000}],
           "drg_year_sums": [_seen("a", "tertiary", "GZ13"), _seen("a", "tertiary", "GZ15"), _seen("a", "tertiary", "0000"), _seen("c", "secondary", "GZ13")]},
    expect=({"institution_id": "a", "drg_code": "0000", "base_points_e4": None, "institution_ratio_e4": None, "coefficient_e4": 10_000, "points_e4": None,
             "all_mean_fen": 1_250},
            {"institution_id": "a", "drg_code": "GZ13", "base_points_e4": 800_000, "institution_ratio_e4": 12_000, "coefficient_e4": 11_600,
             "points_e4": 928_000, "all_mean_fen": 1_250},
            {"institution_id": "a", "drg_code": "GZ15", "base_points_e4": 1_200_000, "institution_ratio_e4": None, "coefficient_e4": 10_000,
             "points_e4": 1_200_000, "all_mean_fen": 1_250},
            {"institution_id": "c", "drg_code": "GZ13", "base_points_e4": 800_000, "institution_ratio_e4": None, "coefficient_e4": 9_400,
             "points_e4": 752_000, "all_mean_fen": 1_250}))


@step(makes=DRG_GROUP_POINTS, exact=True, chosen_by=codes.BY_DRG_POINTS, source=Source("浙江DRG点数法", "病组点数与差异系数", "GB-3", "S9 K"),
      examples=(DIFFERENTIAL,))
def drg_group_points(drg_year_sums, drg_weights, drg_history_sums, drg_institution_coefficients, plan):
    """Base points = weight × the scale of points; the differential coefficient is held in bounds; each half up to 1/10,000. Source: GB-3."""
    groups = {row["drg_code"]: row for row in drg_weights}
    means = _means(drg_history_sums)
    indices = {row["institution_id"]: row["cmi_e4"] for row in drg_institution_coefficients}
    region_index = mix(drg_history_sums, groups)
    every = next((row["all_mean_fen"] for row in drg_weights), None)
    tiers = {(row["institution_id"], row["drg_code"]): row["tier_code"] for row in drg_year_sums}
    return [_row(*key, tier, groups.get(key[1]), every, _ratios(*key, tier, means, indices, region_index), plan) for key, tier in sorted(tiers.items())]


def _means(rows):
    """Weighted cost and cases of each group by institution, by tier and in the region."""
    sums = defaultdict(lambda: (0, 0))
    for row in rows:
        for key in ((row["institution_id"], row["drg_code"]), (row["tier_code"], row["drg_code"]), (None, row["drg_code"])):
            cost, count = sums[key]
            sums[key] = cost + row["weighted_cost_fen"], count + row["weighted_count"]
    return sums


def _ratios(institution, group, tier, means, indices, region_index):
    own = {name: _ratio(means.get((key, group)), means.get((None, group))) for name, key in (("institution", institution), ("tier", tier))}
    index = indices.get(institution)
    return {**own, "cmi": None if index is None or not region_index else take_rate(E4, index, region_index)}


def _ratio(own, region):
    """Mean ÷ mean in 1/10,000, half up; None without history."""
    if not own or not region or not own[1] or not region[0]:
        return None
    exact = Fraction(own[0] * region[1] * E4, own[1] * region[0])
    return take_rate(exact.numerator, 1, exact.denominator)


def _row(institution, name, tier, group, every, ratios, plan):
    weight = group["weight_e9"] if group else None
    is_plain = group is None or name == UNGROUPED
    is_basic = bool(group and group["is_basic"])
    coefficient = E4 if is_plain or is_basic else _coefficient(ratios, plan)
    base = None if weight is None or is_plain else take_rate(weight, plan.value("drg.point_scale"), E9_TO_E4)
    shown = {f"{part}_ratio_e4": None if is_plain or is_basic else ratios[part] for part in PARTS}
    return {"institution_id": institution, "drg_code": name, "tier_code": tier, "is_stable": bool(group and group["is_stable"]), "is_basic": is_basic,
            "is_single_review": bool(group and group["is_single_review"]),
            "weight_e9": weight, "mean_fen": group["mean_fen"] if group else None, "all_mean_fen": every, "base_points_e4": base, **shown,
            "coefficient_e4": coefficient, "points_e4": None if base is None else take_rate(base, coefficient, E4)}


def _coefficient(ratios, plan):
    """The weighted mean of the three ratios, in bounds."""
    weights = plan.value("drg.differential_weights")
    share = {part: weights[f"{part}_ppm"] for part in PARTS}
    found = take_rate(sum(share[part] * (E4 if ratios[part] is None else ratios[part]) for part in PARTS), 1, sum(share.values()) or PPM)
    return min(max(found, plan.value("drg.coefficient_floor_e4")), plan.value("drg.coefficient_cap_e4"))
