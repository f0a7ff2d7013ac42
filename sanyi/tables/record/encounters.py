"""Every visit and every stay, one row each."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, flag, month, text, whole

ENCOUNTERS = Table(
    "encounters", "就诊", "Encounters", key=("encounter_id",),
    partition="month",
    columns=(
        text("encounter_id", "就诊编码", "encounter code"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("type_code", "就诊类型", "type", codes.ENCOUNTER_TYPE),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        date("admitted_on", "入院或就诊日期", "admitted or seen on"),
        date("discharged_on", "出院日期", "discharged on"),
        whole("stay_days", "住院天数", "length of stay", "days", minimum=0),
        whole("icu_days", "重症监护天数", "days in intensive care", "days", minimum=0),
        whole("age_years", "年龄", "age at admission", "years", minimum=0),
        whole("age_days", "日龄", "age in days under one year", "days", nullable=True, minimum=0),
        whole("birth_weight_grams", "新生儿体重", "birth weight of a newborn", "grams", nullable=True, minimum=1),
        code("discharge_way_code", "离院方式", "way of discharge", codes.DISCHARGE_WAY),
        text("principal_diagnosis_code", "主要诊断", "principal diagnosis", nullable=True),
        text("referral_id", "转诊单号", "referral", nullable=True),
        flag("is_booked", "是否预约", "booked beforehand"),
        flag("is_planned_readmission", "是否计划再入院", "planned readmission"),
        month(),
    ),
)
