"""The year's cases as grouping sees them."""
import ibis

from sanyi.grouping.dip.dip_case_facts import case_facts
from sanyi.grouping.dip.dip_case_table import CASES
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

HOSPITAL = [{"institution_id": "h", "level_code": "2A", "is_in_area": True}]
APPENDICITIS = {"diagnosis_code": "K35.801", "category_code": "K35", "is_valid_principal": True}
SURGERY = [{"operation_code": "47.0901", "class_code": "surgery"}, {"operation_code": "54.5101", "class_code": "surgery"}]


def _stay(name, **more):
    return {"encounter_id": name, "type_code": "inpatient", "institution_id": "h", "age_years": 40, **more}


def _bill(name, total_fen):
    return {"settlement_id": name, "encounter_id": name, "total_fen": total_fen}


def _operation(name, place, code, cost_fen):
    return {"encounter_id": name, "sequence_number": place, "operation_code": code, "cost_fen": cost_fen}


RELATED_OPERATION = Example(
    "相关手术：费用占比12%的计入组合，9.5%的不计入", "A related operation counts from 10 % of the cost", numbers=("EX-15",),
    given={"institutions": HOSPITAL, "diagnosis_codes": [APPENDICITIS], "operation_codes": SURGERY,
           "encounters": [_stay("a", principal_diagnosis_code="K35.801"), _stay("b", principal_diagnosis_code="K35.801")],
           "settlements": [_bill("a", 2_000_000), _bill("b", 2_000_000)],
           "operations": [_operation("a", 1, "47.0901", 900_000), _operation("a", 2, "54.5101", 240_000),
                          _operation("b", 1, "47.0901", 900_000), _operation("b", 2, "54.5101", 190_000)]},
    expect=({"encounter_id": "a", "full_key_code": "K35.8+47.0901+54.5101", "related_operation_codes": "54.5101",
             "dropped_operation_codes": ""},
            {"encounter_id": "b", "full_key_code": "K35.8+47.0901", "related_operation_codes": "",
             "dropped_operation_codes": "54.5101"}))

COMPREHENSIVE = Example(
    "综合病种：类目加治疗方式；带标记的类目优先", "Comprehensive keys: category and class of treatment", numbers=("EX-21",),
    given={"institutions": HOSPITAL,
           "diagnosis_codes": [{"diagnosis_code": "A09.900", "category_code": "A09", "is_valid_principal": True},
                               {"diagnosis_code": "A17.000", "category_code": "A17+", "is_valid_principal": True},
                               {"diagnosis_code": "R50.900", "category_code": "R50", "is_valid_principal": False}],
           "operation_codes": [{"operation_code": "2", "class_code": "diagnostic"},
                               {"operation_code": "3", "class_code": "therapeutic"},
                               {"operation_code": "4", "class_code": "surgery"},
                               {"operation_code": "5", "class_code": "conservative"}],
           "settlements": [_bill(name, 100) for name in "abcdefghij"],
           "encounters": [*(_stay(name, principal_diagnosis_code="A09.900") for name in "abcdef"),
                          _stay("g", principal_diagnosis_code="A17.000x001"), _stay("h", principal_diagnosis_code="Q00.000"),
                          _stay("i"), _stay("j", principal_diagnosis_code="R50.900")],
           "operations": [_operation("b", 1, "2", 1), _operation("c", 1, "3", 1), _operation("d", 1, "4", 1),
                          _operation("e", 1, "5", 1), _operation("f", 1, "unknown", 1)]},
    expect=tuple({"encounter_id": name, "comprehensive_key_code": key, "fault_code": fault} for name, key, fault in (
        ("a", "A09-1", None), ("b", "A09-2", None), ("c", "A09-3", None), ("d", "A09-4", None), ("e", "A09-1", None),
        ("f", "A09-1", None), ("g", "A17+-1", None), ("h", None, "unknown_diagnosis"), ("i", None, "no_principal_diagnosis"),
        ("j", None, "invalid_principal"))))

NO_BILL = Example(
    "没有结算单的住院：费用未知，不入组，不当作费用为0", "A stay without a bill is not grouped: its cost is not known, not 0",
    given={"institutions": HOSPITAL, "diagnosis_codes": [APPENDICITIS],
           "encounters": [_stay("a", principal_diagnosis_code="K35.801"), _stay("b", principal_diagnosis_code="K35.801")],
           "settlements": [_bill("a", 0)]},
    expect=({"encounter_id": "a", "fault_code": None, "full_key_code": "K35.8"},
            {"encounter_id": "b", "fault_code": "no_bill", "full_key_code": None}))

TWO_PRINCIPALS = Example(
    "有两个主要诊断的拒绝入组，待更正；不取其中之一", "A case with two principal diagnoses is refused until it is corrected; neither is taken for it",
    given={"institutions": HOSPITAL, "diagnosis_codes": [APPENDICITIS], "settlements": [_bill("a", 100), _bill("b", 100)],
           "encounters": [_stay(name, principal_diagnosis_code="K35.801") for name in "ab"],
           "diagnoses": [{"encounter_id": name, "sequence_number": place, "diagnosis_code": "K35.801", "is_principal": place <= principals}
                         for name, principals in (("a", 2), ("b", 1)) for place in (1, 2)]},
    expect=({"encounter_id": "a", "fault_code": "two_principal_diagnoses", "full_key_code": None, "comprehensive_key_code": None},
            {"encounter_id": "b", "fault_code": None, "full_key_code": "K35.8", "comprehensive_key_code": "K35-1"}))

COMORBIDITY = Example(
    "合并症指数：主要诊断不计，同一类目取最高权重，四位编码优先于三位", "Comorbidity levels by the sum of weights", numbers=("EX-16",),
    given={"institutions": HOSPITAL, "encounters": [_stay(name) for name in "abcdefg"],
           "charlson_weights": [{"code_prefix": "I21", "weight_count": 1}, {"code_prefix": "E11", "weight_count": 1},
                                {"code_prefix": "E11.2", "weight_count": 2}, {"code_prefix": "K72", "weight_count": 3},
                                {"code_prefix": "C78", "weight_count": 6}],
           "diagnoses": [{"encounter_id": name, "sequence_number": place, "diagnosis_code": code, "is_principal": place == 1}
                         for name, found in (("a", ("I21.900",)), ("b", ("J18.900", "I21.900")),
                                             ("c", ("J18.900", "E11.200", "E11.900")), ("d", ("J18.900", "I21.900", "E11.200")),
                                             ("e", ("J18.900", "I21.900", "K72.000")),
                                             ("f", ("J18.900", "E11.200", "K72.000")),
                                             ("g", ("J18.900", "C78.000", "K72.000")))
                         for place, code in enumerate(found, 1)]},
    expect=tuple({"encounter_id": name, "cci_weight": weight, "cci_level_code": level} for name, weight, level in (
        ("a", 0, "none"), ("b", 1, "general"), ("c", 2, "general"), ("d", 3, "severe"), ("e", 4, "severe"),
        ("f", 5, "very_severe"), ("g", 9, "very_severe"))))

SEVERITIES = Example(
    "严重程度由其他诊断的编码标识得出：R57.0 为脏器衰竭类，I63.9 为重要器官病变；主要诊断的标识不计",
    "Severity comes from the codes of the other diagnoses: R57.0 an organ failure, I63.9 a vital organ", numbers=("EX-17",),
    given={"institutions": HOSPITAL, "encounters": [_stay(name, stay_days=6) for name in "abc"],
           "diagnosis_codes": [{"diagnosis_code": "R57.000", "category_code": "R57", "severity_code": "organ_failure"},
                               {"diagnosis_code": "I63.900", "category_code": "I63", "severity_code": "vital_organ"}],
           "diagnoses": [{"encounter_id": name, "sequence_number": place, "diagnosis_code": code, "is_principal": place == 1}
                         for name, found in (("a", ("J18.900", "R57.000")), ("b", ("J18.900", "I63.900")), ("c", ("I63.900",)))
                         for place, code in enumerate(found, 1)]},
    expect=tuple({"encounter_id": name, "has_organ_failure": failure, "has_vital_organ": organ, "stay_days": 6}
                 for name, failure, organ in (("a", True, False), ("b", False, True), ("c", False, False))))

AGES = Example(
    "年龄与重症监护分级；日间手术按不超过1天住院", "Levels by age and by days in intensive care", numbers=("EX-19",),
    given={"institutions": HOSPITAL, "encounters": [
        _stay("a", age_years=0, age_days=10, icu_days=1), _stay("b", age_years=0, age_days=100, icu_days=5),
        _stay("c", age_years=3, icu_days=10), _stay("d", age_years=10, icu_days=20), _stay("e", age_years=40, icu_days=40),
        _stay("f", age_years=67), _stay("g", age_years=75),
        {**_stay("h", age_years=85), "type_code": "day_surgery", "stay_days": 2},
        {**_stay("i"), "type_code": "outpatient"}, {**_stay("j"), "institution_id": "far away"}]},
    expect=tuple({"encounter_id": name, "age_level_code": age, "icu_level_code": icu, "stay_days": days}
                 for name, age, icu, days in (
        ("a", "neonate", "none", 0), ("b", "infant", "2_7", 0), ("c", "child", "8_14", 0), ("d", "youth", "15_30", 0),
        ("e", "none", "31_over", 0), ("f", "65_69", "none", 0), ("g", "70_79", "none", 0), ("h", "80_over", "none", 1))))


TESTED = Example(
    "住院前检查并入病例：费用与各方支付相加；没有结算单的住院仍不入组", "Tests before admission count with the stay", values={"dip.merge_tests": True},
    given={"institutions": HOSPITAL, "diagnosis_codes": [APPENDICITIS],
           "encounters": [_stay("a", principal_diagnosis_code="K35.801"), _stay("b", principal_diagnosis_code="K35.801")],
           "settlements": [{**_bill("a", 1000), "fund_fen": 600, "cash_fen": 400}],
           "pre_admission_tests": [{"visit_id": name, "encounter_id": stay, "cost_fen": 100, "fund_fen": 50, "other_payers_fen": 10, "patient_fen": 40}
                                   for name, stay in (("v", "a"), ("w", "a"), ("x", "b"))]},
    expect=({"encounter_id": "a", "cost_fen": 1200, "fund_fen": 700, "patient_fen": 480, "other_payers_fen": 20, "fault_code": None},
            {"encounter_id": "b", "cost_fen": 0, "fund_fen": 0, "patient_fen": 0, "other_payers_fen": 0, "fault_code": "no_bill"}))

BED_FEES = Example(
    "按床位费计重症监护天数；没有这种床位费的为0天", "Days in intensive care by bed fees; none where there is no such fee", values={"dip.intensive_care_rule": "bed_fees"},
    given={"institutions": HOSPITAL, "encounters": [_stay(name, icu_days=40) for name in "ab"], "intensive_care_days": [{"encounter_id": "a", "bed_days": 9}]},
    expect=tuple({"encounter_id": name, "icu_level_code": level} for name, level in (("a", "8_14"), ("b", "none"))))


@step(makes=CASES, source=Source("DIP 2.0", "分组规则", "DIP-1 DIP-2 DIP-11 DIP-14 DIP-15 DIP-20", "S2 S5"),
      examples=(RELATED_OPERATION, COMPREHENSIVE, NO_BILL, TWO_PRINCIPALS, COMORBIDITY, SEVERITIES, AGES, TESTED, BED_FEES))
def dip_current_cases(encounters, diagnoses, operations, settlements, charge_class_totals, stay_care, institutions, diagnosis_codes,
                      operation_codes, charlson_weights, separate_drugs, pre_admission_tests, intensive_care_days, plan):
    """The year's stays in the area, one row each, with cost, levels and the keys each could match.

    Day surgery is a stay of at most one day; tests before admission join the stay where the plan says so.
    """
    tests = pre_admission_tests if plan.value("dip.merge_tests") else None
    facts = case_facts(encounters, diagnoses, operations, settlements, charge_class_totals, stay_care, institutions, diagnosis_codes,
                       operation_codes, charlson_weights, intensive_care_days, plan, tests)
    return less_separate(facts, separate_drugs)


def less_separate(cases, separate_drugs):
    """Take out of each case what is paid apart from its price: of cost, fund and patient. Source: GB-2."""
    apart = separate_drugs.select("encounter_id", apart_fen="amount_fen", apart_fund_fen="fund_fen", apart_patient_fen="patient_fen")
    cases = cases.left_join(apart, "encounter_id").drop("encounter_id_right")
    rest = cases.patient_fen - cases.apart_patient_fen.fill_null(0)
    return cases.mutate(cost_fen=cases.cost_fen - cases.apart_fen.fill_null(0), fund_fen=cases.fund_fen - cases.apart_fund_fen.fill_null(0),
                        patient_fen=ibis.greatest(rest, ibis.literal(0, "int64")))
