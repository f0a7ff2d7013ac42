"""The order in which the basic groups of a major category are tried."""
from sanyi.tables.table import Table, text, whole

MDC_ADRG = Table("mdc_adrg", "大类内 ADRG 次序", "Order of the basic groups", key=("mdc", "adrg"), columns=(
    text("mdc", "主要诊断大类", "major category"), whole("seq", "次序", "order", minimum=0), text("adrg", "核心疾病诊断相关组", "basic group")))
