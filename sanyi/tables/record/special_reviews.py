"""What expert panels decided on single cases, frozen into a settlement batch."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text, whole

SPECIAL_REVIEWS = Table(
    "special_reviews", "特例单议核定结果", "Decisions of special reviews", key=("encounter_id",),
    columns=(
        text("encounter_id", "就诊编码", "encounter code"),
        text("institution_id", "申请机构", "institution that applied", references="institutions.institution_id"),
        code("method_code", "付费方式", "method of payment", codes.REVIEWED_METHOD),
        code("reason_code", "申请理由", "reason", codes.REVIEW_REASON),
        code("outcome_code", "核定结果", "outcome", codes.REVIEW_OUTCOME),
        fen("amount_fen", "核定金额", "amount agreed by both reviewers", nullable=True),
        text("group_code", "改入病种", "group it is moved to", nullable=True),
        date("decided_on", "核定日期", "decided on"),
        text("batch_code", "结算批次", "settlement batch it is frozen into"),
        whole("year", "年度", "year of settlement", "year", minimum=1900),
    ),
)
