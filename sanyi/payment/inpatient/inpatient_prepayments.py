"""What each institution is paid in advance for a month's cases."""
import ibis

from sanyi.payment.inpatient.case_payment import chosen
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total, whole_quotient
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

BASES = {"current": ("当月病例按年初点值或费率", "the month's cases at the year's opening value"), "last_year": ("上年月均基金记账额", "last year's average month, as charged to the fund")}
MONTHS_A_YEAR = 12

PREPAYMENTS = Table(
    "inpatient_prepayments", "月度预结算", "Monthly prepayments", key=("institution_id", "insurance_code", "settled_month"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("points_e4", "分值", "points", "e4", minimum=0),
        whole("point_value_e4", "预算点值或费率（元）", "budget point value or base rate, yuan", "e4", nullable=True, minimum=0),
        fen("fund_pay_fen", "按年初点值或费率基金应付", "payable by the fund at the year's opening value"),
        fen("last_year_fen", "上年月均基金记账额（方案用到时）", "last year's average month, charged to the fund, where the plan asks for it"),
        code("basis_code", "预付基数", "the base", BASES),
        whole("rate_ppm", "预付比例（不超过上限）", "the rate, held to its cap", "ppm", minimum=0),
        fen("advance_fen", "其中信用良好机构的周转金", "of it an advance to an institution in good credit"),
        fen("prepaid_fen", "预付额（含周转金）", "prepaid: the plan's base times its rate, half up, with the advance"),
    ),
)

PREPAID = Example(
    "当月病例按年初点值的基金应付乘预付比例", "A month's cases at the year's opening value, times the rate", values={"dip.prepay_rate_ppm": 900_000, "dip.prepay_cap_ppm": 950_000},
    given={"inpatient_cases": [
        {"encounter_id": "1", "institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "points_e4": 1_000_000,
         "budget_value_e4": 1_000_000, "budget_pay_fen": 600_000},
        {"encounter_id": "2", "institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "points_e4": 100_000,
         "budget_value_e4": 1_000_000, "budget_pay_fen": 0},
        {"encounter_id": "3", "institution_id": "h", "insurance_code": "resident", "settled_month": 202001}]},
    expect=({"institution_id": "h", "settled_month": 202001, "case_count": 3, "points_e4": 1_100_000, "point_value_e4": 1_000_000,
             "fund_pay_fen": 600_000, "basis_code": "current", "rate_ppm": 900_000, "prepaid_fen": 540_000},))
CAPPED = Example(
    "预付比例不超过上限", "The rate is held to its cap", values={"dip.prepay_rate_ppm": 1_000_000, "dip.prepay_cap_ppm": 950_000},
    given={"inpatient_cases": [{"institution_id": "h", "insurance_code": "resident", "settled_month": 202001, "budget_value_e4": 1, "budget_pay_fen": 1_001}]},
    expect=({"fund_pay_fen": 1_001, "prepaid_fen": 951},))


def _stay(name, institution, month, fund_fen):
    return {"encounter_id": name, "institution_id": institution, "insurance_code": "resident", "settled_month": month, "fund_fen": fund_fen}


def _priced(name, institution, month, pay_fen):
    return {"encounter_id": name, "institution_id": institution, "insurance_code": "resident", "settled_month": month, "budget_pay_fen": pay_fen}


LAST_YEAR = Example(
    "按上年月均预付：上年记账12002分，月均1000分，各月相同；本年没有病例的月份和机构也预付", "By last year's average month: the same every month, with or without cases",
    values={"dip.prepay_basis": "last_year", "dip.prepay_rate_ppm": 900_000, "dip.prepay_cap_ppm": 950_000},
    given={"dip_history_cases": [_stay("1", "h", 201901, 12_000), _stay("2", "h", 201912, 2), _stay("3", "i", 201905, 1_200), _stay("4", "h", 201812, 99_999)],
           "inpatient_cases": [_priced("5", "h", 202001, 7), _priced("6", "new", 202002, 7)]},
    expect=(*({"institution_id": "h", "settled_month": month, "case_count": count, "fund_pay_fen": pay, "last_year_fen": 1_000, "prepaid_fen": 900}
              for month, count, pay in ((202001, 1, 7), (202002, 0, 0))),
            *({"institution_id": "i", "settled_month": month, "case_count": 0, "fund_pay_fen": 0, "last_year_fen": 100, "prepaid_fen": 90} for month in (202001, 202002)),
            {"institution_id": "new", "settled_month": 202002, "case_count": 1, "fund_pay_fen": 7, "last_year_fen": 0, "prepaid_fen": 0}))
ADVANCED = Example(
    "信用良好（上年考核系数达到界限）的机构，首月另给一个月周转金，清算时随预付款扣回", "An institution in good credit by last year's appraisal is advanced one month on top in the first month",
    values={"dip.credit_advance_months": 1, "dip.credit_factor_minimum_ppm": 980_000, "dip.prepay_rate_ppm": 900_000, "dip.prepay_cap_ppm": 950_000},
    given={"dip_history_cases": [_stay("1", "h", 201901, 12_000), _stay("2", "i", 201901, 12_000), _stay("3", "j", 201901, 12_000)],
           "last_appraisals": [{"institution_id": "h", "year": 2019, "factor_ppm": 980_000}, {"institution_id": "i", "year": 2019, "factor_ppm": 979_999},
                          {"institution_id": "j", "year": 2019, "factor_ppm": None}],
           "inpatient_cases": [_priced(f"{name}{month}", name, month, 100) for name in "hij" for month in (202001, 202002)]},
    expect=tuple({"institution_id": name, "settled_month": month, "advance_fen": advance, "prepaid_fen": 90 + advance}
                 for name, month, advance in (("h", 202001, 1_000), ("h", 202002, 0), *((name, month, 0) for name in "ij" for month in (202001, 202002)))))


@step(makes=PREPAYMENTS, source=Source("医保经办实务", "月度预结算", "DIP-26 GB-4", "S5"), examples=(PREPAID, CAPPED, LAST_YEAR, ADVANCED))
def inpatient_prepayments(inpatient_cases, dip_history_cases, last_appraisals, plan, year):
    """Take the plan's rate, up to its cap, of each month's base, and give institutions in good credit an advance in the year's first month.

    The base is what the fund would pay for the month's cases at the year's opening value, or last year's average month (charged to the fund ÷
    12, half up), paid in every month in which the region has cases. The advance is as many of last year's average months as the plan says, for
    institutions whose appraisal factor of last year reaches its line; it is part of what is prepaid, and so comes back at the clearing.
    """
    cases, basis, advance_months = inpatient_cases, chosen(plan, "dip.prepay_basis", BASES), plan.value("dip.credit_advance_months")
    months = cases.group_by(["institution_id", "insurance_code", "settled_month"]).agg(
        case_count=cases.count(), points_e4=total(cases.points_e4), point_value_e4=cases.budget_value_e4.max(),
        fund_pay_fen=total(cases.budget_pay_fen))
    months = months.mutate(last_year_fen=ibis.literal(0, "int64"), credit_fen=ibis.literal(0, "int64"))
    if basis == "last_year" or advance_months:
        months = _with_last_year(months, _average_months(dip_history_cases, year), last_appraisals, plan)
    rate = min(plan.value("dip.prepay_rate_ppm"), plan.value("dip.prepay_cap_ppm"))
    base = months.last_year_fen if basis == "last_year" else months.fund_pay_fen
    months = months.mutate(basis_code=ibis.literal(basis), rate_ppm=ibis.literal(rate, "int64"), advance_fen=(months.settled_month == year * 100 + 1).ifelse(months.credit_fen * advance_months, 0))
    return months.mutate(prepaid_fen=take_rate(base, rate, PPM) + months.advance_fen)


def _average_months(history, year):
    """Each institution's average month of last year by insurance, as charged to the fund."""
    last = history.filter(whole_quotient(history.settled_month, 100) == year - 1)
    sums = last.group_by(["institution_id", "insurance_code"]).agg(year_fen=total(last.fund_fen))
    return sums.select("institution_id", "insurance_code", average_fen=take_rate(sums.year_fen, 1, MONTHS_A_YEAR))


def _with_last_year(months, averages, appraisals, plan):
    """The months with last year's average beside, and a row for each month of an institution that has an average and no cases."""
    good = appraisals.filter(appraisals.factor_ppm >= plan.value("dip.credit_factor_minimum_ppm")).select(good_id="institution_id")
    averages = averages.left_join(good, averages.institution_id == good.good_id)
    averages = averages.select("institution_id", "insurance_code", last_year_fen="average_fen", credit_fen=averages.good_id.notnull().ifelse(averages.average_fen, 0))
    every = averages.cross_join(months.select("settled_month").distinct())
    none = every.mutate(case_count=ibis.literal(0, "int64"), points_e4=ibis.literal(0, "int64"), point_value_e4=ibis.null("int64"), fund_pay_fen=ibis.literal(0, "int64"))
    both = months.union(none.select(*months.columns))
    return both.group_by(["institution_id", "insurance_code", "settled_month"]).agg(
        **{name: total(both[name]) for name in ("case_count", "points_e4", "fund_pay_fen", "last_year_fen", "credit_fen")}, point_value_e4=both.point_value_e4.max())
