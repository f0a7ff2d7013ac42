"""Prescribed drugs, one row per drug."""
from sanyi.tables.table import Table, date, flag, month, text, whole

PRESCRIPTIONS = Table(
    "prescriptions", "处方", "Prescriptions", key=("prescription_id",),
    partition="month",
    columns=(
        text("prescription_id", "处方编码", "prescription code"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("item_code", "药品编码", "drug", references="charge_items.item_code"),
        whole("quantity_e3", "数量", "quantity in thousandths", "thousandths", minimum=0),
        whole("supply_days", "用药天数", "days of supply", "days", minimum=0),
        flag("is_long", "是否长处方", "long prescription"),
        date("prescribed_on", "开具日期", "prescribed on"),
        month(),
    ),
)
