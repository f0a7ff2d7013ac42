"""The diagnoses that open a major category, with the body site where it counts sites."""
from sanyi.tables.table import Table, text

MDC_DX = Table("mdc_dx", "大类诊断表", "Diagnoses of the major categories", key=("mdc", "dx"), columns=(
    text("mdc", "主要诊断大类", "major category"), text("dx", "诊断编码", "diagnosis"),
    text("part", "身体部位", "body site", nullable=True)))
