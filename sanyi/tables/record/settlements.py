"""Who paid what of each bill."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, month, text

SETTLEMENTS = Table(
    "settlements", "结算", "Settlements", key=("settlement_id",),
    note="total = fund + catastrophic + aid + account + cash.",
    partition="month",
    columns=(
        text("settlement_id", "结算编码", "settlement code"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        fen("total_fen", "总费用", "whole bill"),
        fen("in_scope_fen", "政策范围内费用", "amount in scope"),
        fen("fund_fen", "统筹基金支付", "paid by the basic fund"),
        fen("catastrophic_fen", "大病保险支付", "paid by catastrophic insurance"),
        fen("aid_fen", "医疗救助支付", "paid by medical aid"),
        fen("account_fen", "个人账户支付", "paid from the personal account"),
        fen("cash_fen", "个人现金支付", "paid in cash by the patient"),
        date("settled_on", "结算日期", "settled on"),
        month(),
    ),
)
