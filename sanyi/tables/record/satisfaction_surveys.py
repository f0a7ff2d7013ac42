"""What surveys say of how patients and staff are satisfied."""
from sanyi.tables.table import Table, code, text, whole

SATISFACTION_SURVEYS = Table(
    "satisfaction_surveys", "满意度调查", "Satisfaction surveys", key=("institution_id", "year", "kind_code"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("kind_code", "对象", "who was asked", {"outpatient": ("门诊患者", "outpatients"), "inpatient": ("住院患者", "inpatients"), "staff": ("职工", "staff")}),
        whole("answer_count", "有效问卷", "valid answers", "answers", minimum=0),
        whole("score_e4", "平均得分", "mean score of 0 to 100 points", "e4", minimum=0),
    ),
)
