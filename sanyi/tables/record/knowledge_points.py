"""What the audit rules know: pairs, limits, lists."""
from sanyi.tables.table import Table, text, whole

KNOWLEDGE_POINTS = Table(
    "knowledge_points", "审核知识点", "Knowledge points", key=("point_id",),
    columns=(
        text("point_id", "知识点编码", "knowledge point"),
        text("rule_code", "规则编码", "rule (AUD-13)"),
        text("item_code", "项目编码", "item", nullable=True),
        text("other_item_code", "关联项目编码", "other item of a pair", nullable=True),
        whole("limit_count", "限量", "limit", "times", nullable=True, minimum=0),
        text("note", "依据", "basis", nullable=True),
    ),
)
