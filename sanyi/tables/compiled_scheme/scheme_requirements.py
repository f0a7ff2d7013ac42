"""Which codes count towards which requirement (a code of a list anywhere in the case)."""
from sanyi.tables.table import Table, whole

SCHEME_REQUIREMENTS = Table("scheme_requirements", "编码要求", "Code requirements", key=("item_number", "requirement_number"), columns=(
    whole("item_number", "类别与编码号合成的键", "kind × 2^20 + number; kinds: 1 any diagnosis, 2 secondary diagnosis, 3 operation"),
    whole("requirement_number", "要求号", "number of the requirement"), whole("counted_number", "计数对象", "what is counted once: a code or a body site")))
