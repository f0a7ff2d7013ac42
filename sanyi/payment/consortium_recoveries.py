"""What audit recovered of the sums that counted for each consortium."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_RECOVERIES = Table(
    "consortium_recoveries", "医联体审核追回", "Sums recovered by audit per consortium", key=("consortium_id", "insurance_code"),
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("case_count", "违规就诊人次", "cases with a finding", "cases", minimum=0),
        fen("recovered_fen", "审核追回金额", "recovered by audit"),
    ),
)


@step(CONSORTIUM_RECOVERIES, source=Source("三医参考规则", "B4", "CON-5", "DEF"), examples=(
    Example("追回金额归到签约居民所在医联体", "What is recovered is traced to the consortium of the contracted resident",
            given={"audit_hits": [{"encounter_id": "E1", "resident_id": "P1", "insurance_code": "resident", "amount_fen": 300},
                                  {"encounter_id": "E2", "resident_id": "P2", "insurance_code": "resident", "amount_fen": 50}],
                   "encounters": [{"encounter_id": "E1", "settled_month": 202003}, {"encounter_id": "E2"}],
                   "contracted_spans": [{"resident_id": "P1", "consortium_id": "A", "insurance_code": "resident",
                                         "from_month": 202001, "to_month": 202006}]},
            expect=[{"consortium_id": "A", "insurance_code": "resident", "case_count": 1, "recovered_fen": 300}]),
))
def consortium_recoveries(audit_hits, encounters, contracted_spans):
    """Add up the audit findings of contracted residents in the month they count for; fen. Source: CON-5."""
    hits = audit_hits.group_by("encounter_id", "resident_id", "insurance_code").agg(amount_fen=total(audit_hits.amount_fen))
    dated = hits.join(encounters.select("encounter_id", "settled_month"), "encounter_id")
    spans = contracted_spans.select("resident_id", "consortium_id", "from_month", "to_month", counted_code="insurance_code")
    owned = dated.join(spans, "resident_id")
    owned = owned.filter((owned.insurance_code == owned.counted_code) & (owned.settled_month >= owned.from_month)
                         & (owned.settled_month <= owned.to_month))
    return owned.group_by("consortium_id", "insurance_code").agg(case_count=owned.count(), recovered_fen=total(owned.amount_fen))
