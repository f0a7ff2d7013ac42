"""The operations that count as operations."""
from sanyi.tables.table import Table, text

PROC_VALID = Table("proc_valid", "有效手术", "Valid operations", key=("proc",), columns=(
    text("proc", "操作编码", "operation"), text("name", "名称", "name", nullable=True)))
