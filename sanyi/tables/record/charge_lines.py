"""Every line of every bill."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, month, text, whole

CHARGE_LINES = Table(
    "charge_lines", "费用明细", "Charge lines", key=("encounter_id", "line_number"),
    partition="month",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        whole("line_number", "明细行号", "line of the bill", "", minimum=1),
        text("item_code", "项目编码", "item", references="charge_items.item_code"),
        code("class_code", "费用类别", "class", codes.CHARGE_CLASS),
        whole("quantity_e3", "数量", "quantity in thousandths", "thousandths"),
        fen("unit_price_fen", "单价", "unit price"),
        fen("amount_fen", "金额", "amount", minimum=None),
        fen("in_scope_fen", "医保范围内金额", "amount in insurance scope", minimum=None),
        date("charged_on", "收费日期", "charged on"),
        month(),
    ),
)
