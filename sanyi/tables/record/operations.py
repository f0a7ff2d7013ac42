"""The operations and procedures of each stay, main first."""
from sanyi.tables.table import Table, date, fen, flag, month, text, whole

OPERATIONS = Table(
    "operations", "手术操作", "Operations", key=("encounter_id", "sequence_number"),
    partition="month",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        whole("sequence_number", "序号", "place in the list", "", minimum=1),
        text("operation_code", "手术操作编码", "operation (ICD-9-CM-3)"),
        date("operated_on", "手术日期", "operated on"),
        whole("level_number", "手术级别", "level 1 to 4, 0 if none", "level", minimum=0),
        flag("is_minimally_invasive", "是否微创", "minimally invasive"),
        flag("is_elective", "是否择期", "elective"),
        fen("cost_fen", "手术操作费用", "cost of the operation"),
        month(),
    ),
)
