"""Codes that several tables share, each with its meaning in Chinese and English."""

INSURANCE = {"resident": ("城乡居民", "urban-rural residents"), "employee": ("职工", "employees")}

LEVEL = {
    "3A": ("三级甲等", "tertiary, grade A"), "3B": ("三级乙等", "tertiary, grade B"),
    "2A": ("二级甲等", "secondary, grade A"), "2B": ("二级乙等", "secondary, grade B"),
    "1": ("一级", "level one"), "community": ("社区卫生服务中心", "community health centre"),
    "township": ("乡镇卫生院", "township hospital"), "village": ("村卫生室", "village clinic"),
}
HOSPITAL_LEVELS = ("3A", "3B", "2A", "2B")
PRIMARY_LEVELS = ("1", "community", "township", "village")

SEX = {"male": ("男", "male"), "female": ("女", "female")}

ENCOUNTER_TYPE = {
    "outpatient": ("门诊", "outpatient visit"), "emergency": ("急诊", "emergency visit"),
    "inpatient": ("住院", "inpatient stay"), "day_surgery": ("日间手术", "day surgery"),
    "internet": ("互联网诊疗", "internet visit"),
}
VISIT_TYPES = ("outpatient", "emergency", "internet")
STAY_TYPES = ("inpatient", "day_surgery")

CHARGE_CLASS = {
    "drug": ("西药及中成药", "drugs"), "herbal": ("中药饮片", "herbal pieces"),
    "material": ("卫生材料", "health material"), "examination": ("检查", "examination"),
    "laboratory": ("化验", "laboratory"), "treatment": ("治疗", "treatment"), "surgery": ("手术", "surgery"),
    "nursing": ("护理", "nursing"), "bed": ("床位", "bed"), "consultation": ("诊察", "consultation"),
    "other": ("其他", "other"),
}
SERVICE_CLASSES = ("treatment", "surgery", "nursing", "bed", "consultation", "other")

DISCHARGE_WAY = {
    "home": ("医嘱离院", "home"), "transfer": ("医嘱转院", "to another hospital"),
    "community": ("医嘱转基层", "to primary care"), "against_advice": ("非医嘱离院", "against advice"),
    "died": ("死亡", "died"),
}

SCOPE = {"region": ("全区域", "region"), "consortium": ("医联体", "consortium"),
         "institution": ("医疗机构", "institution")}

TIER = {"tertiary": ("三级", "tertiary"), "secondary": ("二级", "secondary"), "primary": ("基层", "primary")}

INPATIENT_METHOD = {
    "dip": ("按病种分值付费（DIP）", "disease score (DIP)"), "drg": ("按疾病诊断相关分组付费（DRG）", "diagnosis-related groups (DRG)"),
    "drg_points": ("按DRG点数付费", "points of diagnosis-related groups"), "bed_day": ("按床日付费", "bed-day"),
}
CASE_STATUS = {
    "settled": ("已结算", "settled"), "pending": ("待更正或待人工核定，暂不支付", "waits for correction, not paid"),
    "blocked": ("无点值或费率，清算中止", "no point value or rate, clearing blocked"),
}
FUND_PAY_FORM = {
    "less_patient": ("标准减个人和其他支付", "standard less patient and others"),
    "times_share": ("标准乘病例实际报销比例", "standard × the case's share paid by the fund"),
    "whole": ("标准即基金应付", "the standard itself"),
}
# The plan value that chooses how stays are priced, and what it must be for a step to run.
BY_DIP = ("payment.inpatient_method", "dip")
BY_DRG = ("payment.inpatient_method", ("drg", "drg_points"))
BY_DRG_RATE = ("payment.inpatient_method", "drg")
BY_DRG_POINTS = ("payment.inpatient_method", "drg_points")
BY_BED_DAY = ("payment.bed_day", True)
BY_CAPITATION = ("payment.capitation", True)
BY_SEPARATE_DRUGS = ("payment.separate_drugs", True)

# DIP: what grouping says of a case and payment repeats on its statement.
GROUPED_LAYER = {"core": ("核心病种", "core"), "comprehensive": ("综合病种", "comprehensive"), "early": ("先期分组", "early"),
                 "merged": ("合并规则", "merged"), "diagnosis": ("诊断辅助细分", "divided by diagnosis")}
RULE_LAYERS = ("early", "merged", "diagnosis")  # tried in this order, before the core groups
LAYER = {**GROUPED_LAYER, "none": ("未入组", "not grouped")}
FAULT = {
    "no_principal_diagnosis": ("缺主要诊断", "no principal diagnosis"),
    "two_principal_diagnoses": ("有两个以上主要诊断", "more than one principal diagnosis"),
    "unknown_diagnosis": ("主要诊断不在编码表", "the principal diagnosis is not in the code list"),
    "invalid_principal": ("不能作主要诊断", "may not be a principal diagnosis"),
    "no_bill": ("没有结算单，费用未知", "no bill: what it cost is not known"),
}
GROUPING_REASON = {
    "full_key": ("诊断与全部手术组合命中核心病种", "diagnosis with all its operations is a core group"),
    "main_key": ("相关手术组合未成病种，按诊断与主要手术命中核心病种",
                 "diagnosis with the main operation is a core group; with its related operations it is none"),
    "part_key": ("诊断、主要手术与部分相关手术命中核心病种", "diagnosis, main operation and some of the related ones are a core group"),
    "early": ("先期分组规则命中", "an early rule (transplant, long ventilation, low birth weight) holds"),
    "merged": ("合并规则命中", "a merging rule holds"), "diagnosis": ("诊断辅助细分规则命中", "a rule that divides by diagnosis holds"),
    "comprehensive": ("组合例数不足，归入综合病种", "too few cases for a core group: comprehensive"),
    "no_history": ("综合病种无历史费用，待人工核定", "the comprehensive group has no history: to be settled by hand"),
    **FAULT,
}
AUXILIARY_DIMENSION = {
    "age": ("年龄", "age"), "severity": ("病情严重程度", "severity"), "cci": ("合并症指数", "comorbidity index"),
    "icu": ("重症监护天数", "days in intensive care"),
}
COMPARISON = {
    "same_tier": ("上年同级均费", "last year's mean at the same tier"),
    "last_year": ("上年全部等级均费（同级例数不足）", "last year's mean of all tiers: too few cases at the tier"),
    "weighted": ("三年加权均费（上年无病例）", "weighted mean of three years: no cases last year"),
    "none": ("无可比均费", "nothing to compare with"),
}
DEVIATION = {"low": ("费用过低", "low"), "normal": ("正常", "normal"), "high": ("费用过高", "high"),
             "reviewed": ("特例单议核定", "settled by special review"), "none": ("未入组", "not grouped")}
CASE_DEVIATION = {
    **DEVIATION, "as_spent": ("按实际费用支付", "paid as spent"), "unstable": ("非稳定病组", "unstable group"),
    "ungrouped": ("未入组，按比例折算", "no group: at a share of its cost"), "over_cap": ("高倍率，超出例数上限，按标准支付", "high, beyond the cap on such cases: at the standard"),
    "long_stay": ("超长住院，超出天数递减", "a long stay: days beyond the limit taper"),
}
PRICE_CHOICE = {  # what a plan may choose for prices by group
    "all": ("全部", "all"), "off": ("不设", "none"), "computed": ("测算", "computed"), "opening": ("沿用年初", "the opening one"), "one": ("取等级或机构系数", "the tier's or the institution's"),
    "unpriced": ("不定价", "no price"), "tier": ("按等级", "by tier"), "institution": ("按机构", "by institution"),
    "died": ("死亡", "died"), "long_stay": ("超长住院", "long stay"), "short_stay": ("超短住院", "short stay"), "transfer": ("转院", "transferred"),
}
WEIGHT_SOURCE = {"history": ("按历史费用测算", "computed from history"), "published": ("公布值", "published"), "none": ("无权重", "none")}

BUDGET_CHANGE = {"initial": ("年初预算", "the year's first budget"), "major_epidemic": ("重大疫情", "a major epidemic"),
                 "benefit_change": ("待遇政策调整", "a change of benefits"), "other": ("其他", "another reason")}
POOL = {"dip_inpatient": ("区内住院按病种分值", "stays in the area, paid by points"),
        "outpatient": ("区内门诊", "outpatient care in the area"), "off_site": ("统筹区外", "care outside the area"),
        "chronic": ("门诊慢特病", "outpatient chronic diseases"), "bed_day": ("按床日付费", "stays paid by the bed-day"),
        "capitation": ("门诊按人头", "outpatient capitation"), "separate_drugs": ("单独支付药品", "drugs paid separately"),
        "consortium_packages": ("医联体打包", "consortium packages")}
GRANT_SOURCE = {"basic_public_health": ("基本公共卫生服务经费", "basic public-health funds"),
                "essential_drug_subsidy": ("基本药物制度补助", "essential-drug subsidy")}
USE_SOURCE = {"kept_surplus": ("医联体留用结余", "surplus kept"), "insurance_fund": ("医保基金", "insurance fund"), **GRANT_SOURCE}
USE_PURPOSE = {"medical_care": ("医疗服务", "medical care"), "public_health_service": ("公共卫生服务", "public-health services"),
               "drug_zero_markup": ("药品零差率补偿", "making up for zero mark-up"), "primary_operation": ("基层机构运行", "running primary institutions"),
               "performance_pay": ("人员绩效", "performance pay"), "staff_training": ("人才培养", "training of staff"),
               "specialties": ("专科建设", "specialties"), "debt": ("偿还债务", "paying debts"), "construction": ("基本建设", "construction"),
               "fiscal_gap": ("弥补财政缺口", "filling gaps of the budget"), "other": ("其他", "other")}
SET_ASIDE = {"adjustment_fund": ("调剂金", "adjustment fund"), "risk_reserve": ("风险金", "risk reserve"),
             "catastrophic_premium": ("大病保险保费", "catastrophic insurance premium"), "off_site_urgent": ("异地急诊", "urgent care elsewhere"),
             "separate_drugs": ("单独支付药品", "drugs paid separately"), "family_doctor": ("家庭医生签约服务费", "family-doctor fees"),
             "epidemic": ("疫情", "epidemics")}
OVERRUN_CAUSE = {"epidemic": ("疫情", "epidemics"), "policy_change": ("政策调整", "change of policy"), "demography": ("人口变化", "demography"),
                 "price": ("价格调整", "prices"), "other": ("其他", "other")}
PACKAGE_CHOICE = {  # what a plan may choose for its packages
    "own": ("超支自付", "borne by the consortium"), "shared": ("合理超支分担", "its reasonable part is shared"), "undecided": ("未定，暂挂", "undecided, held"),
    "kept": ("结余留用", "kept"), "plan": ("按方案", "by the plan"), "agreement": ("按协议", "by agreement"),
    "lead_members": ("牵头与成员", "lead and members"), "levels": ("县、乡、村三级", "county, town and village"),
    "priced": ("按病种价格", "at the price"), "payable": ("按考核后应付", "as payable after the appraisal"),
    "next_year": ("计入下一年", "in the next year"), "reserve": ("由风险金支付", "from the reserve"), "none": ("无", "none"),
    "visit": ("门诊、急诊、互联网诊疗", "visits"), "county": ("县级", "county")}

# Special review of single cases (DIP-24).
REVIEWED_METHOD = {"dip": ("按病种分值付费", "payment by disease score"), "drg": ("按疾病诊断相关分组付费", "payment by diagnosis-related group")}
REVIEW_REASON = {
    "long_stay": ("住院时间长", "a long stay"), "high_cost": ("医疗费用高", "a high cost"),
    "new_technology": ("使用新药耗新技术", "a new drug or technology"), "critical": ("复杂危重症", "a complex critical illness"),
    "multidisciplinary": ("多学科联合诊疗", "care by several disciplines"), "other": ("其他", "other"),
}
REVIEW_OUTCOME = {
    "refused": ("不予调整", "not adjusted"), "as_spent": ("按实际费用的比例支付", "a share of what was spent"),
    "adjusted_standard": ("调整支付标准", "an adjusted standard"), "regroup": ("改入其他病种", "moved to another group"),
}

# How an audit finding stands after what people decided (B6).
AUDIT_STANDING = {
    "definite": ("应扣，尚无决定", "definite, no decision yet"), "suspect": ("待核，不扣", "suspect, not deducted"),
    "agreed": ("认定，按认定金额扣", "agreed, deducted as agreed"), "cleared": ("排除，不扣", "cleared, not deducted"),
}
COUNTED_STANDINGS = ("definite", "agreed")  # those that cost money
