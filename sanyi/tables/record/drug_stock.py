"""Month-end stock and use of each watched drug."""
from sanyi.tables.table import Table, date, text, whole

DRUG_STOCK = Table(
    "drug_stock", "药品库存", "Drug stock", key=("institution_id", "item_code", "stock_on"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("item_code", "药品编码", "drug", references="charge_items.item_code"),
        date("stock_on", "盘点日期", "stock taken on"),
        whole("stock_quantity_e3", "库存数量", "stock in thousandths", "thousandths", minimum=0),
        whole("monthly_use_e3", "月消耗量", "use of the month in thousandths", "thousandths", minimum=0),
    ),
)
