"""The diagnosis lists of the basic groups."""
from sanyi.tables.table import Table, text

ADRG_DX = Table("adrg_dx", "ADRG 诊断表", "Diagnosis lists", key=("adrg", "list", "dx"), columns=(
    text("adrg", "核心疾病诊断相关组", "basic group"), text("list", "表号", "list number"), text("dx", "诊断编码", "diagnosis")))
