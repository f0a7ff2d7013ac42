"""Examinations that a centre reported for a clinic. Source: NG-01 … NG-04."""
from sanyi.tables.table import Table, code, date, flag, text, whole

SHARED_EXAMINATIONS = Table(
    "shared_examinations", "共享诊断", "Shared examinations", key=("exam_id",),
    note="由 `sanyi export` 写入：已发布的检查检验；仅经治人员可见的不导出。Written by `sanyi export`: examinations whose report is out; what the attending staff alone may see is left out.",
    columns=(
        text("exam_id", "申请单号", "examination"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("from_institution_id", "申请机构", "institution that asked", references="institutions.institution_id"),
        text("to_institution_id", "诊断中心", "centre", references="institutions.institution_id"),
        code("kind_code", "类别", "kind", {"imaging": ("影像", "imaging"), "ecg": ("心电", "ECG"), "laboratory": ("检验", "laboratory"), "pathology": ("病理", "pathology")}),
        text("item_code", "项目编码", "item"),
        date("ordered_on", "申请日期", "ordered on"),
        date("released_on", "首次发布日期", "first released on"),
        flag("is_in_time", "按时报告", "reported in time", nullable=True),
        whole("critical_stage_number", "危急值确认于第几级（无危急值为空）", "stage at which its critical value was read back; 0 not yet, empty where there is none", "", nullable=True, minimum=0),
    ),
)
