"""What the appraisal of hospitals withheld of the stays of each consortium's residents."""
from collections import Counter, defaultdict

from sanyi.payment.consortium.contracted_findings import NOBODY
from sanyi.payment.fund.fund_payments import CHARGED_CARE
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text
from sanyi.terms.example import Example
from sanyi.terms.fen import share_out
from sanyi.terms.source import Source
from sanyi.terms.step import step


CONSORTIUM_WITHHOLDINGS = Table(
    "consortium_withholdings", "考核扣留归属", "Withheld by appraisal per consortium", key=("consortium_id", "insurance_code"),
    note="各机构按病种应付因考核系数而少付的部分，按居民所属医联体的计价金额分摊，各份之和一分不差；- 为未签约居民。系数大于 1 时为负。"
         " What an institution's factor takes off the price of its stays, shared by the price of each consortium's residents; parts sum exactly. "
         "Negative where a factor is above one.",
    columns=(
        text("consortium_id", "医联体编码（- 为未签约居民）", "consortium code, - for residents without a contract"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("withheld_fen", "考核扣留", "withheld by the appraisal", minimum=None),
    ),
)


def _stay(consortium, fund):
    return {"consortium_id": consortium, "insurance_code": "resident", "institution_id": "H1", "month": 202001, "care_code": "dip_stay", "fund_fen": fund}


@step(CONSORTIUM_WITHHOLDINGS, exact=True, source=Source("三医参考规则", "B4", "CON-3 CON-10", "DEF"), examples=(
    Example("扣留 10 分：A 的居民占 700 中的 200，B 占 100，其余未签约", "10 fen withheld of 700, of which 200 for A's residents and 100 for B's",
            given={"consortium_payments": [_stay("A", 200), _stay("B", 100), {**_stay("A", 999), "care_code": "visit"}],
                   "inpatient_clearings": [{"institution_id": "H1", "insurance_code": "resident", "fund_pay_fen": 700, "payable_fen": 690}]},
            expect=[{"consortium_id": "-", "withheld_fen": 6}, {"consortium_id": "A", "withheld_fen": 3}, {"consortium_id": "B", "withheld_fen": 1}]),
))
def consortium_withholdings(consortium_payments, inpatient_clearings):
    """Share what each institution's appraisal factor took off among the consortia of its patients; fen. Source: CON-3."""
    priced: defaultdict = defaultdict(Counter)
    for row in consortium_payments:
        if row["care_code"] not in CHARGED_CARE:
            priced[row["institution_id"], row["insurance_code"]][row["consortium_id"]] += row["fund_fen"]
    withheld: Counter = Counter()
    for row in inpatient_clearings:
        parts = priced[row["institution_id"], row["insurance_code"]]
        weights = {NOBODY: max(row["fund_pay_fen"] - sum(parts.values()), 0), **parts}
        for consortium, part in share_out(row["fund_pay_fen"] - row["payable_fen"], weights if any(weights.values()) else {NOBODY: 1}).items():
            withheld[consortium, row["insurance_code"]] += part
    return [{"consortium_id": consortium, "insurance_code": insurance, "withheld_fen": amount}
            for (consortium, insurance), amount in withheld.items()]
