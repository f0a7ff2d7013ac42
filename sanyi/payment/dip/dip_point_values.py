"""What a point is worth: at the start of the year from history, at its end from the fund."""
from sanyi.payment.inpatient.case_payment import BASES, chosen
from sanyi.payment.inpatient.inpatient_pool import inpatient_budget
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

KIND = {"budget": ("预算点值", "at the start of the year"), "settlement": ("结算点值", "at the end of the year")}

POINT_VALUES = Table(
    "dip_point_values", "点值", "Point values", key=("insurance_code", "kind_code"),
    note="总分值为零或无预算时点值为空，清算中止。Empty, and clearing blocked, where there are no points or no budget.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("kind_code", "点值类型", "kind", KIND),
        fen("fund_fen", "可用于按病种分值付费的基金", "fund available for cases paid by points", nullable=True),
        fen("share_numerator_fen", "报销比例分子：基金支付", "share paid by the fund, numerator", nullable=True),
        fen("share_denominator_fen", "报销比例分母：总费用", "share paid by the fund, denominator", nullable=True),
        fen("cost_fen", "可分配总费用", "cost to be shared by points", nullable=True),
        whole("points_e4", "总分值", "points", "e4", minimum=0),
        whole("point_value_e4", "点值（元/分）", "yuan a point", "e4", nullable=True, minimum=0),
        flag("is_clearing_blocked", "清算中止", "clearing is blocked"),
    ),
)

SETTLED = Example(
    "结算点值：基金7000万元，报销比例70%，100万分", "Settlement point value", numbers=("EX-54",),
    given={"fund_budget_lines": [{"insurance_code": "resident", "version_number": 0, "line_code": "dip_inpatient", "budget_fen": 7_000_000_000}],
           "dip_year_totals": [{"insurance_code": "resident", "cost_fen": 1000, "fund_fen": 700, "points_e4": 10_000_000_000}],
           "dip_history_totals": [
               {"insurance_code": "resident", "year": 2017, "cost_fen": 1000_00, "points_e4": 10_0000},
               {"insurance_code": "resident", "year": 2018, "cost_fen": 1000_00, "points_e4": 10_0000},
               {"insurance_code": "resident", "year": 2019, "cost_fen": 2000_00, "points_e4": 10_0000}]},
    expect=({"insurance_code": "employee", "kind_code": "budget", "point_value_e4": None, "is_clearing_blocked": True},
            {"insurance_code": "employee", "kind_code": "settlement", "point_value_e4": None, "is_clearing_blocked": True},
            {"insurance_code": "resident", "kind_code": "budget", "point_value_e4": 170_0000, "is_clearing_blocked": False},
            {"insurance_code": "resident", "kind_code": "settlement", "point_value_e4": 100_0000,
             "is_clearing_blocked": False}))

IN_FORCE = Example(
    "年中改版：结算点值按年底在用的版本（8000万元）；不采用的版本没有项目，不影响",
    "Changed during the year: the version in force at its end counts; a refused one has no lines and moves nothing",
    given={"fund_budgets": [{"insurance_code": "resident", "version_number": number, "is_in_force": taken, "from_month": first, "to_month": last}
                            for number, taken, first, last in ((1, True, 202001, 202006), (2, True, 202007, 202012), (3, False, 202010, None))],
           "fund_budget_lines": [{"insurance_code": "resident", "version_number": number, "line_code": "dip_inpatient", "budget_fen": budget}
                                 for number, budget in ((1, 7_000_000_000), (2, 8_000_000_000))],
           "dip_year_totals": [{"insurance_code": "resident", "cost_fen": 1000, "fund_fen": 800, "points_e4": 10_000_000_000}]},
    expect=(*({"insurance_code": insurance, "kind_code": kind, "fund_fen": None, "point_value_e4": None}
              for insurance, kind in (("employee", "budget"), ("employee", "settlement"), ("resident", "budget"))),
            {"insurance_code": "resident", "kind_code": "settlement", "fund_fen": 8_000_000_000, "point_value_e4": 100_0000}))


@step(makes=POINT_VALUES, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "点值", "DIP-17 DIP-18", "S1 S2"), examples=(SETTLED, IN_FORCE))
def dip_point_values(dip_history_totals, dip_year_totals, fund_budgets, fund_budget_lines, bed_day_sums, separate_drug_sums, plan, year):
    """Budget value = weighted history cost ÷ weighted history points; settlement value = (fund ÷ share paid) ÷ points.

    The fund is its pool by the budget in force at the year's end. Yuan a point, half up to four decimals.
    With payment.point_value_basis "fund" the fund is not divided by the share.
    """
    weights = plan.value("dip.history_weights")
    weight = {year - len(weights) + place: number for place, number in enumerate(weights)}
    rows = []
    for insurance in sorted(codes.INSURANCE):
        history = [row for row in dip_history_totals if row["insurance_code"] == insurance]
        rows.append(_budget(insurance, history, weight))
        totals = next((row for row in dip_year_totals if row["insurance_code"] == insurance), None)
        fund = inpatient_budget(fund_budgets, fund_budget_lines, {"bed_day": bed_day_sums, "separate_drugs": separate_drug_sums}, insurance, year * 100 + 12)
        rows.append(_settlement(insurance, totals, fund, chosen(plan, "payment.point_value_basis", BASES)))
    return rows


def _budget(insurance, history, weight):
    """Years without cases drop out above and below, so the other weights need no renewing."""
    whole_weight = sum(weight.get(row["year"], 0) for row in history)
    cost = sum(row["cost_fen"] * weight.get(row["year"], 0) for row in history)
    points = sum(row["points_e4"] * weight.get(row["year"], 0) for row in history)
    value = point_value(cost, 1, points)
    return {"insurance_code": insurance, "kind_code": "budget", "fund_fen": None, "share_numerator_fen": None,
            "share_denominator_fen": None, "cost_fen": take_rate(cost, 1, whole_weight) if whole_weight else None,
            "points_e4": take_rate(points, 1, whole_weight) if whole_weight else 0, "point_value_e4": value,
            "is_clearing_blocked": value is None}


def _settlement(insurance, totals, fund_fen, basis):
    paid, cost, points = (totals["fund_fen"], totals["cost_fen"], totals["points_e4"]) if totals else (None, None, 0)
    numerator, denominator = (paid, cost) if basis == "cost" else (1, 1)
    computable = fund_fen is not None and bool(numerator) and denominator is not None
    value = point_value(fund_fen * denominator, numerator, points) if computable else None
    return {"insurance_code": insurance, "kind_code": "settlement", "fund_fen": fund_fen, "share_numerator_fen": paid,
            "share_denominator_fen": cost, "cost_fen": take_rate(fund_fen, denominator, numerator) if computable else None,
            "points_e4": points, "point_value_e4": value, "is_clearing_blocked": value is None}


def point_value(cost_fen: int, divisor: int, points_e4: int) -> int | None:
    """Yuan a point in ten-thousandths: (cost ÷ divisor) ÷ points, half up; None without points."""
    return take_rate(cost_fen, 1_000_000, divisor * points_e4) if points_e4 else None
