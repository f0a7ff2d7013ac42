"""The people of the region; the identity number only as a hash."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, text

RESIDENTS = Table(
    "residents", "居民", "Residents", key=("resident_id",),
    columns=(
        text("resident_id", "居民编码", "resident code"),
        text("identity_hash", "证件号摘要", "hash of the identity number", nullable=True),
        code("sex_code", "性别", "sex", codes.SEX),
        date("born_on", "出生日期", "born on"),
        text("region_id", "常住区划", "place of residence", references="regions.region_id"),
        date("died_on", "死亡日期", "died on", nullable=True),
    ),
)
