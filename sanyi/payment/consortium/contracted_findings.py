"""Which consortium's residents the definite audit findings of each institution concern."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

NOBODY = "-"

CONTRACTED_FINDINGS = Table(
    "contracted_findings", "按签约归属的审核发现", "Audit findings by consortium of the resident",
    key=("institution_id", "insurance_code", "consortium_id"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("consortium_id", "居民所属医联体（- 为未签约）", "consortium of the resident, - for none"),
        fen("concerned_fen", "涉及金额", "amount concerned"),
    ),
)


def _hit(encounter, resident, amount, **more):
    return {"encounter_id": encounter, "resident_id": resident, "institution_id": "H1", "insurance_code": "resident",
            "counted_fen": amount, "standing_code": "definite", "settled_month": 202003, **more}


@step(CONTRACTED_FINDINGS, source=Source("三医参考规则", "B4", "CON-5", "DEF"), examples=(
    Example("只计应追回的发现，按就诊月份的签约归属", "Definite findings only, by the contract of the month",
            given={"audit_hits": [_hit("E1", "P1", 300), _hit("E2", "P1", 80, settled_month=202007),
                                  _hit("E3", "P1", 60, standing_code="suspect")],
                   "contracted_spans": [{"resident_id": "P1", "consortium_id": "A", "insurance_code": "resident",
                                         "from_month": 202001, "to_month": 202006}]},
            expect=[{"consortium_id": "-", "concerned_fen": 80}, {"consortium_id": "A", "concerned_fen": 300}]),
))
def contracted_findings(audit_hits, contracted_spans):
    """Add up what counts of findings by institution, insurance and the resident's consortium; fen. Source: CON-5."""
    definite = audit_hits.filter(audit_hits.standing_code.isin(codes.COUNTED_STANDINGS)).select(
        "resident_id", "institution_id", "insurance_code", "settled_month", "counted_fen")
    spans = contracted_spans.select("resident_id", "consortium_id", "from_month", "to_month", counted_code="insurance_code")
    placed = definite.left_join(spans, [
        definite.resident_id == spans.resident_id, definite.insurance_code == spans.counted_code,
        definite.settled_month >= spans.from_month, definite.settled_month <= spans.to_month])
    placed = placed.mutate(consortium_id=placed.consortium_id.fill_null(ibis.literal(NOBODY)))
    return placed.group_by("institution_id", "insurance_code", "consortium_id").agg(concerned_fen=total(placed.counted_fen))
