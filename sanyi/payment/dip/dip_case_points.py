"""The points of each case: the group's, times its coefficients, corrected where the cost is far off."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import Table, code, fen, flag, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

DEVIATION_COEFFICIENT = {
    "outside": ("机构系数在偏差修正之外，费用与同级均费比", "outside: the cost is held against the mean of the same tier"),
    "inside": ("机构系数计入对比均费", "inside the mean that the cost is held against"),
    "normal_only": ("只用于正常病例", "for normal cases only"),
}

CASE_POINTS = Table(
    "dip_case_points", "病例分值", "Points of each case", key=("encounter_id",),
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        text("group_code", "病种编码", "group", nullable=True),
        whole("base_points_e4", "病种基准分值", "the group's points", "e4", minimum=0),
        code("dimension_code", "启用的辅助目录", "dimension that gave the auxiliary coefficient", codes.AUXILIARY_DIMENSION,
             nullable=True),
        whole("auxiliary_e4", "辅助系数", "auxiliary coefficient", "e4", minimum=0),
        whole("coefficient_e4", "机构系数（基层病种为1）", "institution coefficient, 1 for primary-care groups", "e4", minimum=0),
        whole("adjusted_points_e4", "调整后分值", "points after both coefficients", "e4", minimum=0),
        fen("cost_fen", "总费用", "whole cost"),
        fen("comparison_mean_fen", "对比均费（乘辅助系数）", "mean compared with, times the auxiliary coefficient", nullable=True),
        code("comparison_code", "对比依据", "what is compared with", codes.COMPARISON),
        whole("ratio_ppm", "费用与均费之比", "cost to that mean", "ppm", nullable=True, minimum=0),
        code("deviation_code", "偏差类型", "deviation", codes.DEVIATION),
        flag("is_extreme", "极高费用，须专家评议", "extreme: for expert review"),
        whole("points_e4", "最终分值", "points of the case", "e4", minimum=0),
    ),
)


def _case(name, cost_fen, **more):
    return {"encounter_id": name, "group_code": "A", "layer_code": "core", "reason_code": "full_key", "tier_code": "tertiary",
            "cost_fen": cost_fen, **more}


GROUP_A = {"group_code": "A", "points_e4": 1_000_000, "weighted_mean_fen": 1_000_000}
DEVIATIONS = Example(
    "偏差病例：0.5倍以下按比例，0.5至2倍按病种分值，2倍以上加超出部分", "Low, normal and high cases", numbers=("EX-52",),
    given={"dip_groups": [GROUP_A],
           "dip_tier_means": [{"group_code": "A", "tier_code": "tertiary", "case_count": 9, "mean_fen": 1_000_000}],
           "dip_case_groups": [_case("a", 400_000), _case("b", 500_000), _case("c", 2_000_000), _case("d", 3_000_000),
                               _case("e", 5_000_001), {"encounter_id": "f", "cost_fen": 7, "layer_code": "none",
                                                       "reason_code": "unknown_diagnosis"}]},
    expect=({"encounter_id": "a", "ratio_ppm": 400_000, "deviation_code": "low", "points_e4": 400_000, "is_extreme": False},
            {"encounter_id": "b", "ratio_ppm": 500_000, "deviation_code": "normal", "points_e4": 1_000_000, "is_extreme": False},
            {"encounter_id": "c", "ratio_ppm": 2_000_000, "deviation_code": "normal", "points_e4": 1_000_000,
             "is_extreme": False},
            {"encounter_id": "d", "ratio_ppm": 3_000_000, "deviation_code": "high", "points_e4": 2_000_000, "is_extreme": False},
            {"encounter_id": "e", "ratio_ppm": 5_000_001, "deviation_code": "high", "points_e4": 4_000_001, "is_extreme": True},
            {"encounter_id": "f", "ratio_ppm": None, "deviation_code": "none", "points_e4": 0, "is_extreme": False}))
COEFFICIENTS = Example(
    "辅助系数取最大；基层病种不用机构系数；同级例数不足用上年全部均费", "Coefficients, and what a cost is compared with",
    numbers=("EX-20",),
    given={"dip_groups": [GROUP_A, {**GROUP_A, "group_code": "B", "is_primary_care": True}],
           "dip_tier_means": [{"group_code": "A", "tier_code": "tertiary", "case_count": 4, "mean_fen": 1},
                              {"group_code": "A", "tier_code": "all", "case_count": 4, "mean_fen": 2_000_000}],
           "dip_institution_coefficients": [{"institution_id": "h", "coefficient_e4": 12_000}],
           "dip_auxiliary_coefficients": [
               {"group_code": "A", "dimension_code": "age", "level_code": "80_over", "coefficient_e4": 13_000, "is_used": True},
               {"group_code": "A", "dimension_code": "cci", "level_code": "severe", "coefficient_e4": 15_000, "is_used": True},
               {"group_code": "B", "dimension_code": "cci", "level_code": "severe", "coefficient_e4": 15_000,
                "is_used": False}],
           "dip_case_groups": [
               _case("a", 3_000_000, institution_id="h", age_level_code="80_over", cci_level_code="severe"),
               _case("b", 1_000_000, institution_id="h", group_code="B", cci_level_code="severe")]},
    expect=({"encounter_id": "a", "dimension_code": "cci", "auxiliary_e4": 15_000, "coefficient_e4": 12_000,
             "adjusted_points_e4": 1_800_000, "comparison_mean_fen": 3_000_000, "comparison_code": "last_year",
             "points_e4": 1_800_000},
            {"encounter_id": "b", "dimension_code": None, "auxiliary_e4": 10_000, "coefficient_e4": 10_000,
             "adjusted_points_e4": 1_000_000, "comparison_mean_fen": 1_000_000, "comparison_code": "weighted",
             "points_e4": 1_000_000}))


EDGES = Example(
    "恰在界限上：方案可规定算低偏差、高偏差", "On the lines themselves, where the plan counts them as deviating", numbers=("EX-52",),
    values={"dip.low_inclusive": True, "dip.high_inclusive": True},
    given={"dip_groups": [GROUP_A], "dip_tier_means": [{"group_code": "A", "tier_code": "tertiary", "case_count": 9, "mean_fen": 1_000_000}],
           "dip_case_groups": [_case("b", 500_000), _case("c", 2_000_000), _case("n", 500_001)]},
    expect=({"encounter_id": "b", "deviation_code": "low", "points_e4": 500_000}, {"encounter_id": "c", "deviation_code": "high", "points_e4": 1_000_000},
            {"encounter_id": "n", "deviation_code": "normal", "points_e4": 1_000_000}))
K = [{"institution_id": "h", "coefficient_e4": 12_000}]
MEANS = [{"group_code": "A", "tier_code": name, "case_count": 9, "mean_fen": mean} for name, mean in (("tertiary", 1_500_000), ("all", 1_000_000))]
INSIDE = Example(
    "机构系数计入对比均费：100万分均费×系数1.2，费用50万为0.4167倍", "With the institution coefficient inside the mean compared with",
    values={"dip.deviation_coefficient": "inside"},
    given={"dip_groups": [GROUP_A], "dip_tier_means": MEANS, "dip_institution_coefficients": K,
           "dip_case_groups": [_case("a", 500_000, institution_id="h"), _case("b", 2_400_000, institution_id="h")]},
    expect=({"encounter_id": "a", "comparison_mean_fen": 1_200_000, "comparison_code": "last_year", "ratio_ppm": 416_667, "deviation_code": "low",
             "points_e4": 500_000},
            {"encounter_id": "b", "comparison_mean_fen": 1_200_000, "comparison_code": "last_year", "ratio_ppm": 2_000_000, "deviation_code": "normal",
             "points_e4": 1_200_000}))
NORMAL_ONLY = Example(
    "偏差病例不用机构系数", "Deviating cases take no institution coefficient", values={"dip.deviation_coefficient": "normal_only"},
    given={"dip_groups": [GROUP_A], "dip_tier_means": MEANS, "dip_institution_coefficients": K,
           "dip_case_groups": [_case("a", 600_000, institution_id="h"), _case("b", 1_500_000, institution_id="h")]},
    expect=({"encounter_id": "a", "deviation_code": "low", "coefficient_e4": 10_000, "points_e4": 400_000},
            {"encounter_id": "b", "deviation_code": "normal", "coefficient_e4": 12_000, "points_e4": 1_200_000}))


def _review(name, outcome, amount=None, group=None, **more):
    return {"encounter_id": name, "method_code": "dip", "outcome_code": outcome, "amount_fen": amount, "group_code": group, "year": 2020, **more}


REVIEWED = Example(
    "特例单议：核定金额折成分值（按对比均费，未入组的按全部病例均费），或改入其他病种；不予调整的照常", "Special review: the agreed amount in points, or another group",
    numbers=("EX-23",),
    given={"dip_groups": [GROUP_A, {**GROUP_A, "group_code": "B", "points_e4": 3_000_000, "weighted_mean_fen": 3_000_000}],
           "dip_catalogue_totals": [{"year": 2020, "weighted_mean_fen": 800_000}],
           "special_reviews": [_review("a", "as_spent", 3_200_000), _review("b", "adjusted_standard", 2_000_000), _review("c", "regroup", group="B"),
                               _review("d", "refused"), _review("e", "as_spent", 3_200_000, year=2019), _review("f", "as_spent", 3_200_000)],
           "dip_case_groups": [*(_case(name, 4_000_000) for name in "abcde"),
                               {"encounter_id": "f", "cost_fen": 4_000_000, "layer_code": "none", "reason_code": "unknown_diagnosis"}]},
    expect=({"encounter_id": "a", "group_code": "A", "deviation_code": "reviewed", "points_e4": 3_200_000, "is_extreme": False},
            {"encounter_id": "b", "group_code": "A", "deviation_code": "reviewed", "points_e4": 2_000_000, "is_extreme": False},
            {"encounter_id": "c", "group_code": "B", "deviation_code": "normal", "points_e4": 3_000_000, "is_extreme": False},
            {"encounter_id": "d", "group_code": "A", "deviation_code": "high", "points_e4": 3_000_000, "is_extreme": False},
            {"encounter_id": "e", "group_code": "A", "deviation_code": "high", "points_e4": 3_000_000, "is_extreme": False},
            {"encounter_id": "f", "group_code": None, "deviation_code": "reviewed", "points_e4": 4_000_000, "is_extreme": False}))


@step(makes=CASE_POINTS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "费用偏差病例", "DIP-8 DIP-10 DIP-22 DIP-23 DIP-24 DIP-25", "S1 S2 S3"),
      examples=(DEVIATIONS, COEFFICIENTS, EDGES, INSIDE, NORMAL_ONLY, REVIEWED))
def dip_case_points(dip_case_groups, dip_groups, dip_tier_means, dip_auxiliary_coefficients, dip_institution_coefficients, special_reviews,
                    dip_catalogue_totals, bed_day_cases, plan, year):
    """Points = group points × auxiliary coefficient × institution coefficient, then corrected for deviation.

    A case's cost is held against the mean of its group at its tier, times its auxiliary coefficient, so that a level is
    not paid twice. Cases without points of their group get none. Half up, each time: the comparison mean to a fen
    after the auxiliary coefficient, the ratio of cost to it to a millionth (low and high cases are corrected by that ratio;
    which case is low, high or extreme is told from the exact products), the points to 1/10,000 after both coefficients (and
    after each auxiliary one where they multiply) and again after the correction. What a special review decided stands in place of
    the correction: its amount in points (amount ÷ the mean compared with × the case's points; without such a mean amount ÷ the mean of
    all cases × the plan's scale), or another group.
    """
    coefficient = plan.value("dip.deviation_coefficient")
    if coefficient not in DEVIATION_COEFFICIENT:
        raise ValueError(f"dip.deviation_coefficient is {coefficient!r}; {', '.join(DEVIATION_COEFFICIENT)} were expected")
    cases = _with_review(dip_case_groups.anti_join(bed_day_cases, "encounter_id"), special_reviews, dip_catalogue_totals, plan, year)
    cases = _with_group(cases, dip_groups)
    cases = _with_auxiliary(cases, dip_auxiliary_coefficients, plan)
    cases = _with_institution(cases, dip_institution_coefficients)
    cases = _with_comparison(cases, dip_tier_means, plan, coefficient == "inside")
    return _deviated(cases, plan, coefficient == "normal_only")


def _with_review(cases, reviews, totals, plan, year):
    """What was decided of a case in its year: an amount, or the group it is moved to."""
    own = reviews.filter((reviews.method_code == "dip") & (reviews.year == year) & (reviews.outcome_code != "refused"))
    own = own.select("encounter_id", reviewed_fen="amount_fen", reviewed_group="group_code", outcome_code="outcome_code")
    cases = cases.left_join(own, "encounter_id").drop("encounter_id_right")
    mean = totals.select(mean_year="year", mean_of_all_fen="weighted_mean_fen")
    cases = cases.mutate(run_year=ibis.literal(year, "int64"))
    cases = cases.left_join(mean, cases.run_year == mean.mean_year).drop("mean_year")
    return cases.mutate(
        group_code=(cases.outcome_code == "regroup").fill_null(False).ifelse(cases.reviewed_group, cases.group_code),
        fallback_points_e4=take_rate(cases.reviewed_fen, plan.value("dip.score_scale") * E4, cases.mean_of_all_fen.nullif(0)))


def _with_group(cases, groups):
    own = groups.filter(groups.points_e4.notnull()).select(
        own_group="group_code", group_points_e4="points_e4", group_mean_fen="weighted_mean_fen", is_primary_care="is_primary_care")
    cases = cases.left_join(own, cases.group_code == own.own_group).drop("own_group")
    return cases.mutate(base_points_e4=cases.group_points_e4.fill_null(0), is_primary_care=cases.is_primary_care.fill_null(False))


def _with_auxiliary(cases, coefficients, plan):
    """Take the coefficients of the case's levels that are in use: the highest, or the product where the plan says so."""
    used = coefficients.filter(coefficients.is_used)
    names = plan.value("dip.auxiliary_dimensions")
    for name in names:
        own = used.filter(used.dimension_code == name)
        own = own.select(level_key=own.group_code + "|" + own.level_code, **{f"{name}_e4": own.coefficient_e4})
        key = cases.group_code + "|" + cases[f"{name}_level_code"]
        cases = cases.mutate(case_level_key=key)
        cases = cases.left_join(own, cases.case_level_key == own.level_key).drop("level_key", "case_level_key")
        cases = cases.mutate(**{f"{name}_e4": cases[f"{name}_e4"]})
    return cases.mutate(**_combined(cases, names, plan.value("dip.auxiliary_combination")))


def _combined(cases, names, combination):
    found = {name: cases[f"{name}_e4"] for name in names}
    if combination == "multiply":
        product = ibis.literal(E4, "int64")
        for value in found.values():
            product = take_rate(product, value.fill_null(E4), E4)
        highest = product
    elif combination == "maximum":
        highest = ibis.greatest(*(value.fill_null(-1) for value in found.values()), ibis.literal(-1))
    else:
        raise ValueError(f"dip.auxiliary_combination is {combination!r}; maximum or multiply was expected")
    given = [(value.notnull() if combination == "multiply" else value == highest, name) for name, value in found.items()]
    return {"auxiliary_e4": (highest < 0).ifelse(E4, highest), "dimension_code": ibis.cases(*given, else_=ibis.null("string"))}


def _with_institution(cases, coefficients):
    own = coefficients.select(own_institution="institution_id", institution_e4="coefficient_e4")
    cases = cases.left_join(own, cases.institution_id == own.own_institution).drop("own_institution")
    coefficient = cases.is_primary_care.ifelse(E4, cases.institution_e4.fill_null(E4))
    cases = cases.mutate(coefficient_e4=coefficient)
    return cases.mutate(adjusted_points_e4=_adjusted(cases))


def _with_comparison(cases, means, plan, is_inside):
    """Find the mean to hold the cost against: same tier last year, all tiers last year, or the weighted mean.

    Where the institution coefficient stands inside, it is the mean of all tiers times that coefficient.
    """
    enough = means.filter(means.case_count >= plan.value("dip.tier_case_minimum"))
    enough = enough.select(tier_key=enough.group_code + "|" + enough.tier_code, tier_fen="mean_fen")
    every = means.filter(means.tier_code == "all").select(mean_group="group_code", all_fen="mean_fen")
    cases = cases.mutate(case_tier_key=cases.group_code + "|" + cases.tier_code)
    cases = cases.left_join(enough, cases.case_tier_key == enough.tier_key).drop("tier_key", "case_tier_key")
    cases = cases.mutate(tier_fen=ibis.null("int64") if is_inside else cases.tier_fen.nullif(0))
    cases = cases.left_join(every, cases.group_code == every.mean_group).drop("mean_group")
    cases = cases.mutate(all_fen=cases.all_fen.nullif(0), group_mean_fen=cases.group_mean_fen.nullif(0))
    has_points = cases.group_points_e4.notnull()
    basis = ibis.cases((~has_points, "none"), (cases.tier_fen.notnull(), "same_tier"), (cases.all_fen.notnull(), "last_year"),
                       (cases.group_mean_fen.notnull(), "weighted"), else_="none")
    mean = has_points.ifelse(ibis.coalesce(cases.tier_fen, cases.all_fen, cases.group_mean_fen), ibis.null("int64"))
    coefficient = cases.auxiliary_e4 * cases.coefficient_e4 if is_inside else cases.auxiliary_e4 * E4
    return cases.mutate(comparison_code=basis, comparison_mean_fen=take_rate(mean, coefficient, E4 * E4).nullif(0))


def _deviated(cases, plan, is_for_normal_only):
    """Correct the points by how far the cost is off; limits are held exactly, a limit itself is normal unless the plan says."""
    mean, cost = cases.comparison_mean_fen, cases.cost_fen
    high_ppm, low_ppm = plan.value("dip.high_ratio_ppm"), plan.value("dip.low_ratio_ppm")
    low = cost * PPM <= mean * low_ppm if plan.value("dip.low_inclusive") else cost * PPM < mean * low_ppm
    is_high = cost * PPM >= mean * high_ppm if plan.value("dip.high_inclusive") else cost * PPM > mean * high_ppm
    deviation = ibis.cases((cases.reviewed_fen.notnull(), "reviewed"), (cases.group_points_e4.isnull(), "none"), (mean.isnull(), "normal"),
                           (low, "low"), (is_high, "high"), else_="normal")
    cases = cases.mutate(ratio_ppm=take_rate(cost, PPM, mean), deviation_code=deviation)
    if is_for_normal_only:
        off = cases.deviation_code.isin(("low", "high"))
        cases = cases.mutate(coefficient_e4=off.ifelse(E4, cases.coefficient_e4))
        cases = cases.mutate(adjusted_points_e4=_adjusted(cases))
    factor = ibis.cases((cases.deviation_code == "low", cases.ratio_ppm),
                        (cases.deviation_code == "high", cases.ratio_ppm - high_ppm + PPM), else_=PPM)
    extreme = (cost * PPM > mean * plan.value("dip.extreme_ratio_ppm")) & (cases.deviation_code == "high")
    of_review = ibis.coalesce(take_rate(cases.adjusted_points_e4, cases.reviewed_fen, cases.comparison_mean_fen), cases.fallback_points_e4)
    points = (cases.deviation_code == "reviewed").ifelse(of_review.fill_null(0), take_rate(cases.adjusted_points_e4, factor, PPM))
    return cases.mutate(points_e4=points, is_extreme=extreme.fill_null(False))


def _adjusted(cases):
    return take_rate(cases.base_points_e4, cases.auxiliary_e4 * cases.coefficient_e4, E4 * E4)
