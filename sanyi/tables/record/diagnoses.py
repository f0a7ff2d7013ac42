"""The diagnoses of each stay and visit, principal first."""
from sanyi.tables.table import Table, flag, month, text, whole

DIAGNOSES = Table(
    "diagnoses", "诊断", "Diagnoses", key=("encounter_id", "sequence_number"),
    partition="month",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        whole("sequence_number", "序号", "place in the list", "", minimum=1),
        text("diagnosis_code", "诊断编码", "diagnosis (ICD-10)"),
        flag("is_principal", "是否主要诊断", "principal diagnosis"),
        flag("is_present_on_admission", "入院时已存在", "present on admission"),
        month(),
    ),
)
