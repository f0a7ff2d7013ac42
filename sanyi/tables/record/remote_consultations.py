"""Remote consultations that have come to an end. Source: NG-05."""
from sanyi.tables.table import Table, code, date, fen, text, whole

REMOTE_CONSULTATIONS = Table(
    "remote_consultations", "远程会诊", "Remote consultations", key=("consultation_id",),
    note="由 `sanyi export` 写入：已办结或未接受的会诊。Written by `sanyi export`: consultations that were closed or declined.",
    columns=(
        text("consultation_id", "会诊编号", "consultation"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("from_institution_id", "申请机构", "institution that asked", references="institutions.institution_id"),
        text("to_institution_id", "会诊机构", "experts' institution", references="institutions.institution_id"),
        code("kind_code", "类别", "kind", {
            "clinical": ("临床会诊", "clinical"), "imaging": ("影像会诊", "imaging"), "pathology": ("病理会诊", "pathology"), "ecg": ("心电会诊", "ECG"), "team": ("多学科会诊", "team"),
            "special_clinic": ("远程专家门诊", "remote expert clinic")}),
        code("status_code", "结果", "outcome", {"closed": ("已办结", "closed"), "declined": ("未接受", "declined")}),
        date("asked_on", "申请日期", "asked on"),
        fen("fee_fen", "费用", "fee"),
        whole("grade_number", "评价（分）", "evaluation, points", "", nullable=True, minimum=0),
    ),
)
