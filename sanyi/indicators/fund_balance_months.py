"""IND-33: how many months of spending the funds' accumulated balance covers."""
import ibis

from sanyi.indicators.indicator import Indicator
from sanyi.indicators.values import REGION, values, values_of
from sanyi.tables.money import total, whole_quotient
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("三医参考规则（本系统整理）", "B9 指标字典", "IND-33", "K")


def _account(balance_fen: int, insurance: str = "resident", year: int = 2020) -> dict:
    return {"insurance_code": insurance, "year": year, "opening_balance_fen": balance_fen}


def _spent(month: int, fund_fen: int) -> dict:
    return {"settled_month": month, "institution_id": "H1", "district_id": "d1", "fund_fen": fund_fen}


@step(makes=values_of("IND-33"), source=SOURCE, examples=(
    Example("结余 900 元，两个月共支出 300 元：6 个月", "900 yuan left, 300 spent in two months: six months",
            {"fund_accounts": [_account(50_000), _account(40_000, "employee"), _account(1, year=2019)],
             "visit_facts": [_spent(202001, 20_000), _spent(202002, 10_000)]},
            [{"scope_code": "region", "period": "2020", "value_e6": 6_000_000}]),
    Example("没有支出：不可计算", "Nothing spent: not computable",
            {"fund_accounts": [_account(50_000)], "visit_facts": [_spent(202001, 0)]}, [{"value_e6": None}])))
def indicator_values_ind_33(visit_facts, fund_accounts, year):
    """Balance in months: balance carried into the year / mean monthly spending of the basic funds in the year.

    All funds together; only the months that have records are counted.
    """
    months = visit_facts.group_by(year=whole_quotient(visit_facts.settled_month, 100)).agg(
        spent_fen=total(visit_facts.fund_fen), month_count=visit_facts.settled_month.nunique())
    accounts = fund_accounts.filter(fund_accounts.year == year)
    balances = accounts.group_by("year").agg(balance_fen=total(accounts.opening_balance_fen))
    rows = balances.inner_join(months, "year")
    rows = rows.mutate(scope_code=ibis.literal("region"), scope_id=ibis.literal(REGION), period=rows.year.cast("string"))
    return values(rows, "IND-33", "months", rows.balance_fen * rows.month_count, rows.spent_fen, ("region",))


INDICATOR = Indicator(
    "IND-33", "基金累计结余可支付月数", "Balance in months of spending", "年初累计结余 ÷ 本年月均统筹基金支出",
    "balance carried into the year / mean monthly spending of the basic funds",
    "months", "up", SOURCE, indicator_values_ind_33)
