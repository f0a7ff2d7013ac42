"""Services given under family-doctor contracts, one row each, as the teams logged them."""
from sanyi.tables.table import Table, code, date, flag, text, whole

CONTRACT_CARE = Table(
    "contract_care", "签约履约服务", "Care given under contracts", key=("service_id",),
    note="由 `sanyi export` 写入：平台上登记且未更正的履约；逾期指该次服务晚于服务包应做之日。Written by `sanyi export`: services logged here and not corrected; late: given after the day the package owed it.",
    columns=(
        text("service_id", "服务编号", "service"),
        text("contract_id", "签约编码", "contract code", references="contracts.contract_id"),
        text("team_id", "团队编码", "team code", references="teams.team_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("staff_id", "提供人员", "who gave it"),
        text("service_code", "服务项目", "service of the package"),
        date("given_on", "服务日期", "given on"),
        whole("weight_e4", "标化权重", "weight as work", "e4", minimum=0),
        flag("is_late", "逾期完成", "given late"),
        whole("score_number", "居民对该签约的评分", "the resident's score of the contract", minimum=1, nullable=True),
    ),
)
