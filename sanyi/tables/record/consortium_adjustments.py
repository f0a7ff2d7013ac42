"""Corrections of what a consortium answers for, decided by the agency: up or down, each with its document."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole

CONSORTIUM_ADJUSTMENTS = Table(
    "consortium_adjustments", "医联体责任支出调整", "Adjustments of liabilities", key=("adjustment_id",),
    columns=(
        text("adjustment_id", "调整编码", "adjustment code"),
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year it counts in", "year", minimum=1900),
        fen("amount_fen", "调整金额（减为负）", "amount, negative to lower the liability", minimum=None),
        text("document_number", "文号", "document number"),
    ),
)
