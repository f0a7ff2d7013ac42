"""What each insurance fund takes in during the year, and what is set aside."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

FUND_INFLOWS = Table(
    "fund_inflows", "基金筹集", "Fund inflows", key=("insurance_code",),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("person_months_count", "参保人月", "insured person-months", "person-months", minimum=0),
        fen("raised_per_head_fen", "人均筹资", "funds raised per head and year"),
        fen("raised_fen", "本年筹集", "raised in the year"),
        whole("reserve_share_ppm", "调剂金比例", "share set aside", "ppm", minimum=0),
        fen("reserve_fen", "提取调剂金", "set aside as reserve"),
        fen("opening_balance_fen", "年初累计结余", "balance carried into the year", minimum=None),
    ),
)


@step(FUND_INFLOWS, source=Source("三医参考规则", "B3", "GB-1 CON-1", "S9 LOC"), examples=(
    Example("人月 × 人均筹资 ÷ 12，一次四舍五入", "Person-months × funds per head ÷ 12, rounded once",
            given={"insured_months": [
                {"resident_id": "P1", "insurance_code": "resident", "year": 2020, "from_month": 1, "to_month": 12},
                {"resident_id": "P2", "insurance_code": "resident", "year": 2020, "from_month": 8, "to_month": 12},
                {"resident_id": "P2", "insurance_code": "resident", "year": 2019, "from_month": 1, "to_month": 12}],
                "fund_accounts": [{"insurance_code": "resident", "year": 2020, "opening_balance_fen": 5_000},
                                  {"insurance_code": "employee", "year": 2020, "opening_balance_fen": 7_000}]},
            values={"fund.raised_per_head_fen.resident": 83_001, "fund.reserve_share_ppm": 50_000},
            expect=[{"insurance_code": "employee", "person_months_count": 0, "raised_fen": 0, "reserve_fen": 0,
                     "opening_balance_fen": 7_000},
                    {"insurance_code": "resident", "person_months_count": 17, "raised_fen": 117_585, "reserve_fen": 5_879,
                     "opening_balance_fen": 5_000}]),
))
def fund_inflows(insured_months, fund_accounts, plan, year):
    """Insured person-months × funds raised per head ÷ 12 by insurance, the reserve out of it, the opening balance; fen.

    Source: GB-1, CON-1.
    """
    insured = insured_months.filter(insured_months.year == year)
    insured = insured.select("insurance_code", person_months_count=insured.to_month - insured.from_month + 1,
                             opening_balance_fen=ibis.literal(0, "int64"))
    opening = fund_accounts.filter(fund_accounts.year == year).select(
        "insurance_code", person_months_count=ibis.literal(0, "int64"), opening_balance_fen="opening_balance_fen")
    both = insured.union(opening)
    funds = both.group_by("insurance_code").agg(
        person_months_count=total(both.person_months_count), opening_balance_fen=total(both.opening_balance_fen))
    per_head = ((name, plan.value(f"fund.raised_per_head_fen.{name}")) for name in codes.INSURANCE)
    funds = funds.mutate(raised_per_head_fen=funds.insurance_code.cases(*per_head).cast("int64"),
                         reserve_share_ppm=ibis.literal(plan.value("fund.reserve_share_ppm"), "int64"))
    raised = funds.mutate(raised_fen=take_rate(funds.person_months_count, funds.raised_per_head_fen, 12))
    return raised.mutate(reserve_fen=take_rate(raised.raised_fen, raised.reserve_share_ppm, 1_000_000))
