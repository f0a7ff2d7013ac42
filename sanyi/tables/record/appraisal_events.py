"""Commendations, criticisms, vetoes and gate grades of the year."""
from sanyi.tables.table import Table, code, text, whole

APPRAISAL_EVENTS = Table(
    "appraisal_events", "考核事项", "Appraisal events", key=("institution_id", "year", "kind_code", "event_code", "document_number"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("kind_code", "类型", "kind", {
            "bonus": ("加分", "bonus"), "malus": ("扣分", "malus"), "veto": ("一票否决", "veto"), "gate": ("前置考核", "gate")}),
        text("event_code", "事项", "event (a level for bonus and malus, a veto's or a gate's name)"),
        whole("points_e4", "分值", "points in ten-thousandths, for bonus and malus", "e4", minimum=0),
        text("grade_code", "等次", "grade, for gates", nullable=True),
        text("document_number", "文号", "document number"),
    ),
)
