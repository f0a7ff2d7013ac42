"""Which requirements each rule needs."""
from sanyi.tables.table import Table, whole

SCHEME_NEEDS = Table("scheme_needs", "规则所需的编码要求", "Requirements of the rules", key=("requirement_number", "rank_number"), columns=(
    whole("requirement_number", "要求号", "number of the requirement"), whole("rank_number", "规则次序", "place of the rule"),
    whole("least_count", "至少几个不同对象", "how many different things at least", minimum=1),
    whole("need_count", "该规则的要求数", "requirements of that rule", minimum=1)))
