"""The year's budget of each insurance fund by pool."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, whole

FUND_POOLS = Table(
    "fund_pools", "基金预算", "Fund pools", key=("insurance_code", "year", "pool_code"),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        code("pool_code", "预算项目", "pool", {
            "dip_inpatient": ("区内住院按病种分值", "stays in the area, paid by points"),
            "outpatient": ("区内门诊", "outpatient care in the area"), "off_site": ("统筹区外", "care outside the area")}),
        fen("budget_fen", "预算额", "budget"),
    ),
)
