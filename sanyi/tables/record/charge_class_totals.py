"""What each stay cost by class of charge, as on the settlement list."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, month, text

CHARGE_CLASS_TOTALS = Table(
    "charge_class_totals", "分类费用", "Charges by class", key=("encounter_id", "class_code"),
    note="Stays only; kept for history years that have no charge lines.",
    partition="month",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        code("class_code", "费用类别", "class", codes.CHARGE_CLASS),
        fen("amount_fen", "金额", "amount", minimum=None),
        month(),
    ),
)
