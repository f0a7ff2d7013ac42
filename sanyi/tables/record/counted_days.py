"""For how many days of a year the budgets of a record count, where it was cut at a day."""
from sanyi.tables.table import Table, whole

COUNTED_DAYS = Table(
    "counted_days", "预算计入天数", "Days that budgets count for", key=("year",),
    note="只由“如果今天关账”写入；没有这一行的年度，预算按全年计。 Written only by closing a year on a day; budgets of a year without a row count whole.",
    columns=(
        whole("year", "年度", "year", "year", minimum=1900),
        whole("gone_days", "已过天数", "days gone", "days", minimum=1),
        whole("year_days", "全年天数", "days of the year", "days", minimum=1),
    ),
)
