"""The operation lists of the basic groups; a tag marks which part of a combination an operation plays."""
from sanyi.tables.table import Table, text

ADRG_PROC = Table("adrg_proc", "ADRG 操作表", "Operation lists", key=("adrg", "list", "proc", "tag"), columns=(
    text("adrg", "核心疾病诊断相关组", "basic group"), text("list", "表号", "list number"), text("proc", "操作编码", "operation"),
    text("tag", "标签", "tag", nullable=True)))
