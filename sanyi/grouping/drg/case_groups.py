"""Every stay of the year in its DRG, or why it has none."""
import ibis

from sanyi.grouping.drg.grouped import grouped
from sanyi.grouping.drg.worked import SCHEME
from sanyi.tables import codes
from sanyi.tables.scheme.drg import COMPLICATION
from sanyi.tables.table import Table, code, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

STATUS = {"grouped": ("已入组", "grouped"), "ungrouped": ("未入组", "ungrouped"), "ambiguous": ("歧义", "ambiguous"), "refused": ("拒绝入组", "refused")}
REASON = {
    "rule": ("符合该组规则", "fulfils the group's rule"), "no_rule": ("不符合任何组的规则", "fulfils no group's rule"),
    "unrelated_operation": ("有有效手术，但与主要诊断不符", "has a valid operation, none that goes with the principal diagnosis"),
    "no_principal_diagnosis": ("缺主要诊断", "no principal diagnosis"), "two_principal_diagnoses": ("有两个以上主要诊断", "more than one principal diagnosis"),
    "unknown_diagnosis": ("主要诊断不在方案编码内", "the principal diagnosis is unknown to the scheme"), "unknown_sex": ("性别不明", "sex not known"),
    "no_age": ("缺年龄", "no age"), "no_age_in_days": ("不满一岁而缺日龄", "under one year of age and no age in days"),
    "no_birth_weight": ("新生儿缺体重", "newborn without a birth weight"), "unknown_operation": ("手术操作不在方案编码内", "an operation is unknown to the scheme"),
    "faulty_cell": ("有数据项不可用（只见于病例文件入组）", "a cell that cannot be (only where a file of cases is grouped)"),
}
LEAVING = {"home": 1, "transfer": 2, "community": 3, "against_advice": 4, "died": 5}
HOURS_A_DAY = 24
ANSWER = (
    code("status_code", "状态", "status", STATUS), code("reason_code", "依据", "reason", REASON),
    text("mdc_code", "主要诊断大类", "major category", nullable=True), text("adrg_code", "核心疾病诊断相关组", "basic group", nullable=True),
    text("drg_code", "疾病诊断相关组（0000 为未入组）", "group; 0000 is ungrouped, empty is refused", nullable=True),
    code("complication_code", "计入的并发症", "complication that counts", COMPLICATION),
    whole("rule_number", "方案规则的次序", "place of the rule in the scheme", nullable=True, minimum=0),
)
CASE_GROUPS = Table(
    "drg_case_groups", "病例 DRG 入组", "Cases in their DRGs", key=("encounter_id",),
    note="区内机构的住院与日间手术各一行。拒绝入组的病例待更正。One row per stay in the area; refused cases wait for correction.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE), month(), text("scheme_code", "分组方案", "scheme"), *ANSWER))


@step(makes=CASE_GROUPS, locality="case", source=Source("CHS-DRG 分组方案 1.1 版", "分组规则", "DRG-1 DRG-2 DRG-3 DRG-5", "S4 K"), chosen_by=codes.BY_DRG, examples=SCHEME)
def drg_case_groups(encounters, diagnoses, operations, residents, institutions, scheme_diagnoses, scheme_operations, scheme_keys, scheme_candidates,
                    scheme_conditions, scheme_requirements, scheme_needs, scheme_rules, scheme_settings, plan):
    """Give every stay of the year its group by the plan's scheme (`drg.scheme`), its status and the reason."""
    scheme = {table.get_name(): table for table in (
        scheme_diagnoses, scheme_operations, scheme_keys, scheme_candidates, scheme_conditions, scheme_requirements, scheme_needs, scheme_rules, scheme_settings)}
    return groups_of(encounters, diagnoses, operations, residents, institutions, scheme, plan)


def groups_of(encounters, diagnoses, operations, residents, institutions, scheme, plan):
    """The stays among some encounters in the groups of a compiled scheme."""
    stays = _stays(encounters, residents, institutions)
    chosen = {"diagnoses": diagnoses, "operations": operations}
    found = grouped(stays, *(rows.semi_join(stays.select("encounter_id"), "encounter_id") for rows in chosen.values()), scheme)
    return found.mutate(scheme_code=ibis.literal(plan.value("drg.scheme")))


def _stays(encounters, residents, institutions):
    """Stays in the area as grouping reads a case; a day surgery's stay is at most a day."""
    inside = institutions.filter(institutions.is_in_area).select("institution_id")
    stays = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES)).semi_join(inside, "institution_id")
    sex = residents.select("resident_id", sex_number=residents.sex_code.cases(("male", 1), ("female", 2), else_=ibis.null("int64")).cast("int64"))
    stays = stays.left_join(sex, "resident_id").drop("resident_id_right")
    day_surgery = (stays.type_code == "day_surgery") & (stays.stay_days > 1)
    return stays.select(
        "encounter_id", "institution_id", "resident_id", "insurance_code", "settled_month", "sex_number", "age_years", "age_days",
        weight_grams="birth_weight_grams", stay_days=day_surgery.ifelse(1, stays.stay_days), icu_hours_count=stays.icu_days * HOURS_A_DAY,
        leaving_number=stays.discharge_way_code.cases(*LEAVING.items(), else_=ibis.null("int64")).cast("int64"))
