"""Medical consortia and their lead hospitals."""
from sanyi.tables.table import Table, code, date, text

CONSORTIA = Table(
    "consortia", "医联体", "Consortia", key=("consortium_id",),
    columns=(
        text("consortium_id", "医联体编码", "consortium code"),
        text("name", "名称", "name"),
        code("kind_code", "类型", "kind", {
            "tight": ("紧密型", "tight"), "loose": ("松散型", "loose"), "specialty": ("专科联盟", "specialty alliance"),
            "remote": ("远程协作网", "telemedicine network")}),
        text("lead_institution_id", "牵头医院", "lead hospital", references="institutions.institution_id"),
        text("region_id", "服务区域", "area served", references="regions.region_id"),
        date("start_on", "成立日期", "started on"),
        date("end_on", "终止日期", "ended on", nullable=True),
    ),
)
