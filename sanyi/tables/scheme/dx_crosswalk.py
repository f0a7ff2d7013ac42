"""From the clinical edition's diagnoses to the insurance edition's."""
from sanyi.tables.table import Table, text

DX_CROSSWALK = Table("dx_crosswalk", "诊断编码对照", "Diagnosis crosswalk", key=("code",), columns=(
    text("code", "诊断编码（临床版）", "code of the clinical edition"), text("value", "诊断编码（医保版）", "code of the insurance edition")))
