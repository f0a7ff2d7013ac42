"""What each institution's history cases cost, and what they would have cost at the region's group means."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

INSTITUTION_COSTS = Table(
    "dip_institution_costs", "机构历史费用与标准费用", "Institutions' costs against the region's", key=("institution_id", "year"),
    note="裁剪病例与基层病种不计。Without trimmed cases and primary-care groups, where no coefficient applies.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        fen("cost_fen", "实际费用", "cost of its cases"),
        fen("expected_fen", "标准费用", "the same cases at their groups' weighted means"),
        whole("young_old_count", "其中老人与儿童（机构系数考虑年龄构成时）", "of them children and seniors, where the coefficient asks for the age mix", "cases", minimum=0),
    ),
)
YOUNG_AND_OLD = ("neonate", "infant", "child", "65_69", "70_79", "80_over")

EXPECTED = Example(
    "同样的病例按全区域均费应花多少", "The same cases at the region's means",
    given={"dip_catalogue_cases": [
        {"encounter_id": "1", "institution_id": "h", "year": 2019, "group_code": "A", "cost_fen": 1200},
        {"encounter_id": "2", "institution_id": "h", "year": 2019, "group_code": "B", "cost_fen": 9000},
        {"encounter_id": "3", "institution_id": "h", "year": 2019, "group_code": "A", "cost_fen": 99_000, "is_trimmed": True}],
        "dip_groups": [{"group_code": "A", "weighted_mean_fen": 1000},
                       {"group_code": "B", "weighted_mean_fen": 5000, "is_primary_care": True}]},
    expect=({"institution_id": "h", "year": 2019, "case_count": 1, "cost_fen": 1200, "expected_fen": 1000},))

AGED = Example(
    "机构系数考虑年龄构成时，另计6岁及以下与65岁及以上的例数", "Where the coefficient asks for the age mix, cases up to 6 and from 65 are counted", values={"dip.coefficient_method": "composed"},
    given={"dip_catalogue_cases": [{"encounter_id": name, "institution_id": "h", "year": 2019, "group_code": "A", "cost_fen": 1200} for name in "abc"],
           "dip_groups": [{"group_code": "A", "weighted_mean_fen": 1000}],
           "dip_history_cases": [{"encounter_id": name, "age_level_code": level} for name, level in (("a", "child"), ("b", "none"), ("c", "80_over"))]},
    expect=({"institution_id": "h", "case_count": 3, "young_old_count": 2},))


@step(makes=INSTITUTION_COSTS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "医疗机构等级系数", "DIP-25", "S2 LOC"), examples=(EXPECTED, AGED))
def dip_institution_costs(dip_catalogue_cases, dip_groups, dip_history_cases, plan):
    """Cost and expected cost of each institution's kept history cases by year, and how many of them were children and seniors."""
    groups = dip_groups.filter(~dip_groups.is_primary_care & dip_groups.weighted_mean_fen.notnull())
    cases = dip_catalogue_cases.filter(~dip_catalogue_cases.is_trimmed).select("encounter_id", "institution_id", "year", "group_code", "cost_fen")
    cases = cases.join(groups.select("group_code", "weighted_mean_fen"), "group_code")
    cases = cases.mutate(of_age=ibis.literal(0, "int64"))
    if plan.value("dip.coefficient_method") == "composed":
        ages = dip_history_cases.filter(dip_history_cases.age_level_code.isin(YOUNG_AND_OLD)).select("encounter_id", is_young_or_old=ibis.literal(1, "int64"))
        cases = cases.left_join(ages, "encounter_id").drop("encounter_id_right")
        cases = cases.mutate(of_age=cases.is_young_or_old.fill_null(0))
    return cases.group_by(["institution_id", "year"]).agg(
        case_count=cases.count(), cost_fen=total(cases.cost_fen), expected_fen=total(cases.weighted_mean_fen), young_old_count=total(cases.of_age))
