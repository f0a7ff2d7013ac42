"""Orders of drugs and material, and whether they went through the joint platform."""
from sanyi.tables.table import Table, date, fen, flag, text

PURCHASE_ORDERS = Table(
    "purchase_orders", "采购订单", "Purchase orders", key=("order_id",),
    columns=(
        text("order_id", "订单编码", "order code"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        date("ordered_on", "下单日期", "ordered on"),
        flag("is_joint", "是否平台集中采购", "bought jointly on the platform"),
        fen("amount_fen", "订单金额", "amount"),
    ),
)
