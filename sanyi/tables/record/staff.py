"""People who work in the institutions."""
from sanyi.tables.table import Table, code, flag, text

STAFF = Table(
    "staff", "卫生人员", "Staff", key=("staff_id",),
    columns=(
        text("staff_id", "人员编码", "staff code"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("role_code", "岗位", "role", {
            "doctor": ("医师", "doctor"), "general_practitioner": ("全科医师", "general practitioner"), "nurse": ("护士", "nurse"),
            "pharmacist": ("药师", "pharmacist"), "public_health": ("公共卫生", "public health"),
            "technician": ("医技", "technician"), "management": ("管理", "management")}),
        code("title_code", "职称", "title", {
            "senior": ("正高", "senior"), "associate": ("副高", "associate senior"), "middle": ("中级", "middle"),
            "junior": ("初级", "junior"), "none": ("无", "none")}),
        flag("is_active", "在岗", "in post"),
    ),
)
