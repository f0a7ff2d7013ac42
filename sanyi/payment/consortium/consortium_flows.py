"""What consortia's residents cost in each other's institutions, and the difference."""
from collections import Counter

from sanyi.payment.consortium.consortium_payments import NO_CONSORTIUM
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_FLOWS = Table(
    "consortium_flows", "医联体间往来", "Flows between consortia", key=("consortium_id", "other_consortium_id", "insurance_code"),
    note="按居民所属轧差：本方居民在对方就医的基金支付 − 对方居民在本方就医的基金支付。外来居民的收入是普通收入，不改变本方清算（CON-4）。经办机构直接付给各机构，轧差只供核对，不另付。"
         " Net by the resident's home: what own residents cost there less what theirs cost here. Income from other people's residents is ordinary and "
         "changes no settlement; the agency pays every institution directly, so the net is for checking and is not paid again.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        text("other_consortium_id", "对方医联体", "other consortium", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("outflow_fen", "本方居民在对方就医", "own residents treated there", minimum=None),
        fen("inflow_fen", "对方居民在本方就医", "their residents treated here", minimum=None),
        fen("net_fen", "净流出（流入为负）", "outflow less inflow", minimum=None),
    ),
)


def _paid(home, treating, fund):
    return {"consortium_id": home, "insurance_code": "resident", "institution_id": treating, "month": 202001, "care_code": "visit",
            "treating_consortium_id": treating, "fund_fen": fund}


@step(CONSORTIUM_FLOWS, exact=True, source=Source("三医参考规则", "B4", "CON-4", "DEF"), examples=(
    Example("A 居民在 B 花 70，B 居民在 A 花 20：A 净流出 50", "A's residents cost 70 at B, B's 20 at A: a net outflow of 50 for A",
            given={"consortium_payments": [_paid("A", "B", 70), _paid("B", "A", 20), _paid("A", "A", 999), _paid("A", "-", 5)]},
            expect=[{"consortium_id": "A", "other_consortium_id": "B", "outflow_fen": 70, "inflow_fen": 20, "net_fen": 50},
                    {"consortium_id": "B", "other_consortium_id": "A", "outflow_fen": 20, "inflow_fen": 70, "net_fen": -50}]),
))
def consortium_flows(consortium_payments):
    """Outflow, inflow and net between each two consortia, by insurance; fen. Source: CON-4."""
    out: Counter = Counter()
    for row in consortium_payments:
        if row["treating_consortium_id"] not in (NO_CONSORTIUM, row["consortium_id"]):
            out[row["consortium_id"], row["treating_consortium_id"], row["insurance_code"]] += row["fund_fen"]
    keys = {*out, *((other, own, insurance) for own, other, insurance in out)}
    return [{"consortium_id": own, "other_consortium_id": other, "insurance_code": insurance, "outflow_fen": out[own, other, insurance],
             "inflow_fen": out[other, own, insurance], "net_fen": out[own, other, insurance] - out[other, own, insurance]}
            for own, other, insurance in sorted(keys)]
