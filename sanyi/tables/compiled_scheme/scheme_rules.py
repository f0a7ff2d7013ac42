"""Every rule in the one order in which they are tried, with the group it leads to at each level of complication."""
from sanyi.tables.table import Table, code, flag, text, whole

RULE_STATUS = {"grouped": ("已入组", "grouped"), "ambiguous": ("歧义", "ambiguous")}
SCHEME_RULES = Table("scheme_rules", "规则", "Rules in order", key=("rank_number",), columns=(
    whole("rank_number", "次序", "place of the rule"), text("mdc_code", "主要诊断大类", "major category"), text("adrg_code", "核心疾病诊断相关组", "basic group"),
    code("rule_status_code", "结果", "what it leads to", RULE_STATUS), flag("has_main_list", "看主手术", "asks for the main operation"),
    text("drg_none_code", "无并发症时的组", "group without complications"), text("drg_cc_code", "一般并发症时的组", "group with a complication"),
    text("drg_mcc_code", "严重并发症时的组", "group with a major complication"),
    text("asked_zh", "规则所问（中文）", "what the rule asks, in Chinese"), text("asked_en", "规则所问（英文）", "what the rule asks, in English")))
