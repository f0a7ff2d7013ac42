"""How many months each fund could still pay, month by month, and whether prices may rise."""
from collections import Counter

from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, ratio, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

STATE = {"ok": ("充足", "enough"), "warn": ("偏低，提示", "low: a warning"), "block": ("过低，不得调高价格", "too low: no price may rise"),
         "unknown": ("无支出，无法计算", "nothing was paid, so nothing can be told")}

FUND_RESERVE_MONTHS = Table(
    "fund_reserve_months", "基金可支付月数", "Reserve months of the funds", key=("insurance_code", "month"),
    note="累计结余 = 年初结余 + 本年筹集的相应月份 − 累计支付；可支付月数 = 累计结余 ÷ 月均支付。恰为 6 个月不提示，恰为 3 个月不限价。"
         " balance = opening balance + the months' part of the funds raised − paid so far; months = balance ÷ mean monthly outlay. Exactly six months give "
         "no warning, exactly three block nothing.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("month", "月份", "month", "yyyymm", minimum=190001),
        fen("balance_fen", "累计结余", "accumulated balance", minimum=None),
        fen("monthly_outlay_fen", "月均支付", "mean monthly outlay", minimum=None),
        whole("reserve_e4", "可支付月数", "months it could still pay", "e4", nullable=True),
        code("state_code", "状态", "state", STATE),
        flag("is_price_rise_blocked", "不得调高价格", "no price may rise"),
    ),
)


@step(FUND_RESERVE_MONTHS, exact=True, source=Source("三医参考规则", "B3", "GB-7", "S10"), examples=(
    Example("年初 540，每月筹 100、付 160：结余 480 恰为 3 个月不限价；付 200 的二月起不足 3 个月",
            "540 at first, 100 raised and 160 paid a month: 480 are exactly three months, which blocks nothing; 200 in February do",
            given={"fund_inflows": [{"insurance_code": "resident", "raised_fen": 1_200, "opening_balance_fen": 540}],
                   "fund_budget_execution": [{"insurance_code": "resident", "pool_code": "outpatient", "month": 202001, "paid_fen": 100},
                                             {"insurance_code": "resident", "pool_code": "off_site", "month": 202001, "paid_fen": 60},
                                             {"insurance_code": "resident", "pool_code": "outpatient", "month": 202002, "paid_fen": 200}]},
            expect=[{"month": 202001, "balance_fen": 480, "monthly_outlay_fen": 160, "reserve_e4": 30_000, "state_code": "warn",
                     "is_price_rise_blocked": False},
                    {"month": 202002, "balance_fen": 380, "monthly_outlay_fen": 180, "reserve_e4": 21_111, "state_code": "block",
                     "is_price_rise_blocked": True}]),
))
def fund_reserve_months(fund_inflows, fund_budget_execution, plan):
    """Balance ÷ mean monthly outlay after each month, with the warning and the block on price rises. Source: GB-7."""
    paid: Counter = Counter()
    for row in fund_budget_execution:
        paid[row["insurance_code"], row["month"]] += row["paid_fen"]
    limits = plan.value("fund.reserve_warn_months"), plan.value("fund.reserve_block_months")
    made = []
    for fund in sorted(fund_inflows, key=lambda row: row["insurance_code"]):
        to_date = 0
        for count, month in enumerate(sorted(month for name, month in paid if name == fund["insurance_code"]), 1):
            to_date += paid[fund["insurance_code"], month]
            balance = fund["opening_balance_fen"] + take_rate(fund["raised_fen"], count, 12) - to_date
            made.append({"insurance_code": fund["insurance_code"], "month": month, "balance_fen": balance,
                         "monthly_outlay_fen": take_rate(to_date, 1, count), **_state(balance * count, to_date, *limits)})
    return made


def _state(balance, outlay, warn_months, block_months):
    """The months as a number of ten-thousandths, and what follows; compared exactly, not as rounded."""
    if outlay <= 0:
        return {"reserve_e4": None, "state_code": "unknown", "is_price_rise_blocked": False}
    is_blocked = balance < block_months * outlay
    state = "block" if is_blocked else "warn" if balance < warn_months * outlay else "ok"
    return {"reserve_e4": ratio(balance, outlay, E4), "state_code": state, "is_price_rise_blocked": is_blocked}
