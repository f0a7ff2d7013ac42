"""Which rules with conditions a principal diagnosis, alone or with a main operation, may fulfil."""
from sanyi.tables.table import Table, whole

SCHEME_CANDIDATES = Table("scheme_candidates", "带条件的规则", "Rules with conditions", key=("key_number", "rank_number"), columns=(
    whole("key_number", "同类号与操作号合成的键；不看主手术的操作号为 0", "group number × 2^20 + operation number, 0 where no main operation is asked for"),
    whole("rank_number", "规则次序", "place of the rule"), whole("need_count", "该规则的编码要求数", "code requirements of that rule")))
