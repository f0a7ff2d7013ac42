"""The major complications, each with its exclusion table's number."""
from sanyi.tables.table import Table, text

MCC = Table("mcc", "严重并发症或合并症", "Major complications", key=("dx",), columns=(
    text("dx", "诊断编码", "diagnosis"), text("excl", "排除表号", "number of its exclusion table")))
