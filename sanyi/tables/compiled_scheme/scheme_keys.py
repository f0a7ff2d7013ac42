"""What a principal diagnosis and a main operation decide together."""
from sanyi.tables.table import Table, flag, whole

SCHEME_KEYS = Table("scheme_keys", "主诊断与主手术", "Principal diagnosis with main operation", key=("key_number",), columns=(
    whole("key_number", "同类号与操作号合成的键", "group number × 2^20 + operation number"),
    whole("key_rank_number", "二者满足的首条无条件规则", "first rule without conditions that both fulfil"),
    flag("has_key_candidates", "有更先而带条件的规则", "rules with conditions come before that")))
