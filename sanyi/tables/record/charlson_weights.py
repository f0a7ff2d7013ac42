"""Comorbidity weights by code or by category."""
from sanyi.tables.table import Table, text, whole

CHARLSON_WEIGHTS = Table(
    "charlson_weights", "查尔森权重", "Charlson weights", key=("code_prefix",),
    columns=(
        text("code_prefix", "编码前缀", "3-character category or 4-character subcategory (dot included: E11.2)"),
        whole("weight_count", "权重", "weight", "points", minimum=1),
    ),
)
