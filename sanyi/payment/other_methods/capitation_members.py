"""Whom each institution is paid for by the head: months signed, weight by age, sex and disease, and chronic bundles."""
from datetime import date

import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4
from sanyi.terms.source import Source
from sanyi.terms.step import step

CATEGORY_LENGTH = 3
ANY = "all"

CAPITATION_MEMBERS = Table(
    "capitation_members", "按人头付费人员", "Whom capitation pays for", key=("resident_id", "institution_id", "insurance_code"),
    note="年龄按当年减出生年；病种看前三年的诊断。权重 = 年龄性别权重 × 最高的病种权重。"
         " Age: the year less the year of birth; diseases: diagnoses of the three years before. Weight = weight by age and sex × the highest weight of a disease.",
    columns=(
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "签约机构", "institution signed with", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("signed_count", "签约月数", "months signed", "months", minimum=0),
        whole("age_years", "年龄", "age", "years", minimum=0),
        code("sex_code", "性别", "sex", codes.SEX),
        whole("group_weight_e4", "年龄性别权重", "weight by age and sex", "e4", minimum=0),
        whole("disease_weight_e4", "病种权重", "weight by disease", "e4", minimum=0),
        whole("weight_e4", "权重", "weight", "e4", minimum=0),
        fen("bundle_fen", "慢病打包（每年）", "chronic bundles a year"),
    ),
)
_RULES = {"capitation.group_weights": [{"sex": "all", "from_years": 0, "to_years": 6, "weight_e4": 15_000}, {"sex": "all", "from_years": 7, "to_years": 59, "weight_e4": 8_000},
                                        {"sex": "female", "from_years": 60, "to_years": 200, "weight_e4": 17_000}, {"sex": "male", "from_years": 60, "to_years": 200, "weight_e4": 16_000}],
          "capitation.disease_weights": [{"category": "N18", "weight_e4": 20_000}, {"category": "E11", "weight_e4": 12_000}],
          "capitation.bundles": [{"category": "I10", "bundle_fen": 30_000}, {"category": "E11", "bundle_fen": 50_000}]}


def _span(resident, from_month, to_month):
    return {"resident_id": resident, "consortium_id": "A", "institution_id": "H", "insurance_code": "resident", "from_month": from_month, "to_month": to_month}


@step(makes=CAPITATION_MEMBERS, locality="person", chosen_by=codes.BY_CAPITATION, source=Source("三医参考规则", "B3", "GB-6", "DEF"), examples=(
    Example("70 岁女性有高血压和糖尿病：权重 1.7 × 1.2，打包 300 + 500 元；30 岁男性签约两段共 9 个月", "A woman of 70 with two chronic diseases; a man of 30 signed for nine months", values=_RULES,
            given={"contracted_spans": [_span("P1", 202001, 202012), _span("P2", 202001, 202003), _span("P2", 202007, 202012)],
                   "residents": [{"resident_id": "P1", "sex_code": "female", "born_on": date(1950, 12, 31)}, {"resident_id": "P2", "sex_code": "male", "born_on": date(1990, 1, 1)}],
                   "history_encounters": [{"encounter_id": name, "resident_id": "P1", "settled_month": 201906} for name in "ab"],
                   "history_diagnoses": [{"encounter_id": "a", "sequence_number": 1, "diagnosis_code": "I10.x00"}, {"encounter_id": "a", "sequence_number": 2, "diagnosis_code": "E11.900"},
                                         {"encounter_id": "b", "sequence_number": 1, "diagnosis_code": "I10.x05"}]},
            expect=({"resident_id": "P1", "signed_count": 12, "age_years": 70, "group_weight_e4": 17_000, "disease_weight_e4": 12_000, "weight_e4": 20_400, "bundle_fen": 80_000},
                    {"resident_id": "P2", "signed_count": 9, "age_years": 30, "group_weight_e4": 8_000, "disease_weight_e4": 10_000, "weight_e4": 8_000, "bundle_fen": 0})),
))
def capitation_members(contracted_spans, residents, history_encounters, history_diagnoses, plan, year):
    """Weigh each signed resident: the first fitting row of age and sex, the highest disease weight, the bundles of all listed diseases. Source: GB-6."""
    spans = contracted_spans.mutate(months=contracted_spans.to_month - contracted_spans.from_month + 1)
    members = spans.group_by("resident_id", "institution_id", "insurance_code").agg(signed_count=total(spans.months))
    people = residents.select("resident_id", "sex_code", age_years=ibis.literal(year, "int64") - residents.born_on.year().cast("int64"))
    diseases = _diseases(history_encounters, history_diagnoses, plan)
    members = members.join(people, "resident_id").left_join(diseases, "resident_id").drop("resident_id_right")
    rows = plan.value("capitation.group_weights")
    fits = [((members.age_years >= row["from_years"]) & (members.age_years <= row["to_years"]) & _is_sex(members, row["sex"]), row["weight_e4"]) for row in rows]
    members = members.mutate(group_weight_e4=ibis.cases(*fits, else_=E4), disease_weight_e4=members.disease_weight_e4.fill_null(E4), bundle_fen=members.bundle_fen.fill_null(0))
    return members.mutate(weight_e4=take_rate(members.group_weight_e4, members.disease_weight_e4, E4))


def _is_sex(members, sex):
    return ibis.literal(True) if sex == ANY else members.sex_code == sex


def _diseases(encounters, diagnoses, plan):
    """Each resident's listed diseases: the highest weight, and the bundles summed, each disease once."""
    weights = {row["category"]: row["weight_e4"] for row in plan.value("capitation.disease_weights")}
    bundles = {row["category"]: row["bundle_fen"] for row in plan.value("capitation.bundles")}
    category = diagnoses.diagnosis_code.substr(0, CATEGORY_LENGTH)
    found = diagnoses.mutate(category=category).filter(category.isin(sorted({*weights, *bundles})))
    had = found.join(encounters.select("encounter_id", "resident_id"), "encounter_id").select("resident_id", "category").distinct()
    had = had.mutate(own_e4=had.category.cases(*weights.items(), else_=E4), own_fen=had.category.cases(*bundles.items(), else_=0))
    return had.group_by("resident_id").agg(disease_weight_e4=had.own_e4.max(), bundle_fen=total(had.own_fen))
