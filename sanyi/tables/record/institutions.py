"""Hospitals and clinics of every level, in the area and outside it."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, flag, text, whole

INSTITUTIONS = Table(
    "institutions", "医疗机构", "Institutions", key=("institution_id",),
    columns=(
        text("institution_id", "机构编码", "institution code"),
        text("name", "名称", "name"),
        code("level_code", "级别", "level", codes.LEVEL),
        code("kind_code", "类别", "kind", {
            "general": ("综合", "general"), "tcm": ("中医", "Chinese medicine"), "maternal_child": ("妇幼", "maternal and child"),
            "specialty": ("专科", "specialty"), "primary": ("基层", "primary care"), "station": ("村室", "village clinic")}),
        code("ownership_code", "举办主体", "owner", {"public": ("公立", "public"), "private": ("社会办", "private")}),
        text("region_id", "所在区划", "region", references="regions.region_id"),
        flag("is_in_area", "是否统筹区内", "inside the insurance area"),
        whole("bed_count", "床位数", "beds", "beds", minimum=0),
        date("opened_on", "开业日期", "opened on"),
    ),
)
