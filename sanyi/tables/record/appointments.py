"""Appointments that have come to their end: kept, missed or cancelled."""
from sanyi.tables.table import Table, code, date, flag, text

APPOINTMENTS = Table(
    "appointments", "预约", "Appointments", key=("appointment_id",),
    note="由 `sanyi export` 写入：平台上已有结果的预约；改期的只留改到的一次。Written by `sanyi export`: appointments of the platform that have come to an end; of one that was moved the last alone.",
    columns=(
        text("appointment_id", "预约编号", "appointment"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("channel_code", "渠道", "channel", {
            "own": ("本人", "the patient"), "desk": ("本机构窗口", "the institution's desk"), "member": ("成员机构代约", "a member"), "clinic": ("其他机构代约", "another institution"),
            "referral": ("转诊内预约", "inside a referral")}),
        text("referral_id", "转诊单号", "referral", nullable=True),
        code("status_code", "结果", "outcome", {"served": ("已就诊", "kept"), "no_show": ("爽约", "missed"), "cancelled": ("已取消", "cancelled")}),
        date("booked_on", "预约日期", "booked on"),
        date("appointed_on", "就诊日期", "appointed for"),
        flag("is_examination", "检查预约", "for an examination"),
    ),
)
