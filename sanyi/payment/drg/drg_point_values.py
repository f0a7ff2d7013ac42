"""The value of a point each month and for the year: what is available over what was scored."""
from sanyi.payment.inpatient.case_payment import BASES, chosen
from sanyi.payment.inpatient.inpatient_pool import inpatient_budget
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import share_out, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

KIND = {"month": ("月度点值", "the month's value"), "year": ("年度点值", "the year's value")}
POINTS_TO_FEN = 1_000_000
MONTHS = range(1, 13)

DRG_POINT_VALUES = Table(
    "drg_point_values", "DRG点值", "Point values by group", key=("insurance_code", "kind_code", "period_month"),
    note="月度：当月预算加上月结转，点值不超过上限，余额结转下月。年度：（预算 + 上年结转 − 调整）÷ 全年点数。"
         " Month: its budget and what the month before left, up to the ceiling; the rest is carried on. Year: (budget + carried − adjustments) ÷ points.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("kind_code", "点值类型", "kind", KIND),
        whole("period_month", "月份（年度为年份后加 00）", "month; the year stands as its 00", "yyyymm", minimum=190000),
        fen("fund_fen", "基金预算", "the fund's budget", nullable=True),
        fen("carried_fen", "结转", "carried in"),
        fen("adjusted_fen", "调整", "taken off"),
        fen("share_numerator_fen", "报销比例分子：基金支付", "share paid by the fund, numerator", nullable=True),
        fen("share_denominator_fen", "报销比例分母：总费用", "share paid by the fund, denominator", nullable=True),
        fen("available_fen", "可分配金额", "to be shared by points", nullable=True),
        whole("points_e4", "点数", "points", "e4", minimum=0),
        whole("value_e4", "点值（元/点）", "yuan a point", "e4", nullable=True, minimum=0),
        fen("left_fen", "结转下月", "carried on to the next month"),
        flag("is_blocked", "无点值，清算中止", "no value: clearing is blocked"),
    ),
)


def _month(month, points):
    return {"insurance_code": "resident", "settled_month": month, "points_e4": points, "cost_fen": 1_000, "fund_fen": 700}


CARRIED = Example(
    "每月 7 万 ÷ 70% = 10 万元；点值上限 120 元，1 月 500 点只用 6 万，余 4 万结转；年度 =（84 万 ÷ 70% + 5 万 − 1 万）÷ 2000 点",
    "70,000 a month ÷ 70 %; the ceiling of 120 leaves 40,000 of January; the year: (840,000 ÷ 70 % + 50,000 − 10,000) ÷ 2,000 points",
    values={"payment.point_value_basis": "cost", "drg.month_value_ceiling_e4": 1_200_000, "drg.carried_in_fen": 5_000_000, "drg.adjusted_fen": 1_000_000},
    given={"fund_budget_lines": [{"insurance_code": "resident", "version_number": 0, "line_code": "dip_inpatient", "budget_fen": 84_000_000}],
           "drg_month_points": [_month(202001, 5_000_000), _month(202002, 15_000_000)]},
    expect=tuple(
        [{"insurance_code": "employee", "kind_code": "month", "period_month": 202000 + each, "available_fen": None, "value_e4": None, "left_fen": 0} for each in MONTHS]
        + [{"insurance_code": "employee", "kind_code": "year", "period_month": 202000, "available_fen": None, "value_e4": None, "left_fen": 0}]
        + [{"insurance_code": "resident", "kind_code": "month", "period_month": 202001, "available_fen": 10_000_000, "value_e4": 1_200_000, "left_fen": 4_000_000},
           {"insurance_code": "resident", "kind_code": "month", "period_month": 202002, "available_fen": 14_000_000, "value_e4": 933_333, "left_fen": 5}]
        + [{"insurance_code": "resident", "kind_code": "month", "period_month": 202000 + each, "available_fen": 10_000_000 * (each - 2) + 5, "value_e4": None,
            "left_fen": 10_000_000 * (each - 2) + 5} for each in range(3, 13)]
        + [{"insurance_code": "resident", "kind_code": "year", "period_month": 202000, "available_fen": 124_000_000, "value_e4": 6_200_000, "left_fen": 0}]))


@step(makes=DRG_POINT_VALUES, exact=True, chosen_by=codes.BY_DRG_POINTS, source=Source("浙江DRG点数法", "点值", "GB-4 DIP-18", "K"), examples=(CARRIED,))
def drg_point_values(drg_month_points, fund_budgets, fund_budget_lines, bed_day_sums, separate_drug_sums, plan, year):
    """Value = available ÷ points, yuan a point, half up to four decimals; what is carried is whole fen.

    A month's budget is a twelfth of the year's by the version in force in it, the remainder to the first; the year's is by that of
    December. A ceiling of 0 means none. With payment.point_value_basis "cost" sums are divided by the share the fund pays. Money carried in from the year before and taken off are the plan's, shared among the funds by their budgets.
    Source: GB-4.
    """
    basis = chosen(plan, "payment.point_value_basis", BASES)
    paid_first = {"bed_day": bed_day_sums, "separate_drugs": separate_drug_sums}
    budgets = {name: {month: inpatient_budget(fund_budgets, fund_budget_lines, paid_first, name, year * 100 + month) for month in MONTHS}
               for name in sorted(codes.INSURANCE)}
    at_last = {name: months[12] for name, months in budgets.items()}
    carried, adjusted = (_shared(plan.value(name), at_last) for name in ("drg.carried_in_fen", "drg.adjusted_fen"))
    rows = []
    for insurance, by_month in budgets.items():
        months = [row for row in drg_month_points if row["insurance_code"] == insurance]
        share = _share(months, basis)
        rows += _months(insurance, by_month, months, share, plan.value("drg.month_value_ceiling_e4"), year)
        rows.append(_year(insurance, at_last[insurance], carried[insurance], adjusted[insurance], months, share, year))
    return rows


def _shared(amount, budgets):
    weights = {name: budget or 0 for name, budget in budgets.items()}
    return share_out(amount, weights) if any(weights.values()) else dict.fromkeys(budgets, 0)


def _share(months, basis):
    """What the fund paid and what the cases cost, or one to one."""
    paid, cost = (sum(row[name] for row in months) for name in ("fund_fen", "cost_fen"))
    return (paid, cost) if basis == "cost" else (1, 1)


def _scaled(budget, share):
    return None if budget is None or share[0] <= 0 else take_rate(budget, share[1], share[0])


def _months(insurance, budgets, months, share, ceiling, year):
    parts = {month: None if budget is None else share_out(budget, {each: 1 for each in MONTHS})[month] for month, budget in budgets.items()}
    carried, rows = 0, []
    for month in MONTHS:
        points = sum(row["points_e4"] for row in months if row["settled_month"] == year * 100 + month)
        whole_fen = _scaled(parts[month], share)
        available = None if whole_fen is None else whole_fen + carried
        value = take_rate(available, POINTS_TO_FEN, points) if available is not None and points else None
        value = min(value, ceiling) if value is not None and ceiling else value
        left = 0 if available is None else max(available - (take_rate(value, points, POINTS_TO_FEN) if value is not None else 0), 0)
        rows.append(_row(insurance, "month", year * 100 + month, parts[month], carried, 0, share, available, points, value, left))
        carried = left
    return rows


def _year(insurance, budget, carried, adjusted, months, share, year):
    points = sum(row["points_e4"] for row in months)
    scaled = _scaled(budget, share)
    available = None if scaled is None else max(scaled + carried - adjusted, 0)
    value = take_rate(available, POINTS_TO_FEN, points) if available is not None and points else None
    return _row(insurance, "year", year * 100, budget, carried, adjusted, share, available, points, value, 0)


def _row(insurance, kind, period, fund, carried, adjusted, share, available, points, value, left):
    known = share[1] > 0
    return {"insurance_code": insurance, "kind_code": kind, "period_month": period, "fund_fen": fund, "carried_fen": carried, "adjusted_fen": adjusted,
            "share_numerator_fen": share[0] if known else None, "share_denominator_fen": share[1] if known else None, "available_fen": available,
            "points_e4": points, "value_e4": value, "left_fen": left, "is_blocked": value is None}
