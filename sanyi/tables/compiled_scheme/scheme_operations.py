"""Each operation code that cases may carry."""
from sanyi.tables.table import Table, flag, text, whole

SCHEME_OPERATIONS = Table("scheme_operations", "方案操作", "Operations of the scheme", key=("code",), columns=(
    text("code", "病例上的编码", "code as the case has it"), text("mapped_code", "医保版编码", "code of the insurance edition"),
    whole("operation_number", "操作号", "number of the operation", minimum=1), flag("is_valid", "有效手术", "counts as an operation")))
