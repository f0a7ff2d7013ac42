"""What every rule says of a bill: the hit, the money it concerns, and the evidence in parts."""
from dataclasses import replace

import ibis

from sanyi.audit.rule import ACTION
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, month, text, whole

HITS = Table(
    "audit_hits", "审核命中", "Audit hits", key=("rule_code", "encounter_id", "line_number"),
    note="The amount is what lies in insurance scope of the lines, or of what is too much of them.",
    columns=(
        text("rule_code", "规则编码", "rule (AUD-13)"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        whole("line_number", "明细行号", "line of the bill, 0 for the whole case", "", minimum=0),
        text("finding_code", "发现", "finding: which of the rule's sentences is the evidence"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("type_code", "就诊类型", "type", codes.ENCOUNTER_TYPE),
        month(),
        text("item_code", "项目编码", "item", nullable=True, references="charge_items.item_code"),
        text("seen_value", "所见值", "value seen", nullable=True),
        text("allowed_value", "允许值", "value allowed", nullable=True),
        fen("amount_fen", "涉及金额", "amount concerned"),
        code("action_code", "处理", "action", ACTION),
    ),
)
AUDIT_HITS = replace(
    HITS, note=HITS.note + " 有决定且内容未变的，以决定为准。A decision on exactly this finding stands instead: cleared costs nothing, agreed costs what was agreed.",
    columns=(*HITS.columns, code("standing_code", "认定情况", "standing", codes.AUDIT_STANDING), fen("counted_fen", "计扣金额", "amount that counts"),
             text("decision_id", "决定编号", "decision", nullable=True)))


CASE = ("resident_id", "institution_id", "insurance_code", "type_code", "settled_month")


def hits_of(rule_code: str) -> Table:
    """The promise of one rule's own table of hits."""
    return HITS.called(f"audit_hits_{rule_code.lower().replace('-', '_')}", f"审核命中 {rule_code}",
                             f"Audit hits of {rule_code}")


def as_hits(found: ibis.Table, rule_code: str, action_code: str, **parts) -> ibis.Table:
    """Give found rows (which carry the case's columns) the shape of hits; `parts` are the columns found lacks."""
    return found.mutate(rule_code=ibis.literal(rule_code), action_code=ibis.literal(action_code),
                        **parts).select(*HITS.names)


def with_case(lines: ibis.Table, encounters: ibis.Table) -> ibis.Table:
    """Put the case's columns to lines."""
    return lines.drop("settled_month").inner_join(encounters.select("encounter_id", *CASE), "encounter_id")
