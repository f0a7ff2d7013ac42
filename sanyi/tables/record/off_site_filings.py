"""Who is filed as living, working or being treated outside the area, and when."""
from sanyi.tables.table import Table, date, text

OFF_SITE_FILINGS = Table(
    "off_site_filings", "异地就医备案", "Off-site filings", key=("resident_id", "from_on"),
    columns=(
        text("resident_id", "居民编码", "resident", references="residents.resident_id"),
        date("from_on", "起始日期", "from"),
        date("to_on", "终止日期", "to (last day)", nullable=True),
    ),
)
