"""Which institutions belong to which consortium, and when."""
from sanyi.tables.table import Table, code, date, flag, text

CONSORTIUM_MEMBERS = Table(
    "consortium_members", "医联体成员", "Consortium members", key=("consortium_id", "institution_id", "from_on"),
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("role_code", "角色", "role", {"lead": ("牵头", "lead"), "member": ("成员", "member")}),
        date("from_on", "加入日期", "from"),
        date("to_on", "退出日期", "to (last day)", nullable=True),
        flag("has_full_finance", "是否全额财政", "fully financed by the budget"),
    ),
)
