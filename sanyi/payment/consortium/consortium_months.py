"""Each consortium's package month by month: budget, advance and what its residents' care took so far."""
from collections import Counter

from sanyi.payment.consortium.consortium_budgets import package
from sanyi.payment.consortium.liability_rules import counting
from sanyi.payment.fund.care_pools import outside_area, pool_at
from sanyi.payment.fund.execution import execution
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

PARTS = {"dip_inpatient": "inpatient_fen", "outpatient": "outpatient_fen", "off_site": "off_site_fen"}

CONSORTIUM_MONTHS = Table(
    "consortium_months", "医联体打包执行", "Packages month by month", key=("consortium_id", "insurance_code", "month"),
    note="每月预付控制线、每季对账、十二月终结（CON-10）。预付是控制线，经办机构仍与各机构直接结算，不另付一次。十二月累计支出即年终清算的居民支出（考核扣留、调整之前）。"
         " Advance each month, reconciliation each quarter, final in December. The advance is a line to watch, for the agency settles with every "
         "institution: nothing is paid twice. December's sum is what the settlement starts from, before appraisal and adjustments.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("month", "月份", "month", "yyyymm", minimum=190001),
        whole("person_count", "签约参保人数", "contracted insured residents", "persons", minimum=0),
        fen("budget_to_date_fen", "累计应得预算", "budget earned so far by person-months"),
        fen("prepaid_to_date_fen", "累计预付控制线", "line of the advances so far"),
        fen("inpatient_fen", "区内住院", "stays in the area", minimum=None),
        fen("outpatient_fen", "区内门诊", "visits in the area", minimum=None),
        fen("off_site_fen", "统筹区外", "care outside the area", minimum=None),
        fen("paid_fen", "当月支出", "paid for its residents in the month", minimum=None),
        fen("paid_to_date_fen", "累计支出", "paid so far", minimum=None),
        fen("balance_to_date_fen", "累计结余（超支为负）", "budget less paid so far", minimum=None),
        whole("execution_ppm", "占全年预算", "share of the year's budget", "ppm", nullable=True),
        whole("alert_ppm", "已到提示线", "highest line reached", "ppm", nullable=True, minimum=0),
        flag("is_held", "超出预算", "past the highest line"),
        flag("is_quarter_end", "季度对账", "quarter's reconciliation"),
    ),
)
_KEY = {"consortium_id": "A", "insurance_code": "resident"}


def _paid(month, fund, institution="H1", care="visit"):
    return {**_KEY, "institution_id": institution, "month": month, "care_code": care, "fund_fen": fund}


@step(CONSORTIUM_MONTHS, exact=True, source=Source("三医参考规则", "B4", "CON-10 GB-2", "DEF"), examples=(
    Example("两个月：按人月累计应得预算，累计支出过 80% 提示", "Two months: budget earned by person-months, 80 % is reached in the second",
            given={"consortium_budgets": [{**_KEY, "left_per_head_e6": 1_200_000_000, "budget_share_ppm": 1_000_000, "budget_fen": 1_000,
                                           "monthly_prepay_fen": 75}],
                   "consortium_person_months": [{**_KEY, "month": 202001, "person_count": 6}, {**_KEY, "month": 202002, "person_count": 4}],
                   "institutions": [{"institution_id": "H1", "is_in_area": True}, {"institution_id": "X1", "is_in_area": False}],
                   "consortium_payments": [_paid(202001, 300), _paid(202002, 450, care="dip_stay"), _paid(202002, 50, "X1", "off_site_stay")]},
            expect=[{"month": 202000 + month, "budget_to_date_fen": 600 if month == 1 else 1_000, "prepaid_to_date_fen": 75 * month,
                     "paid_to_date_fen": 300 if month == 1 else 800, "balance_to_date_fen": 300 if month == 1 else 200,
                     "inpatient_fen": 450 if month == 2 else 0, "outpatient_fen": 300 if month == 1 else 0, "off_site_fen": 50 if month == 2 else 0,
                     "alert_ppm": None if month == 1 else 800_000, "is_quarter_end": month % 3 == 0} for month in range(1, 13)]),
))
def consortium_months(consortium_budgets, consortium_person_months, consortium_payments, institutions, plan, year):
    """Follow each package through the year: earned, advanced, paid, left, and which line is reached; fen. Source: CON-10, GB-2."""
    persons, paid = Counter(), Counter()
    for row in consortium_person_months:
        persons[row["consortium_id"], row["insurance_code"], row["month"]] += row["person_count"]
    outside = outside_area(institutions)
    counts = counting(plan)
    for row in consortium_payments:
        if counts(row):
            pool = pool_at(row["care_code"], row["institution_id"] in outside)
            paid[row["consortium_id"], row["insurance_code"], row["month"], pool] += row["fund_fen"]
    lines = plan.value("budget.alert_lines")
    return [month for row in consortium_budgets for month in _months(row, persons, paid, lines, year)]


def _months(row, persons, paid, lines, year):
    key, made, person_months, to_date = (row["consortium_id"], row["insurance_code"]), [], 0, 0
    for number in range(1, 13):
        month = year * 100 + number
        parts = {column: paid[(*key, month, pool)] for pool, column in PARTS.items()}
        person_months += persons[(*key, month)]
        to_date += sum(parts.values())
        earned = package(person_months, row["left_per_head_e6"], row["budget_share_ppm"])
        made.append({"consortium_id": key[0], "insurance_code": key[1], "month": month, "person_count": persons[(*key, month)],
                     "budget_to_date_fen": earned, "prepaid_to_date_fen": row["monthly_prepay_fen"] * number, **parts,
                     "paid_fen": sum(parts.values()), "paid_to_date_fen": to_date, "balance_to_date_fen": earned - to_date,
                     **execution(to_date, row["budget_fen"], lines), "is_quarter_end": number % 3 == 0})
    return made
