"""Patients with a chronic disease whom an institution manages."""
from sanyi.tables.table import Table, code, date, text

CARE_PLANS = Table(
    "care_plans", "慢病管理登记", "Care plans", key=("care_plan_id",),
    columns=(
        text("care_plan_id", "登记编码", "care-plan code"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "管理机构", "institution that manages", references="institutions.institution_id"),
        code("disease_code", "病种", "disease", {"hypertension": ("高血压", "hypertension"), "diabetes": ("糖尿病", "diabetes")}),
        date("registered_on", "登记日期", "registered on"),
        date("ended_on", "结案日期", "ended on, the last day", nullable=True),
    ),
)
