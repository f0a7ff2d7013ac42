"""Each pool of each fund at the year's end: what was budgeted, what it came to, and what is left."""
from collections import Counter, defaultdict

from sanyi.payment.fund.care_pools import budgeted_pools, outside_area, pool_of
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag
from sanyi.terms.example import Example
from sanyi.terms.fen import share_out
from sanyi.terms.source import Source
from sanyi.terms.step import step


FUND_POOL_RESULTS = Table(
    "fund_pool_results", "基金预算执行结果", "Results of the fund pools", key=("insurance_code", "pool_code"),
    note="区内住院按分值计价，门诊和区外按实际支付；实际支付 = 计价 − 考核扣留 − 审核扣款，结余 = 预算 − 实际支付，超支为负。"
         "床日、单独支付药品、门诊慢特病、按人头在预算中列有项目的，计入各自项目，否则计入区内住院或门诊。"
         "没有预算而有支出的项目也列出，结余为空。 Stays in the area count at their price by points (with the few that points do not "
         "price), visits and care outside as charged. paid = priced − withheld − deducted; left = budget − paid, negative where the "
         "pool is overspent. Bed-days, drugs paid apart, chronic diseases and capitation count in their own pools where the budget has them, else "
         "with the stays or visits. A pool that was spent without a budget is listed too, with nothing left to tell.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("pool_code", "预算项目", "pool", codes.POOL),
        fen("budget_fen", "预算额", "budget", nullable=True),
        fen("priced_fen", "计价金额", "priced", minimum=None),
        fen("withheld_fen", "考核扣留", "withheld by the appraisal", minimum=None),
        fen("deducted_fen", "审核扣款", "deducted by audit"),
        fen("paid_fen", "实际支付", "paid: priced less withheld less deducted", minimum=None),
        fen("left_fen", "结余（超支为负）", "left of the budget, negative if overspent", minimum=None, nullable=True),
        flag("is_overspent", "是否超支", "overspent", nullable=True),
    ),
)
_H1 = {"institution_id": "H1", "insurance_code": "resident"}
_X1 = {"institution_id": "X1", "insurance_code": "resident"}


def _line(version, pool, budget):
    return {"insurance_code": "resident", "version_number": version, "line_code": pool, "kind_code": "pool", "budget_fen": budget}


@step(FUND_POOL_RESULTS, exact=True, source=Source("三医参考规则", "B3", "GB-2 DIP-27 CON-10", "DEF"), examples=(
    Example("住院计价 1000 元，考核扣留 20 元，审核扣款 10 元：实付 970 元，预算 960 元，超支 10 元；门诊有结余；区外没有预算",
            "Stays priced at 1,000, 20 withheld, 10 deducted: 970 paid of 960, overspent; visits have some left; no budget off site",
            given={"fund_budget_lines": [_line(1, "dip_inpatient", 90_000), _line(2, "dip_inpatient", 96_000), _line(2, "outpatient", 500),
                                         {**_line(2, "adjustment_fund", 7), "kind_code": "set_aside"}],
                   "institutions": [{"institution_id": "H1", "is_in_area": True}, {"institution_id": "X1", "is_in_area": False}],
                   "inpatient_clearings": [{**_H1, "fund_pay_fen": 100_000, "payable_fen": 98_000}],
                   "fund_payments": [{**_H1, "month": 202001, "care_code": "visit", "fund_fen": 450},
                                     {**_X1, "month": 202001, "care_code": "visit", "fund_fen": 30},
                                     {**_X1, "month": 202001, "care_code": "off_site_stay", "fund_fen": 300}],
                   "audit_deductions": [{**_H1, "place_code": "dip", "deducted_fen": 1_000},
                                        {**_H1, "place_code": "other", "deducted_fen": 50}]},
            expect=[{"pool_code": "dip_inpatient", "budget_fen": 96_000, "priced_fen": 100_000, "withheld_fen": 2_000,
                     "deducted_fen": 1_000, "paid_fen": 97_000, "left_fen": -1_000, "is_overspent": True},
                    {"pool_code": "off_site", "budget_fen": None, "priced_fen": 330, "withheld_fen": 0, "deducted_fen": 0,
                     "paid_fen": 330, "left_fen": None, "is_overspent": None},
                    {"pool_code": "outpatient", "budget_fen": 500, "priced_fen": 450, "withheld_fen": 0, "deducted_fen": 50,
                     "paid_fen": 400, "left_fen": 100, "is_overspent": False}]),
    Example("预算列有床日、单独支付药品、慢特病、人头项目的，各计入自己的项目；床日按计价分摊扣留 20 和扣款 11；没有列项的（职工）仍计入住院和门诊",
            "With lines for bed-days, drugs apart, chronic diseases and heads each counts in its own; bed-days share 20 withheld and 11 deducted by price; without such lines (employees) all stays "
            "with stays and visits",
            given={"fund_budget_lines": [_line(1, pool, 1_000) for pool in ("bed_day", "capitation", "chronic", "separate_drugs")],
                   "institutions": [{"institution_id": "H1", "is_in_area": True}, {"institution_id": "X1", "is_in_area": False}],
                   "inpatient_clearings": [{**each, "fund_pay_fen": 1_000, "payable_fen": 980} for each in (_H1, {**_H1, "insurance_code": "employee"})],
                   "bed_day_sums": [{**_H1, "settled_month": month, "fund_pay_fen": 150} for month in (202001, 202002)],
                   "fund_payments": [{**place, "month": 202001, "care_code": care, "fund_fen": amount} for place, care, amount in (
                       (_H1, "separate_drug", 70), (_H1, "chronic_visit", 60), (_X1, "chronic_visit", 5), (_H1, "capitated_visit", 40), (_X1, "capitated_visit", 8),
                       (_H1, "capitation", -3), ({**_H1, "insurance_code": "employee"}, "separate_drug", 7))],
                   "audit_deductions": [{**_H1, "place_code": "dip", "deducted_fen": 11}]},
            expect=[{"insurance_code": fund, "pool_code": pool, "priced_fen": priced, "withheld_fen": withheld, "deducted_fen": deducted, "paid_fen": priced - withheld - deducted}
                    for fund, pool, priced, withheld, deducted in (
                        ("employee", "dip_inpatient", 1_007, 20, 0), ("resident", "bed_day", 300, 6, 3), ("resident", "capitation", 45, 0, 0), ("resident", "chronic", 60, 0, 0),
                        ("resident", "dip_inpatient", 700, 14, 8), ("resident", "off_site", 5, 0, 0), ("resident", "separate_drugs", 70, 0, 0))]),
))
def fund_pool_results(fund_budget_lines, inpatient_clearings, bed_day_sums, fund_payments, audit_deductions, institutions):
    """Set each pool's budget against what its care came to: price, appraisal, audit, what was paid, what is left; fen.

    Source: GB-2, DIP-27, CON-10.
    """
    budgets = {(row["insurance_code"], row["line_code"]): row["budget_fen"]
               for row in sorted(fund_budget_lines, key=lambda row: row["version_number"]) if row["kind_code"] == "pool"}  # the last version
    own, outside, stays = budgeted_pools(fund_budget_lines), outside_area(institutions), _stays(inpatient_clearings, bed_day_sums)
    priced, withheld, deducted = Counter(), Counter(), Counter()

    def place(row, care):
        return row["insurance_code"], pool_of(care, row["institution_id"] in outside, own.get(row["insurance_code"], ()))

    for row in inpatient_clearings:
        parts = stays[_fund(row)]
        less = share_out(row["fund_pay_fen"] - row["payable_fen"], _weights(parts))
        for care, amount in parts.items():
            priced[place(row, care)] += amount
            withheld[place(row, care)] += less.get(care, 0)
    for row in fund_payments:
        priced[place(row, row["care_code"])] += row["fund_fen"]
    for row in audit_deductions:
        weights = _weights(stays[_fund(row)]) if row["place_code"] == "dip" else {"visit": 1}
        for care, amount in share_out(row["deducted_fen"], weights).items():
            deducted[place(row, care)] += amount
    return [_row(key, budgets.get(key), priced[key], withheld[key], deducted[key])
            for key in sorted({*budgets, *priced, *deducted})]


def _fund(row):
    return row["institution_id"], row["insurance_code"]


def _stays(inpatient_clearings, bed_day_sums):
    """What each institution's stays come to, those paid by the day apart; what the appraisal withholds and audit deducts follows these."""
    by_day: Counter = Counter()
    for row in bed_day_sums:
        by_day[_fund(row)] += row["fund_pay_fen"]
    return defaultdict(dict, {_fund(row): {"dip_stay": row["fund_pay_fen"] - by_day[_fund(row)], "bed_day_stay": by_day[_fund(row)]} for row in inpatient_clearings})


def _weights(parts):
    return {care: amount for care, amount in parts.items() if amount > 0} or {"dip_stay": 1}


def _row(key, budget, priced, withheld, deducted):
    paid = priced - withheld - deducted
    left = None if budget is None else budget - paid
    return {"insurance_code": key[0], "pool_code": key[1], "budget_fen": budget, "priced_fen": priced, "withheld_fen": withheld,
            "deducted_fen": deducted, "paid_fen": paid, "left_fen": left, "is_overspent": None if left is None else left < 0}
