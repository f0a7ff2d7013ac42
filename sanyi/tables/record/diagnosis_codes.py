"""The diagnoses in use and what they mean for grouping."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, flag, text

DIAGNOSIS_CODES = Table(
    "diagnosis_codes", "诊断编码表", "Diagnosis codes", key=("diagnosis_code",),
    columns=(
        text("diagnosis_code", "诊断编码", "diagnosis (ICD-10)"),
        text("name", "名称", "name"),
        text("category_code", "类目", "category used for comprehensive groups (A17+ for a marked one)"),
        code("severity_code", "严重程度标识", "severity marker", {
            "none": ("无", "none"), "vital_organ": ("重要器官病变或感染", "lesion or infection of a vital organ"),
            "organ_failure": ("脏器衰竭、休克或脓毒症", "organ failure, shock or sepsis")}),
        flag("is_valid_principal", "可作主要诊断", "may be a principal diagnosis"),
        code("sex_code", "性别限制", "limited to sex", codes.SEX, nullable=True),
    ),
)
