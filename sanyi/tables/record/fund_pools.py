"""The year's budget of each insurance fund by pool."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, whole

FUND_POOLS = Table(
    "fund_pools", "基金预算", "Fund pools", key=("insurance_code", "year", "pool_code"),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        code("pool_code", "预算项目", "pool", codes.POOL),
        fen("budget_fen", "预算额", "budget"),
    ),
)
