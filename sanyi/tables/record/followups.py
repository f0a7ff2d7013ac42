"""Follow-ups of patients whom an institution manages."""
from sanyi.tables.table import Table, date, text

FOLLOWUPS = Table(
    "followups", "慢病随访", "Follow-ups", key=("followup_id",),
    columns=(
        text("followup_id", "随访编码", "follow-up code"),
        text("care_plan_id", "登记编码", "care plan", references="care_plans.care_plan_id"),
        date("followed_on", "随访日期", "followed up on"),
    ),
)
