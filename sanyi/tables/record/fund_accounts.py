"""What each insurance fund held when the year began."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, whole

FUND_ACCOUNTS = Table(
    "fund_accounts", "基金账户", "Fund accounts", key=("insurance_code", "year"),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        fen("opening_balance_fen", "年初累计结余", "balance carried into the year"),
    ),
)
