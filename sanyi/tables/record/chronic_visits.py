"""Visits for an outpatient chronic or special disease, as their bills declare it (the settlement list's opsp_diag_caty)."""
from sanyi.tables.table import Table, text

CHRONIC_VISITS = Table(
    "chronic_visits", "门诊慢特病就诊", "Visits for chronic diseases", key=("encounter_id",),
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("category_code", "门诊慢特病病种", "chronic or special disease of the insurance"),
    ),
)
