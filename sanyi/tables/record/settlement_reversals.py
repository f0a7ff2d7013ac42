"""Settlements taken back: what was paid for them is paid back, and they count for nothing."""
from sanyi.tables.table import Table, date, text

SETTLEMENT_REVERSALS = Table(
    "settlement_reversals", "结算冲销", "Settlement reversals", key=("settlement_id",),
    columns=(
        text("settlement_id", "结算编码", "settlement", references="settlements.settlement_id"),
        date("reversed_on", "冲销日期", "reversed on"),
    ),
)
