"""Each consortium's money by source: what came, what was spent on its own and on other purposes, what is left."""
from collections import Counter

from sanyi.payment.consortium.judged_fund_uses import received
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_SUB_LEDGERS = Table(
    "consortium_sub_ledgers", "医联体分来源台账", "Sub-ledgers of the consortia", key=("consortium_id", "source_code"),
    note="来源之间互不挤占：收到 = 本来源用途 + 经批准跨来源使用 + 余额。医保基金以打包预算为收入、责任支出为支出，超支时余额为负。"
         " Sources stay apart: received = own purposes + other purposes approved + left. The insurance fund has the packages as its income and the "
         "liability as its spending; it is negative after an overrun.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("source_code", "资金来源", "source", codes.USE_SOURCE),
        fen("received_fen", "收到", "received"),
        fen("own_use_fen", "本来源用途支出", "spent on its own purposes", minimum=None),
        fen("cross_use_fen", "经批准跨来源支出", "spent on another source's purposes, approved"),
        fen("refused_fen", "被拒金额", "asked for and refused"),
        fen("left_fen", "余额（超支为负）", "left", minimum=None),
    ),
)


@step(CONSORTIUM_SUB_LEDGERS, exact=True, source=Source("中卫深化医改工作方案", "任务8", "ZW-24 GD-19 CON-9", "SEED DEF"), examples=(
    Example("公卫经费 500：本来源用 300，经批准用于医疗 50，被拒 70，余 150；医保基金另账", "500 of public-health money: 300 + 50 spent, 70 refused, 150 left; the insurance fund apart",
            given={"consortium_grants": [{"grant_id": "G1", "consortium_id": "A", "year": 2020, "source_code": "basic_public_health", "amount_fen": 500}],
                   "judged_fund_uses": [{"use_id": name, "consortium_id": "A", "source_code": "basic_public_health", "amount_fen": amount,
                                         "judgement_code": judgement} for name, amount, judgement in
                                        (("U1", 300, "allowed"), ("U2", 50, "cross_approved"), ("U3", 70, "cross"))],
                   "consortium_settlements": [{"consortium_id": "A", "insurance_code": "resident", "budget_fen": 1_000, "liability_fen": 1_100}]},
            expect=[{"source_code": "basic_public_health", "received_fen": 500, "own_use_fen": 300, "cross_use_fen": 50, "refused_fen": 70, "left_fen": 150},
                    {"source_code": "insurance_fund", "received_fen": 1_000, "own_use_fen": 1_100, "cross_use_fen": 0, "refused_fen": 0, "left_fen": -100}]),
))
def consortium_sub_ledgers(consortium_settlements, consortium_shares, consortium_grants, judged_fund_uses, year):
    """Add up received, spent, refused and left by consortium and source; fen. Source: CON-9, ZW-24, GD-19."""
    came, own, cross, refused = Counter(), Counter(), Counter(), Counter()
    for (consortium, source, _, _), amount in received(consortium_shares, consortium_grants, year).items():
        came[consortium, source] += amount
    for row in consortium_settlements:
        came[row["consortium_id"], "insurance_fund"] += row["budget_fen"]
        own[row["consortium_id"], "insurance_fund"] += row["liability_fen"]
    for row in judged_fund_uses:
        sums = {"allowed": own, "cross_approved": cross}.get(row["judgement_code"], refused)
        sums[row["consortium_id"], row["source_code"]] += row["amount_fen"]
    return [{"consortium_id": key[0], "source_code": key[1], "received_fen": came[key], "own_use_fen": own[key], "cross_use_fen": cross[key],
             "refused_fen": refused[key], "left_fen": came[key] - own[key] - cross[key]} for key in sorted({*came, *own, *cross, *refused})]
