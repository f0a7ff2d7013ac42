"""The exclusion table each principal diagnosis stands in; a complication of the same number does not count with it."""
from sanyi.tables.table import Table, text

CCE = Table("cce", "并发症排除表", "Exclusions", key=("dx",), columns=(
    text("dx", "主要诊断编码", "principal diagnosis"), text("excl", "排除表号", "number of its exclusion table")))
