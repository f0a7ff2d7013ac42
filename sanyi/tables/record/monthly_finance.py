"""Income, expense and volumes of each institution, month by month."""
from sanyi.tables.table import Table, fen, text, whole

MONTHLY_FINANCE = Table(
    "monthly_finance", "机构月报", "Monthly finance", key=("institution_id", "month"),
    note="Medical income = outpatient + inpatient income; drug and other class incomes are parts of it.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("month", "月份", "month", "yyyymm", minimum=190001),
        fen("outpatient_income_fen", "门诊收入", "outpatient income"),
        fen("inpatient_income_fen", "住院收入", "inpatient income"),
        fen("drug_income_fen", "药品收入", "drug income, herbal pieces included", minimum=None),
        fen("herbal_income_fen", "中药饮片收入", "income from herbal pieces"),
        fen("material_income_fen", "卫生材料收入", "income from material"),
        fen("examination_income_fen", "检查收入", "examination income"),
        fen("laboratory_income_fen", "化验收入", "laboratory income"),
        fen("fiscal_subsidy_fen", "财政直接补助收入", "direct fiscal subsidy"),
        fen("expense_fen", "总支出", "whole expense"),
        fen("staff_expense_fen", "人员经费", "staff expense"),
        fen("fixed_pay_fen", "固定薪酬", "fixed part of pay"),
        fen("drug_expense_fen", "药品支出", "drug expense"),
        fen("material_expense_fen", "卫生材料支出", "material expense"),
        fen("management_expense_fen", "管理费用", "management expense"),
        fen("energy_expense_fen", "水电气支出", "energy expense"),
        whole("visit_count", "诊疗人次", "visits", "visits", minimum=0),
        whole("discharge_count", "出院人次", "discharges", "discharges", minimum=0),
        whole("bed_days_count", "出院者占用床日", "bed-days of discharges", "days", minimum=0),
    ),
)
