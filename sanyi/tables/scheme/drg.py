"""How each basic group splits; the first row whose kind and conditions hold is the case's group."""
from sanyi.tables.scheme.conditions import CONDITIONS
from sanyi.tables.table import Table, code, text, whole

KIND = {
    "any": ("不论并发症", "whatever the complications"), "mcc": ("伴严重并发症或合并症", "with a major complication"),
    "mcc_or_cc": ("伴并发症或合并症", "with a complication, major or not"), "cc": ("伴一般并发症或合并症", "with a complication, none major"),
    "none": ("不伴并发症或合并症", "without complications")}
COMPLICATION = {"none": ("无", "none"), "cc": ("一般并发症或合并症", "complication"), "mcc": ("严重并发症或合并症", "major complication")}
DRG = Table("drg", "DRG 细分组", "Splits into groups", key=("adrg", "seq"), columns=(
    text("adrg", "核心疾病诊断相关组", "basic group"), whole("seq", "次序", "order", minimum=0), text("drg", "疾病诊断相关组", "group"),
    code("kind", "并发症要求", "complications asked for", KIND), text("name", "名称", "name"), *CONDITIONS))
