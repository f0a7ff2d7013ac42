"""The diagnoses of the insurance edition, with their names."""
from sanyi.tables.table import Table, text

DX_NAME = Table("dx_name", "诊断名称", "Diagnosis names", key=("code",), columns=(
    text("code", "诊断编码（医保版）", "code of the insurance edition"), text("value", "名称", "name", nullable=True)))
