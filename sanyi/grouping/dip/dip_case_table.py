"""The columns of a case as grouping sees it: what it cost, who paid, what was wrong, what was done."""
from sanyi.grouping.dip.dip_levels import level_columns
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, month, text, whole

TIER_OF_LEVEL = {**dict.fromkeys(("3A", "3B"), "tertiary"), **dict.fromkeys(("2A", "2B"), "secondary"),
                 **dict.fromkeys(codes.PRIMARY_LEVELS, "primary")}

CASES = Table(
    "dip_current_cases", "本年病例", "Cases of the year", key=("encounter_id",),
    note="区内机构的住院与日间手术；区外就医按实际费用支付，不入组。Stays and day surgery in the area; stays outside it are "
         "paid as charged and are not cases.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        fen("cost_fen", "总费用", "whole cost"),
        fen("fund_fen", "统筹基金已付", "charged to the basic fund"),
        fen("patient_fen", "个人支付", "paid by the patient, account and cash"),
        fen("other_payers_fen", "大病与救助支付", "paid by catastrophic insurance and medical aid"),
        fen("treatment_fen", "治疗费", "charges for treatment", minimum=None),
        fen("drug_fen", "药费", "charges for drugs, herbal pieces included", minimum=None),
        whole("stay_days", "住院天数", "length of stay, day surgery at most 1", "days", minimum=0),
        flag("has_died", "是否死亡", "died"),
        flag("is_tumour", "主要诊断为恶性肿瘤", "principal diagnosis is a malignant tumour"),
        flag("has_other_tumour", "其他诊断有不同类目恶性肿瘤", "another diagnosis is a malignant tumour of another category"),
        flag("has_organ_failure", "其他诊断有脏器衰竭、休克或脓毒症", "another diagnosis is organ failure, shock or sepsis"),
        flag("has_vital_organ", "其他诊断有重要器官病变或感染", "another diagnosis is of a vital organ"),
        whole("cci_weight", "合并症指数", "comorbidity index", "points", minimum=0),
        whole("age_days", "日龄", "age in days under one year", "days", nullable=True, minimum=0),
        whole("birth_weight_grams", "新生儿体重", "birth weight", "grams", nullable=True, minimum=0),
        whole("ventilation_hours", "呼吸机使用时长", "hours on a ventilator", "hours", minimum=0),
        *level_columns("age", "cci", "icu"),
        text("principal_diagnosis_code", "主要诊断", "principal diagnosis", nullable=True),
        text("main_operation_code", "主要手术操作", "main operation", nullable=True),
        text("related_operation_codes", "相关手术操作（费用达标，计入组合）", "related operations kept in the key"),
        text("dropped_operation_codes", "未计入组合的手术操作", "operations not kept in the key"),
        text("full_key_code", "完整组合", "key with related operations", nullable=True),
        text("main_key_code", "主要组合", "key of diagnosis and main operation", nullable=True),
        text("comprehensive_key_code", "综合组合", "comprehensive key: category and class of treatment", nullable=True),
        code("fault_code", "不能入组的原因", "why it cannot be grouped", codes.FAULT, nullable=True),
    ),
)
