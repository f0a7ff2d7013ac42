"""One unbroken run of insured months of one person in one year."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole

INSURED_MONTHS = Table(
    "insured_months", "参保月份", "Insured months", key=("resident_id", "insurance_code", "year", "from_month"),
    columns=(
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        whole("from_month", "起始月", "first month", "month of the year", minimum=1),
        whole("to_month", "终止月", "last month", "month of the year", minimum=1),
        code("person_class_code", "人员类别", "class of person", {
            "ordinary": ("普通", "ordinary"), "poor": ("困难人员", "poor"), "disabled": ("残疾", "disabled"),
            "retired": ("退休", "retired"), "student": ("学生儿童", "student or child")}),
    ),
)
