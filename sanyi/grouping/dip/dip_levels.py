"""The levels that divide a group: age, severity, comorbidity and intensive care."""
import ibis

from sanyi.tables.codes import AUXILIARY_DIMENSION
from sanyi.tables.table import Column, code

AGE = {
    "none": ("18至64岁", "18 to 64 years"), "neonate": ("0至28天", "0 to 28 days"),
    "infant": ("29天至1周岁", "29 days to 1 year"), "child": ("1至6岁", "1 to 6 years"),
    "youth": ("7至17岁", "7 to 17 years"), "65_69": ("65至69岁", "65 to 69 years"),
    "70_79": ("70至79岁", "70 to 79 years"), "80_over": ("80岁及以上", "80 years and over"),
}
COMORBIDITY = {
    "none": ("无", "none"), "general": ("一般", "general"), "severe": ("较重", "severe"),
    "very_severe": ("严重", "very severe"),
}
INTENSIVE_CARE = {
    "none": ("不足2天", "under 2 days"), "2_7": ("2至7天", "2 to 7 days"), "8_14": ("8至14天", "8 to 14 days"),
    "15_30": ("15至30天", "15 to 30 days"), "31_over": ("31天及以上", "31 days and over"),
}
SEVERITY = {
    "mild": ("轻度", "mild"), "moderate": ("中度", "moderate"), "severe": ("重度", "severe"),
    "died_early": ("死亡，住院不足3天（IV-A）", "died within 3 days (IV-A)"),
    "died_late": ("死亡，住院3天及以上（IV-B）", "died on day 3 or later (IV-B)"),
    "tumour_died": ("恶性肿瘤：死亡", "malignant tumour: died"),
    "tumour_treatment": ("恶性肿瘤：高费用I型（治疗费过半）", "malignant tumour: high cost I, half or more for treatment"),
    "tumour_drug": ("恶性肿瘤：高费用II型（药费过半）", "malignant tumour: high cost II, half or more for drugs"),
    "tumour_spread": ("恶性肿瘤：转移或其他部位", "malignant tumour: spread or another site"),
    "tumour_severe": ("恶性肿瘤：脏器衰竭、休克或脓毒症", "malignant tumour: organ failure, shock or sepsis"),
    "tumour_moderate": ("恶性肿瘤：重要器官病变或感染", "malignant tumour: lesion or infection of a vital organ"),
    "tumour_other": ("恶性肿瘤：其他", "malignant tumour: other"),
}
LEVELS_OF = {"age": AGE, "severity": SEVERITY, "cci": COMORBIDITY, "icu": INTENSIVE_CARE}

HIGH_COST_TIMES = 3
ADMISSION_DAYS = 3
WITHOUT_DAYS = 365  # an age of 0 years without days: counted as an infant, not as newborn


def level_columns(*dimensions: str) -> tuple[Column, ...]:
    """The level columns of the dimensions named, one each."""
    return tuple(code(f"{name}_level_code", f"{AUXILIARY_DIMENSION[name][0]}分级", f"level by {AUXILIARY_DIMENSION[name][1]}", LEVELS_OF[name])
                 for name in dimensions)


def age_level(age_years, age_days):
    """The age level; under one year the age in days decides. Source: DIP-14."""
    return ibis.cases(
        ((age_years == 0) & (age_days.fill_null(WITHOUT_DAYS) <= 28), "neonate"), (age_years < 1, "infant"),
        (age_years <= 6, "child"), (age_years <= 17, "youth"), (age_years <= 64, "none"), (age_years <= 69, "65_69"),
        (age_years <= 79, "70_79"), else_="80_over")


def comorbidity_level(index):
    """The level of a comorbidity index. Source: DIP-11."""
    return ibis.cases((index <= 0, "none"), (index <= 2, "general"), (index <= 4, "severe"), else_="very_severe")


def intensive_care_level(icu_days):
    """The level by days in intensive care. Source: DIP-15."""
    return ibis.cases((icu_days < 2, "none"), (icu_days <= 7, "2_7"), (icu_days <= 14, "8_14"), (icu_days <= 30, "15_30"),
                      else_="31_over")


def severity_level(case, standard_fen):
    """The severity of a case against the mean cost of its undivided group; tumours go by their own list.

    First hit wins. An empty standard means no case is of high cost. Source: DIP-12, DIP-13.
    """
    stayed = case.stay_days >= ADMISSION_DAYS
    is_costly = (case.cost_fen >= standard_fen.fill_null(0) * HIGH_COST_TIMES) & (standard_fen.fill_null(0) > 0)
    tumour = ibis.cases(
        (case.has_died, "tumour_died"),
        (is_costly & (case.treatment_fen * 2 >= case.cost_fen), "tumour_treatment"),
        (is_costly & (case.drug_fen * 2 >= case.cost_fen), "tumour_drug"),
        (case.has_other_tumour & stayed, "tumour_spread"), (case.has_organ_failure, "tumour_severe"),
        (case.has_vital_organ, "tumour_moderate"), else_="tumour_other")
    other = ibis.cases(
        (case.has_died & ~stayed, "died_early"), (case.has_died, "died_late"),
        (case.has_organ_failure & stayed, "severe"), (case.has_vital_organ & stayed, "moderate"), else_="mild")
    return case.is_tumour.ifelse(tumour, other)
