"""The choices a scheme leaves open; a switch that is not listed stands as the rule text has it."""
from sanyi.tables.table import Table, flag, text

SWITCHES = Table("switches", "开关", "Switches", key=("name",), columns=(
    text("name", "开关", "switch"), flag("value", "取值", "setting")))
