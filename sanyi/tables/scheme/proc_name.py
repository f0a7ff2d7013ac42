"""The operations of the insurance edition, with their names."""
from sanyi.tables.table import Table, text

PROC_NAME = Table("proc_name", "操作名称", "Operation names", key=("code",), columns=(
    text("code", "操作编码（医保版）", "code of the insurance edition"), text("value", "名称", "name", nullable=True)))
