"""What each fund's history cases cost and what they would have scored, by year."""
from sanyi.payment.inpatient.case_payment import chosen
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

BASES = {"all": ("全部入库病例", "all grouped cases"), "trimmed": ("剔除按百分位裁剪的病例", "without the cases that percentiles trim"),
         "excellent": ("优秀区间：每分费用低于全区域均值的病例", "the excellent interval: cases whose cost a point is below the region's mean")}
POINTS_TO_FEN = 1_000_000  # points in 1/10,000 × yuan a point in 1/10,000 = 10^-8 yuan = 10^-6 fen

HISTORY_TOTALS = Table(
    "dip_history_totals", "历史费用与分值", "History costs and points", key=("insurance_code", "year"),
    note="预算点值所用的病例：全部、剔除裁剪、或优秀区间（方案 dip.budget_value_basis）。The cases that the budget point value is worked out from, by dip.budget_value_basis.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        fen("cost_fen", "住院总费用", "whole cost of the cases"),
        whole("points_e4", "按病种目录的总分值", "points of their groups", "e4", minimum=0),
    ),
)

SUMMED = Example(
    "历史病例的费用与分值", "History cases' cost and points",
    given={"dip_catalogue_cases": [
        {"encounter_id": "1", "year": 2019, "insurance_code": "resident", "group_code": "A", "cost_fen": 500},
        {"encounter_id": "2", "year": 2019, "insurance_code": "resident", "group_code": "A", "cost_fen": 900, "is_trimmed": True}],
        "dip_groups": [{"group_code": "A", "points_e4": 30_000}]},
    expect=({"insurance_code": "resident", "year": 2019, "case_count": 2, "cost_fen": 1400, "points_e4": 60_000},))

TRIMMED = Example(
    "裁剪后的预算点值：裁剪病例的费用与分值都不计", "Percentile-trimmed: neither the cost nor the points of a trimmed case count", values={"dip.budget_value_basis": "trimmed"},
    given=SUMMED.given, expect=({"insurance_code": "resident", "year": 2019, "case_count": 1, "cost_fen": 500, "points_e4": 30_000},))
EXCELLENT = Example(
    "优秀区间：均值为每分100元，只取低于它的；恰等于的不取，各险种各年度自比", "The excellent interval: below the mean of 100 yuan a point; a case on it is not, each fund and year by itself",
    values={"dip.budget_value_basis": "excellent"},
    given={"dip_catalogue_cases": [{"encounter_id": str(number), "year": year, "insurance_code": "resident", "group_code": "A", "cost_fen": cost}
                                   for number, (year, cost) in enumerate(((2019, 20_000), (2019, 30_000), (2019, 40_000), (2018, 20_000), (2018, 20_001)))],
           "dip_groups": [{"group_code": "A", "points_e4": 30_000}]},
    expect=({"year": 2018, "case_count": 1, "cost_fen": 20_000, "points_e4": 30_000}, {"year": 2019, "case_count": 1, "cost_fen": 20_000, "points_e4": 30_000}))


@step(makes=HISTORY_TOTALS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "预算点值", "DIP-17", "S1 S2"), examples=(SUMMED, TRIMMED, EXCELLENT))
def dip_history_totals(dip_catalogue_cases, dip_groups, plan):
    """Add up the grouped history cases that the plan's basis takes: score × cases, and what they cost.

    All of them (the trimmed ones too); without the trimmed ones; or the excellent interval, whose cost is below its points at the mean of
    its fund and year (yuan a point, half up to four decimals, as a point value is published).
    """
    groups = dip_groups.filter(dip_groups.points_e4.notnull()).select("group_code", "points_e4")
    cases, basis = dip_catalogue_cases.join(groups, "group_code"), chosen(plan, "dip.budget_value_basis", BASES)
    if basis == "trimmed":
        cases = cases.filter(~cases.is_trimmed)
    elif basis == "excellent":
        cases = _below_the_mean(cases)
    return cases.group_by(["insurance_code", "year"]).agg(
        case_count=cases.count(), cost_fen=total(cases.cost_fen), points_e4=total(cases.points_e4))


def _below_the_mean(cases):
    """The cases that cost less than their points at their fund's and year's mean."""
    place = cases.insurance_code + "|" + cases.year.cast("string")
    cases = cases.mutate(place=place)
    means = cases.group_by("place").agg(all_fen=total(cases.cost_fen), all_points=total(cases.points_e4))
    means = means.select(mean_place="place", mean_e4=take_rate(means.all_fen, POINTS_TO_FEN, means.all_points))
    cases = cases.join(means, cases.place == means.mean_place)
    return cases.filter(cases.cost_fen * POINTS_TO_FEN < cases.points_e4 * cases.mean_e4)
