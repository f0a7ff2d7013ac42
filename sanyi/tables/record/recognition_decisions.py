"""What became of results that were found before ordering: used, not used and why, or ordered again. Source: NG-17, HK-29."""
from sanyi.tables.table import Table, code, date, fen, text

RECOGNITION_DECISIONS = Table(
    "recognition_decisions", "结果互认决定", "Decisions about recognition of results", key=("check_id",),
    note="由 `sanyi export` 写入，开立检查检验时每次查到可互认结果一行。Written by `sanyi export`: a row each time a result was found when something was ordered.",
    columns=(
        text("check_id", "决定编号", "decision"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "开立机构", "institution that ordered", references="institutions.institution_id"),
        text("from_institution_id", "结果出具机构", "institution of the result", references="institutions.institution_id", nullable=True),
        text("item_code", "项目编码", "item"),
        code("decision_code", "决定", "decision", {"accepted": ("采用", "used"), "declined": ("不采用", "not used"), "repeat": ("重复检查", "ordered again")}),
        text("reason_code", "不采用的原因", "reason", nullable=True),
        fen("price_fen", "项目价格", "price of the item"),
        fen("saved_fen", "节省", "saved"),
        date("checked_on", "日期", "decided on"),
    ),
)
