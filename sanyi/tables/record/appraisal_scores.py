"""Scores given to each institution at each stage of the year."""
from sanyi.tables.table import Table, code, text, whole

APPRAISAL_SCORES = Table(
    "appraisal_scores", "考核得分", "Appraisal scores", key=("institution_id", "year", "stage_code"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("stage_code", "阶段", "stage", {
            "quarter_1": ("一季度监测", "first quarter"), "quarter_3": ("三季度监测", "third quarter"),
            "half_year": ("半年评估", "half-year"), "year_end": ("年终考核", "year-end")}),
        whole("score_e4", "得分", "score in ten-thousandths of a point", "e4", minimum=0),
    ),
)
