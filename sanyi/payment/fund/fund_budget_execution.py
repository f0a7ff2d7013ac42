"""How far each line of each fund's budget is spent, month by month, by the version in force."""
from collections import Counter

from sanyi.payment.consortium.liability_rules import counting
from sanyi.payment.fund.care_pools import PACKAGES, budgeted_pools, outside_area, pool_of
from sanyi.payment.fund.execution import execution
from sanyi.payment.fund.fund_budget_lines import WHOLE_YEAR
from sanyi.payment.inpatient.inpatient_pool import version_in_force
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

FUND_BUDGET_EXECUTION = Table(
    "fund_budget_execution", "基金预算执行进度", "Execution of the fund budgets", key=("insurance_code", "pool_code", "month"),
    note="各月用当月在用的预算版本。住院按年初点值或费率逐月计，十二月补入清算差额、考核扣留和审核扣款，十二月累计即全年实付。"
         "床日、单独支付药品、门诊慢特病、按人头在预算中列有项目的，计入各自项目。方案设医联体打包项目时，打包居民的费用只计入该项目；留用结余和超支分担在十二月计入该项目。超过最高线的部分暂缓支付。"
         " Each month is held against the version in force in it. Stays count at the year's opening value; December adds what the clearing, the appraisal and "
         "audit changed, so its sum is what the year paid. Bed-days, drugs apart, chronic diseases and heads count in their own pools where the budget has them. With a pool for packages, care of their residents counts there and nowhere else; surplus kept "
         "and overrun borne count there in December. What is above the highest line is held.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("pool_code", "预算项目", "pool", codes.POOL),
        whole("month", "月份", "month", "yyyymm", minimum=190001),
        whole("version_number", "预算版本", "version of the budget in force", nullable=True, minimum=0),
        fen("budget_fen", "全年预算", "the year's budget", nullable=True),
        fen("paid_fen", "当月支付", "paid in the month", minimum=None),
        fen("cleared_fen", "其中年终清算差额", "of it the year's clearing", minimum=None),
        fen("paid_to_date_fen", "累计支付", "paid so far", minimum=None),
        whole("execution_ppm", "执行率", "share of the budget spent", "ppm", nullable=True),
        whole("alert_ppm", "已到提示线", "highest line reached", "ppm", nullable=True, minimum=0),
        flag("is_held", "暂缓支付", "payments are held"),
        fen("held_fen", "超出额", "above the budget"),
    ),
)
_FUND = {"insurance_code": "resident"}


def _months(*paid, **more):
    """The expected rows of twelve months from the sums paid so far (the last one stays)."""
    sums = [*paid, *(paid[-1] for _ in range(12 - len(paid)))]
    return [{"month": 202001 + place, "paid_to_date_fen": sums[place], **{name: values[min(place, len(values) - 1)] for name, values in more.items()}}
            for place in range(12)]


@step(FUND_BUDGET_EXECUTION, exact=True, source=Source("三医参考规则", "B3", "GB-2", "DEF"), examples=(
    Example("门诊预算 100，2 月到 80%，3 月恰 100% 不暂缓；4 月 101 暂缓 1 分；7 月改版为 110 后解除",
            "100 for visits: 80 % in February, exactly 100 in March is not held, 101 in April is; from July the new version of 110 frees it",
            given={"institutions": [{"institution_id": "H1", "is_in_area": True}],
                   "fund_budgets": [{**_FUND, "version_number": 1, "is_in_force": True, "from_month": 202001, "to_month": 202006},
                                    {**_FUND, "version_number": 2, "is_in_force": True, "from_month": 202007, "to_month": 202012}],
                   "fund_budget_lines": [{**_FUND, "version_number": 1, "line_code": "outpatient", "kind_code": "pool", "budget_fen": 100},
                                         {**_FUND, "version_number": 2, "line_code": "outpatient", "kind_code": "pool", "budget_fen": 110}],
                   "fund_payments": [{**_FUND, "institution_id": "H1", "month": month, "care_code": "visit", "fund_fen": paid}
                                     for month, paid in ((202001, 79), (202002, 1), (202003, 20), (202004, 1))],
                   "fund_pool_results": [{**_FUND, "pool_code": "outpatient", "paid_fen": 101}]},
            expect=_months(79, 80, 100, 101, alert_ppm=(None, 800_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 900_000),
                           is_held=(False, False, False, True, True, True, False), held_fen=(0, 0, 0, 1, 1, 1, 0),
                           version_number=(1, 1, 1, 1, 1, 1, 2))),
    Example("十二月补入清算差额：住院逐月 60，清算后全年实付 57", "December adds the clearing: 60 by the month, 57 paid for the year",
            given={"institutions": [{"institution_id": "H1", "is_in_area": True}],
                   "inpatient_prepayments": [{**_FUND, "institution_id": "H1", "settled_month": 202011, "fund_pay_fen": 60}],
                   "fund_pool_results": [{**_FUND, "pool_code": "dip_inpatient", "paid_fen": 57}]},
            expect=[{**row, "cleared_fen": -3 if row["month"] == 202012 else 0, "budget_fen": None, "execution_ppm": None}
                    for row in _months(*[0] * 10, 60, 57)]),
    Example("设有打包项目：打包居民的费用只计入该项目，另加留用结余", "With a pool for packages: their residents' care counts there alone, with the surplus kept",
            given={"institutions": [{"institution_id": "H1", "is_in_area": True}],
                   "fund_budget_lines": [{**_FUND, "version_number": 0, "line_code": "consortium_packages", "kind_code": "pool", "budget_fen": 100},
                                         {**_FUND, "version_number": 0, "line_code": "outpatient", "kind_code": "pool", "budget_fen": 50}],
                   "fund_payments": [{**_FUND, "institution_id": "H1", "month": 202001, "care_code": "visit", "fund_fen": 70}],
                   "consortium_payments": [{**_FUND, "consortium_id": "A", "institution_id": "H1", "month": 202001, "care_code": "visit", "fund_fen": 40}],
                   "consortium_settlements": [{**_FUND, "consortium_id": "A", "kept_fen": 9}],
                   "fund_pool_results": [{**_FUND, "pool_code": "outpatient", "paid_fen": 70}]},
            expect=[*({"pool_code": "consortium_packages", **row} for row in _months(*[40] * 11, 49)),
                    *({"pool_code": "outpatient", **row} for row in _months(30))]),
))
def fund_budget_execution(fund_budgets, fund_budget_lines, fund_pool_results, inpatient_prepayments, bed_day_sums, fund_payments, consortium_payments,
                          consortium_settlements, institutions, plan, year):
    """Set what each pool paid so far against the budget in force in each month, with the line reached; fen. Source: GB-2."""
    budgets = {(row["insurance_code"], row["version_number"], row["line_code"]): row["budget_fen"]
               for row in fund_budget_lines if row["kind_code"] == "pool"}
    own, outside = budgeted_pools(fund_budget_lines), outside_area(institutions)
    whole_year = _whole_year(fund_pool_results, consortium_settlements)

    def place(row, care):
        return row["insurance_code"], pool_of(care, row["institution_id"] in outside, own.get(row["insurance_code"], ()))

    paid = _paid(inpatient_prepayments, bed_day_sums, fund_payments, place)
    counts = counting(plan)
    packaged = [row for row in consortium_payments if PACKAGES in own.get(row["insurance_code"], ()) and counts(row)]
    _move_packages(paid, whole_year, packaged, place)
    pools = sorted({*((fund, line) for fund, _, line in budgets), *((fund, pool) for fund, pool, _ in paid), *(key for key in whole_year if whole_year[key])})
    lines = plan.value("budget.alert_lines")
    return [row for fund, pool in pools for row in _pool(fund, pool, budgets, fund_budgets, paid, whole_year[fund, pool], lines, year)]


def _paid(inpatient_prepayments, bed_day_sums, fund_payments, place):
    """What each pool paid month by month, stays at the year's opening value, those by the day apart."""
    paid: Counter = Counter()
    for row in inpatient_prepayments:
        paid[(*place(row, "dip_stay"), row["settled_month"])] += row["fund_pay_fen"]
    for row in bed_day_sums:
        paid[(*place(row, "dip_stay"), row["settled_month"])] -= row["fund_pay_fen"]
        paid[(*place(row, "bed_day_stay"), row["settled_month"])] += row["fund_pay_fen"]
    for row in fund_payments:
        paid[(*place(row, row["care_code"]), row["month"])] += row["fund_fen"]
    return paid


def _whole_year(fund_pool_results, consortium_settlements):
    """What each pool paid in the whole year once all is settled."""
    whole = Counter({(row["insurance_code"], row["pool_code"]): row["paid_fen"] for row in fund_pool_results})
    for row in consortium_settlements:
        whole[row["insurance_code"], PACKAGES] += row["kept_fen"] - row["borne_fen"]
    return whole


def _move_packages(paid, whole_year, packaged, place):
    """Count packaged residents' care in the pool for packages and no longer in the pool of its kind."""
    for row in packaged:
        fund, pool = place(row, row["care_code"])
        for name, amount in ((pool, -row["fund_fen"]), (PACKAGES, row["fund_fen"])):
            paid[fund, name, row["month"]] += amount
            whole_year[fund, name] += amount


def _pool(fund, pool, budgets, fund_budgets, paid, whole_year, lines, year):
    made, to_date, is_budgeted = [], 0, any(name == fund for name, _, _ in budgets)
    for month in range(year * 100 + 1, year * 100 + 13):
        version = version_in_force(fund_budgets, fund, month) or (WHOLE_YEAR if is_budgeted else None)
        budget = budgets.get((fund, version, pool))
        cleared = whole_year - to_date - paid[fund, pool, month] if month % 100 == 12 else 0
        to_date += paid[fund, pool, month] + cleared
        spent = execution(to_date, budget, lines)
        made.append({"insurance_code": fund, "pool_code": pool, "month": month, "version_number": version, "budget_fen": budget,
                     "paid_fen": paid[fund, pool, month] + cleared, "cleared_fen": cleared, "paid_to_date_fen": to_date, **spent,
                     "held_fen": max(to_date - budget, 0) if spent["is_held"] else 0})
    return made
