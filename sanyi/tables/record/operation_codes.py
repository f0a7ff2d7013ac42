"""The operations in use and their class."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole

OPERATION_CODES = Table(
    "operation_codes", "手术操作编码表", "Operation codes", key=("operation_code",),
    columns=(
        text("operation_code", "手术操作编码", "operation (ICD-9-CM-3)"),
        text("name", "名称", "name"),
        code("class_code", "操作类别", "class", {
            "diagnostic": ("诊断性操作", "diagnostic"), "therapeutic": ("治疗性操作", "therapeutic"),
            "surgery": ("手术", "surgery"), "interventional": ("介入治疗", "interventional"),
            "conservative": ("按保守治疗", "treat as conservative")}),
        whole("level_number", "手术级别", "level 1 to 4, 0 if none", "level", minimum=0),
        code("sex_code", "性别限制", "limited to sex", codes.SEX, nullable=True),
    ),
)
