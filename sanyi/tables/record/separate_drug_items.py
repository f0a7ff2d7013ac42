"""The drugs that the fund pays apart from the price of a stay (nationally negotiated ones, as the site lists them)."""
from sanyi.tables.table import Table, date, text, whole

SEPARATE_DRUG_ITEMS = Table(
    "separate_drug_items", "单独支付药品目录", "Drugs paid separately", key=("item_code",),
    columns=(
        text("item_code", "项目编码", "item", references="charge_items.item_code"),
        whole("fund_share_ppm", "基金支付比例（空为按该单据的比例）", "share of its in-scope amount that the fund pays; empty: as on the bill", "ppm", nullable=True, minimum=0),
        date("from_on", "起始日期", "paid separately from"),
        date("to_on", "截止日期", "to, the last day", nullable=True),
    ),
)
