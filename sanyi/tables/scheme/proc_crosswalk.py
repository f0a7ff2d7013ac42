"""From the clinical edition's operations to the insurance edition's."""
from sanyi.tables.table import Table, text

PROC_CROSSWALK = Table("proc_crosswalk", "操作编码对照", "Operation crosswalk", key=("code",), columns=(
    text("code", "操作编码（临床版）", "code of the clinical edition"), text("value", "操作编码（医保版）", "code of the insurance edition")))
