"""Referrals up, down, sideways and off-site."""
from sanyi.tables.table import Table, code, date, text

REFERRALS = Table(
    "referrals", "转诊", "Referrals", key=("referral_id",),
    columns=(
        text("referral_id", "转诊单号", "referral code"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("direction_code", "方向", "direction", {
            "up": ("上转", "up"), "down": ("下转", "down"), "sideways": ("平转", "sideways"), "off_site": ("转外", "off-site")}),
        text("from_institution_id", "转出机构", "from", references="institutions.institution_id"),
        text("to_institution_id", "转入机构", "to", references="institutions.institution_id"),
        code("status_code", "状态", "status", {
            "arrived": ("已到诊", "arrived"), "rejected": ("已拒绝", "rejected"), "no_show": ("未到诊", "did not arrive"),
            "closed": ("已办结", "closed")}),
        text("diagnosis_code", "诊断编码", "diagnosis", nullable=True),
        date("referred_on", "转诊日期", "referred on"),
    ),
)
