"""The cases of the three history years as grouping sees them."""
from sanyi.grouping.dip.dip_case_facts import case_facts
from sanyi.grouping.dip.dip_case_table import CASES
from sanyi.grouping.dip.dip_current_cases import APPENDICITIS, HOSPITAL, SURGERY
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

HISTORY_CASES = CASES.called("dip_history_cases", "历史病例", "Cases of the three history years")

PAID = Example(
    "一例病例的费用：一次住院多笔结算合计", "A case's cost is the sum of its bills",
    given={"institutions": HOSPITAL, "diagnosis_codes": [APPENDICITIS], "operation_codes": SURGERY,
           "history_encounters": [{"encounter_id": "a", "type_code": "inpatient", "institution_id": "h", "settled_month": 201903,
                                   "principal_diagnosis_code": "K35.801"}],
           "history_settlements": [
               {"settlement_id": "1", "encounter_id": "a", "total_fen": 1000, "fund_fen": 600, "cash_fen": 250, "account_fen": 150},
               {"settlement_id": "2", "encounter_id": "a", "total_fen": 500, "fund_fen": 300, "catastrophic_fen": 120,
                "aid_fen": 80}],
           "history_charge_class_totals": [{"encounter_id": "a", "class_code": "drug", "amount_fen": 400},
                                           {"encounter_id": "a", "class_code": "herbal", "amount_fen": 50},
                                           {"encounter_id": "a", "class_code": "treatment", "amount_fen": 70}]},
    expect=({"encounter_id": "a", "cost_fen": 1500, "fund_fen": 900, "patient_fen": 400, "other_payers_fen": 200,
             "drug_fen": 450, "treatment_fen": 70, "tier_code": "secondary", "full_key_code": "K35.8"},))

TESTED = Example(
    "历史年度的住院前检查同样并入病例，均费与本年同口径", "Tests before admission count with the stays of the history years too, so that means and costs are of one kind",
    values={"dip.merge_tests": True},
    given={"institutions": HOSPITAL, "diagnosis_codes": [APPENDICITIS], "history_encounters": PAID.given["history_encounters"],
           "history_settlements": [{"settlement_id": "1", "encounter_id": "a", "total_fen": 1000, "fund_fen": 600, "cash_fen": 400}],
           "history_pre_admission_tests": [{"visit_id": "v", "encounter_id": "a", "cost_fen": 100, "fund_fen": 50, "other_payers_fen": 10, "patient_fen": 40}]},
    expect=({"encounter_id": "a", "cost_fen": 1100, "fund_fen": 650, "patient_fen": 440, "other_payers_fen": 10},))


@step(makes=HISTORY_CASES, source=Source("DIP 2.0", "分组规则", "DIP-1 DIP-2 DIP-20", "S2 S5"), examples=(PAID, TESTED))
def dip_history_cases(history_encounters, history_diagnoses, history_operations, history_settlements,
                      history_charge_class_totals, history_stay_care, institutions, diagnosis_codes, operation_codes, charlson_weights,
                      history_pre_admission_tests, intensive_care_days, plan):
    """The stays of the three years before, one row each, from which the catalogue is built; tests before admission join them as they do this year's."""
    tests = history_pre_admission_tests if plan.value("dip.merge_tests") else None
    return case_facts(history_encounters, history_diagnoses, history_operations, history_settlements,
                      history_charge_class_totals, history_stay_care, institutions, diagnosis_codes, operation_codes,
                      charlson_weights, intensive_care_days, plan, tests)
