"""The level 1–5 of every column of the record's tables that are about a person. Source: R48 (levels of GB/T 39725)."""
from collections.abc import Mapping

from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table

NARROWEST = 5
OF_A_PERSON = ("resident_id", "encounter_id", "care_plan_id", "settlement_id", "contract_id")  # a table with one of these is about a person
COLUMN_LEVELS: Mapping[str, int] = {
    **dict.fromkeys(("batch_code", "is_booked", "line_number", "sequence_number", "settled_month", "year", "line_count", "plan_code", "run_digest"), 1),
    **dict.fromkeys(("resident_id", "same_as_id", "encounter_id", "settlement_id", "care_plan_id", "contract_id", "service_id", "staff_id", "service_code", "given_on", "weight_e4", "is_late", "score_number", "referral_id", "prescription_id", "followup_id", "team_id", "institution_id",
                     "from_institution_id", "to_institution_id", "region_id", "type_code", "insurance_code", "sex_code", "status_code", "package_code", "direction_code",
                     "person_class_code", "from_month", "to_month", "from_on", "to_on", "start_on", "end_on", "signed_on", "reversed_on",
                     "appointment_id", "check_id", "exam_id", "consultation_id", "decision_id", "channel_code", "kind_code", "decision_code", "booked_on", "appointed_on", "checked_on", "ordered_on", "released_on", "asked_on",
                     "is_examination", "is_in_time", "grade_number", "rule_code", "action_code", "allowed_value", "decided_by", "document_code"), 2),
    **dict.fromkeys(("identity_hash", "born_on", "died_on", "age_years", "age_days", "birth_weight_grams", "admitted_on", "discharged_on", "stay_days", "icu_days",
                     "discharge_way_code", "is_planned_readmission", "principal_diagnosis_code", "diagnosis_code", "disease_code", "category_code", "is_principal",
                     "is_present_on_admission", "operation_code", "operated_on", "level_number", "is_minimally_invasive", "is_elective", "cost_fen", "item_code", "class_code",
                     "quantity_e3", "unit_price_fen", "amount_fen", "in_scope_fen", "charged_on", "supply_days", "is_long", "prescribed_on", "referred_on", "registered_on",
                     "ended_on", "followed_on", "settled_on", "total_fen", "fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen", "special_nursing_days",
                     "has_intensive_ward", "ventilation_hours", "method_code", "reason_code", "outcome_code", "group_code", "decided_on", "price_fen", "saved_fen", "fee_fen",
                     "critical_stage_number", "finding_code", "seen_value", "agreed_fen"), 3)}


def personal_tables() -> dict[str, Table]:
    """The record's tables that are about persons."""
    return {name: table for name, table in record_tables().items() if set(OF_A_PERSON) & set(table.names)}


def column_level(name: str) -> int:
    """A column's level wherever it stands: the same name says the same. Raises KeyError where nobody has given it one."""
    return COLUMN_LEVELS[name]


def is_narrowest(diagnosis: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a diagnosis is one of those that only attending staff may know; its whole encounter then is."""
    return bool(beginnings) and diagnosis.upper().startswith(beginnings)
