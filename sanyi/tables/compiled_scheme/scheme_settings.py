"""The scheme's checks before grouping, one row."""
from sanyi.tables.table import Table, flag, text

SCHEME_SETTINGS = Table("scheme_settings", "方案设置", "Settings of the scheme", key=("scheme_code",), columns=(
    text("scheme_code", "方案", "scheme"), flag("is_weight_needed", "新生儿须有体重", "a newborn needs a birth weight"),
    flag("is_operation_refused", "未知操作拒绝入组", "an unknown operation refuses the case")))
