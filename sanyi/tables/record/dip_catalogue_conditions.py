"""What a case must have to fall into a group of an imported catalogue or of a rule layer."""
from sanyi.tables.table import Table, code, text, whole

KIND = {"principal": ("主要诊断", "principal diagnosis"), "other_diagnosis": ("其他诊断", "another diagnosis"),
        "operation": ("手术操作", "operation"), "measure": ("出生体重或呼吸机时长", "birth weight or hours on a ventilator")}
MEASURED = "*"  # the code of a measure: the limits stand with the group

DIP_CATALOGUE_CONDITIONS = Table(
    "dip_catalogue_conditions", "病种入组条件（导入）", "Conditions of imported groups",
    key=("catalogue_code", "group_code", "kind_code", "part_number", "code"),
    note="同一部分的各编码满足其一即可（或），各部分须全部满足（且）。核心病种的手术，第1部分为主要手术。One code of a part is enough; every part "
         "must be met. Of a core group's operations, part 1 is the main one.",
    columns=(
        text("catalogue_code", "目录名称", "catalogue"),
        text("group_code", "病种编码", "group"),
        code("kind_code", "条件种类", "kind", KIND),
        whole("part_number", "部分", "part", "", minimum=1),
        text("code", "编码或其前几位", "code, or how it begins (diagnoses from 3 characters, operations from 4)"),
    ),
)
