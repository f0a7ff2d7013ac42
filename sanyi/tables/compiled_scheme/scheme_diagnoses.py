"""Each diagnosis code that cases may carry, and all that it decides alone."""
from sanyi.tables.table import Table, flag, text, whole

SCHEME_DIAGNOSES = Table("scheme_diagnoses", "方案诊断", "Diagnoses of the scheme", key=("code",), columns=(
    text("code", "病例上的编码", "code as the case has it"), text("mapped_code", "医保版编码", "code of the insurance edition"),
    whole("diagnosis_number", "诊断号", "number of the diagnosis", minimum=1),
    whole("group_number", "主要诊断同类号", "number of the principal diagnoses that open the same rules"),
    whole("plain_rank_number", "没有有效手术时，仅凭主要诊断满足的首条规则", "first rule the principal diagnosis alone fulfils without a valid operation"),
    whole("valid_rank_number", "有有效手术时，仅凭主要诊断满足的首条规则", "first rule it alone fulfils with a valid operation"),
    flag("has_candidates", "有更先而带条件的规则", "rules with conditions come before those"),
    whole("principal_exclusion_number", "作主要诊断时的排除表", "exclusion table as principal; 0 none"),
    whole("own_number", "作主要诊断时的排除码字", "code word of its exclusion table as principal, for both degrees; 0 none"),
    whole("complication_number", "作并发症时的排除码字", "code word of its exclusion table as complication, in the degree's own bits; 0 no complication"),
    whole("mcc_exclusion_number", "作严重并发症时的排除表", "exclusion table as major complication", nullable=True),
    whole("cc_exclusion_number", "作并发症时的排除表", "exclusion table as complication", nullable=True),
    text("principal_exclusion_code", "作主要诊断时的排除表号", "its exclusion table's number as principal", nullable=True),
    text("complication_exclusion_code", "作并发症时的排除表号", "its exclusion table's number as complication, the major one's first", nullable=True)))
