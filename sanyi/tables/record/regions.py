"""The places of the region, from province to village."""
from sanyi.tables.table import Table, code, text

REGIONS = Table(
    "regions", "行政区划", "Regions", key=("region_id",),
    columns=(
        text("region_id", "区划代码", "region code"),
        text("name", "名称", "name"),
        code("level_code", "级别", "level", {
            "province": ("省", "province"), "city": ("市", "city"), "district": ("区县", "district or county"),
            "town": ("乡镇街道", "town"), "village": ("村居", "village or neighbourhood")}),
        text("parent_region_id", "上级区划", "parent region", nullable=True, references="regions.region_id"),
    ),
)
