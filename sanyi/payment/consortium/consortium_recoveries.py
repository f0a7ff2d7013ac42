"""What audit recovered of the sums that counted for each consortium."""
from collections import Counter, defaultdict

from sanyi.payment.consortium.contracted_findings import NOBODY
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text
from sanyi.terms.example import Example
from sanyi.terms.fen import share_out
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_RECOVERIES = Table(
    "consortium_recoveries", "医联体审核追回", "Sums recovered by audit per consortium", key=("consortium_id", "insurance_code"),
    note="各机构的扣款按涉及金额分到居民所属医联体，各份之和等于扣款。"
         " Each institution's deduction is shared by the amounts concerned among the residents' consortia; parts sum exactly.",
    columns=(
        text("consortium_id", "医联体编码（- 为未签约居民）", "consortium code, - for residents without a contract"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("recovered_fen", "审核追回金额", "recovered by audit"),
    ),
)


def _found(consortium, amount):
    return {"institution_id": "H1", "insurance_code": "resident", "consortium_id": consortium, "concerned_fen": amount}


@step(CONSORTIUM_RECOVERIES, exact=True, source=Source("三医参考规则", "B4", "CON-5", "DEF"), examples=(
    Example("扣款按涉及金额归到各医联体", "A deduction is shared by the amounts concerned",
            given={"contracted_findings": [_found("-", 100), _found("A", 200)],
                   "audit_deductions": [{"institution_id": "H1", "insurance_code": "resident", "place_code": "dip",
                                         "deducted_fen": 100},
                                        {"institution_id": "H1", "insurance_code": "resident", "place_code": "other",
                                         "deducted_fen": 50}]},
            expect=[{"consortium_id": "-", "recovered_fen": 50}, {"consortium_id": "A", "recovered_fen": 100}]),
))
def consortium_recoveries(contracted_findings, audit_deductions):
    """Share each institution's deductions among the consortia of the residents concerned; fen. Source: CON-5."""
    concerned: defaultdict = defaultdict(dict)
    for row in contracted_findings:
        concerned[row["institution_id"], row["insurance_code"]][row["consortium_id"]] = row["concerned_fen"]
    recovered: Counter = Counter()
    for row in audit_deductions:
        weights = concerned[row["institution_id"], row["insurance_code"]]
        shares = share_out(row["deducted_fen"], weights if any(weights.values()) else {NOBODY: 1})
        for consortium, part in shares.items():
            recovered[consortium, row["insurance_code"]] += part
    return [{"consortium_id": consortium, "insurance_code": insurance, "recovered_fen": amount}
            for (consortium, insurance), amount in recovered.items()]
