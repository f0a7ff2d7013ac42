"""Why every stay of the year is in its DRG: the codes that decided."""
from sanyi.grouping.drg.traced import TRACE, traced
from sanyi.grouping.drg.worked import cases
from sanyi.tables import codes
from sanyi.tables.table import Table, month, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CASE_TRACES = Table(
    "drg_case_traces", "病例 DRG 入组依据", "Why cases are in their DRGs", key=("encounter_id",),
    note="与病例 DRG 入组逐例对应。One row for each row of the cases in their DRGs.",
    columns=(text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"), month(), *TRACE))


@step(makes=CASE_TRACES, locality="case", source=Source("CHS-DRG 分组方案 1.1 版", "并发症排除", "DRG-3", "S4"), chosen_by=codes.BY_DRG, examples=(
    Example("首个计入的并发症与因排除表相同而不计的并发症", "The first complication that counts, and one that its exclusion table keeps from counting", numbers=("EX-01",),
            given={**cases(("a", "female", 88, "K22.300x099 E11.900 K22.301 L97.x00 K11.901", "96.0800x005 60.5x02"), ("b", "male", 30, "G91.900 Q99.999", "00.0000")),
                   "drg_case_groups": [{"encounter_id": "a", "complication_code": "cc", "rule_number": 1}, {"encounter_id": "b"}]},
            expect=({"encounter_id": "a", "principal_diagnosis_code": "K22.301", "principal_exclusion_code": "111", "main_operation_code": "96.0800x005",
                     "valid_operation_code": "60.5x02", "complication_diagnosis_code": "L97.x00", "complication_exclusion_code": "127", "excluded_diagnosis_code": "K22.301",
                     "unknown_diagnosis_code": None, "unknown_operation_code": None,
                     "asked_en": "the principal diagnosis is in mdc_dx MDCP; a diagnosis is in PS1 0; age in years ≤ 0; age in days ≤ 28; weight in grams 1–1499"},
                    {"encounter_id": "b", "principal_diagnosis_code": "G91.900", "principal_exclusion_code": "74", "main_operation_code": None,
                     "valid_operation_code": None, "complication_diagnosis_code": None, "complication_exclusion_code": None, "excluded_diagnosis_code": None,
                     "unknown_diagnosis_code": "Q99.999", "unknown_operation_code": "00.0000", "asked_en": None})),))
def drg_case_traces(drg_case_groups, diagnoses, operations, scheme_diagnoses, scheme_operations, scheme_rules):
    """Name the codes behind each case's group."""
    scheme = {table.get_name(): table for table in (scheme_diagnoses, scheme_operations, scheme_rules)}
    return traced(drg_case_groups.select("encounter_id", "settled_month", "complication_code", "rule_number"), diagnoses, operations, scheme)
