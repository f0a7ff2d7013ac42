"""The gate of each major category, in the order they are tried."""
from sanyi.tables.scheme.conditions import CONDITIONS
from sanyi.tables.table import Table, flag, text, whole

MDC_RULE = Table("mdc_rule", "主要诊断大类入口", "Gates of the major categories", key=("seq",), columns=(
    whole("seq", "次序", "order", minimum=0),
    text("mdc", "主要诊断大类", "major category"),
    flag("pdx_in", "主要诊断须在大类诊断表", "the principal diagnosis must be in mdc_dx"),
    flag("main_proc_valid", "主要操作须为有效手术", "the main operation must be valid"),
    whole("min_sites", "诊断涉及的最少部位数", "least number of body sites among all diagnoses", "", nullable=True, minimum=1),
    flag("has_ambiguity", "是否设歧义组（空：按主诊断入口且有内科组时设）", "has an ambiguity group; empty: where it has medical groups", nullable=True),
    *CONDITIONS))
