"""How often each rule hits at each institution, and how much money is concerned."""
from sanyi.audit.rule import ACTION
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

AUDIT_SUMMARY = Table(
    "audit_summary", "审核汇总", "Audit summary", key=("rule_code", "institution_id"),
    columns=(
        text("rule_code", "规则编码", "rule (AUD-13)"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("action_code", "处理", "action", ACTION),
        whole("hit_count", "命中数", "hits", "hits", minimum=0),
        whole("case_count", "涉及病例数", "cases", "cases", minimum=0),
        fen("amount_fen", "涉及金额", "amount concerned"),
    ),
)
HIT = {"rule_code": "AUD-13", "encounter_id": "E1", "line_number": 1, "institution_id": "H1", "amount_fen": 100,
       "action_code": "refuse"}


@step(makes=AUDIT_SUMMARY, source=Source(obligation="B6"), examples=(
    Example("两行一例，另院一例", "Two lines of one case, one case elsewhere",
            {"audit_hits": [HIT, {**HIT, "line_number": 2}, {**HIT, "encounter_id": "E2", "institution_id": "H2"}]},
            [{"institution_id": "H1", "hit_count": 2, "case_count": 1, "amount_fen": 200},
             {"institution_id": "H2", "hit_count": 1, "case_count": 1, "amount_fen": 100}]),))
def audit_summary(audit_hits):
    """Hits, cases and amounts by rule and institution."""
    return audit_hits.group_by("rule_code", "institution_id").agg(
        action_code=audit_hits.action_code.min(), hit_count=audit_hits.count(),
        case_count=audit_hits.encounter_id.nunique(), amount_fen=total(audit_hits.amount_fen))
