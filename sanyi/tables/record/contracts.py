"""Contracts of residents with family-doctor teams."""
from sanyi.tables.table import Table, code, date, text

CONTRACTS = Table(
    "contracts", "家庭医生签约", "Family-doctor contracts", key=("contract_id",),
    columns=(
        text("contract_id", "签约编码", "contract code"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("team_id", "团队编码", "team code", references="teams.team_id"),
        code("package_code", "服务包", "package", {
            "basic": ("基础包", "basic"), "chronic": ("慢病包", "chronic disease"), "elderly": ("老年包", "elderly"),
            "child": ("儿童包", "child"), "pregnant": ("孕产包", "pregnancy")}),
        date("signed_on", "签约日期", "signed on"),
        date("start_on", "生效日期", "in force from"),
        date("end_on", "到期日期", "in force to (last day)"),
        code("status_code", "状态", "status", {
            "active": ("有效", "active"), "ended": ("已终止", "ended early"), "expired": ("已到期", "expired")}),
    ),
)
