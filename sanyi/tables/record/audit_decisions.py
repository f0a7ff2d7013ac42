"""What people decided about findings of the audit rules: cleared, or a violation of so much; and the finding as it was when they did. Source: B6."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, month, text, whole

STATUS = {"cleared": ("排除", "cleared"), "appealable": ("认定，尚可申诉", "found a violation, may be appealed"), "final": ("认定，已定", "found a violation, final")}
AUDIT_DECISIONS = Table(
    "audit_decisions", "稽核决定", "Decisions on audit findings", key=("decision_id", "line_number"),
    note="由 `sanyi export` 写入：每项决定的每一命中行一行，载明决定时该行的内容。运行只采用内容与当前命中完全一致（行数、各列）的决定；内容已变的不适用。"
         " Written by `sanyi export`: a row for each line of a decided finding, with its content as it was. A run takes a decision only where the finding is the same in every line and column; else it does not apply.",
    columns=(
        text("decision_id", "决定编号", "decision"),
        whole("line_number", "明细行号", "line of the bill, 0 for the whole case", "", minimum=0),
        text("rule_code", "规则编码", "rule (AUD-13)"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("finding_code", "发现", "finding"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("type_code", "就诊类型", "type", codes.ENCOUNTER_TYPE),
        month(),
        text("item_code", "项目编码", "item", nullable=True),
        text("seen_value", "所见值", "value seen", nullable=True),
        text("allowed_value", "允许值", "value allowed", nullable=True),
        fen("amount_fen", "命中金额", "amount found by the rule"),
        text("action_code", "规则处理", "action of the rule"),
        whole("line_count", "该项决定的行数", "lines of the decision", "lines", minimum=1),
        code("status_code", "决定状态", "standing of the decision", STATUS),
        fen("agreed_fen", "认定金额（本行）", "amount agreed, of this line"),
        text("decided_by", "决定人", "who decided"),
        date("decided_on", "决定日期", "decided on"),
        text("document_code", "文书编号", "number of the document", nullable=True),
        text("plan_code", "方案", "plan of the run"),
        whole("year", "年度", "year of the run", "year"),
        text("run_digest", "运行摘要", "digest of the run it was decided on"),
    ),
)
