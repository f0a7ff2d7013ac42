"""Signs that a case may have been coded, admitted or kept wrongly: an auxiliary catalogue for auditors, never for payment."""
from datetime import date, timedelta

import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

RISK = {"none": ("无", "none"), "low": ("低", "low"), "medium": ("中", "medium"), "high": ("高", "high")}
MISSING = {  # what a record may lack, in the order it is told
    "no_group": ("入组差错（主要诊断、结算单）", "a fault that keeps it from being grouped"), "no_age_in_days": ("不满一岁缺日龄", "under one and no age in days"),
    "no_birth_weight": ("新生儿缺出生体重", "newborn without a birth weight"), "unknown_diagnosis": ("有诊断不在编码表", "a diagnosis that is not in the code list"),
    "unknown_operation": ("有手术操作不在编码表", "an operation that is not in the code list"), "uncosted_operation": ("有手术操作而费用为零", "an operation without a cost"),
}
VIOLATIONS = Table(
    "case_violations", "病例违规辅助目录", "Signs of violations by case", key=("encounter_id",),
    note="只供审核，不影响支付；只列至少有一项的病例。For auditors only, no payment follows from it; cases with at least one sign. 缺项 missing_codes: "
         + "; ".join(f"{name} {zh} {en}" for name, (zh, en) in MISSING.items()),
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("group_code", "病种编码", "group", nullable=True),
        whole("cost_ratio_ppm", "费用与病种均费之比", "cost to the group's mean", "ppm", nullable=True, minimum=0),
        code("low_admission_code", "低标准入院", "low-standard admission", RISK),
        whole("stay_ratio_ppm", "住院日与病种平均之比", "stay to the group's mean", "ppm", nullable=True, minimum=0),
        code("long_stay_code", "超长住院", "over-long stay", RISK),
        code("readmission_code", "31天内再入院", "readmission within the plan's days", RISK),
        flag("has_died_unexpectedly", "低死亡率病种死亡", "died in a group of low mortality"),
        code("record_code", "病案质量", "record quality", RISK),
        whole("missing_count", "病案缺项数", "things the record lacks", "items", minimum=0),
        text("missing_codes", "病案缺项", "what the record lacks, joined by +", nullable=True),
    ),
)

NEWBORN_DAYS, BASE_CODE_LENGTH = 28, 7
FIRST = date(2020, 3, 1)


def _case(name, cost, days=10, **more):
    return {"encounter_id": name, "resident_id": name, "institution_id": "h", "cost_fen": cost, "stay_days": days,
            "principal_diagnosis_code": "K35.800", **more}


def _stay(name, resident, admitted, discharged, **more):
    return {"encounter_id": name, "resident_id": resident, "type_code": "inpatient", "principal_diagnosis_code": "K35.800",
            "admitted_on": FIRST + timedelta(admitted), "discharged_on": FIRST + timedelta(discharged), **more}


USUAL = [_case(f"u{number}", 1000) for number in range(20)]
SIGNS = Example(
    "费用不足均费0.3倍高风险、不足0.5倍中风险；住院日超过平均3倍为高；31天内同诊断再入院为高、不同诊断为低；低死亡率病种死亡", "Signs by their lines",
    values={"dip.violation_catalogue": True},
    given={"dip_current_cases": [_case("a", 299), _case("b", 300), _case("c", 1000, 40), _case("d", 1000, has_died=True),
                                 _case("e", 1000, fault_code="no_bill"), _case("f", 1000), _case("g", 1000), _case("h", 1000), *USUAL],
           "dip_case_groups": [{"encounter_id": name, "group_code": "A"} for name in (*"abcdefgh", *(row["encounter_id"] for row in USUAL))],
           "dip_groups": [{"group_code": "A", "weighted_mean_fen": 1000}],
           "encounters": [_stay("f0", "f", 0, 5), _stay("f", "f", 36, 40), _stay("g0", "g", 0, 5, principal_diagnosis_code="J18.900"),
                          _stay("g", "g", 20, 25), _stay("h0", "h", 0, 5), _stay("h", "h", 37, 40), _stay("a", "a", 0, 5)]},
    expect=tuple({"encounter_id": name, "low_admission_code": low, "long_stay_code": long, "readmission_code": again, "has_died_unexpectedly": died,
                  "missing_count": missing} for name, low, long, again, died, missing in (
        ("a", "high", "none", "none", False, 0), ("b", "medium", "none", "none", False, 0), ("c", "none", "high", "none", False, 0),
        ("d", "none", "none", "none", True, 0), ("e", "none", "none", "none", False, 1), ("f", "none", "none", "high", False, 0),
        ("g", "none", "none", "low", False, 0))))

LACKING = Example(
    "病案质量：缺项1、2、3项为低、中、高风险；列出缺什么", "Record quality by how much is lacking, and what", values={"dip.violation_catalogue": True},
    given={"dip_current_cases": [_case("a", 1, age_level_code="neonate", age_days=3), _case("b", 1, age_level_code="infant", fault_code="no_bill"), _case("c", 1), _case("d", 1)],
           "dip_case_groups": [{"encounter_id": name} for name in "abcd"], "diagnosis_codes": [{"diagnosis_code": "K35.800"}], "operation_codes": [{"operation_code": "47.0901"}],
           "diagnoses": [{"encounter_id": name, "sequence_number": 1, "diagnosis_code": code} for name, code in (("a", "K35.800"), ("c", "Q99.999"), ("d", "K35.800x001"))],
           "operations": [{"encounter_id": name, "sequence_number": 1, "operation_code": code, "cost_fen": cost} for name, code, cost in (("c", "00.0000", 0), ("d", "47.0901", 5))]},
    expect=({"encounter_id": "a", "record_code": "low", "missing_count": 1, "missing_codes": "no_birth_weight"},
            {"encounter_id": "b", "record_code": "medium", "missing_count": 2, "missing_codes": "no_group+no_age_in_days"},
            {"encounter_id": "c", "record_code": "high", "missing_count": 3, "missing_codes": "unknown_diagnosis+unknown_operation+uncosted_operation"}))


@step(makes=VIOLATIONS, chosen_by=("dip.violation_catalogue", True), source=Source("DIP 3.0（征求意见稿）", "违规行为监管辅助目录", "DIP-16", "S2"),
      examples=(SIGNS, LACKING))
def case_violations(dip_current_cases, dip_case_groups, dip_groups, encounters, diagnoses, operations, diagnosis_codes, operation_codes, plan):
    """Hold each case of the year against its group: cost, stay, death, and against the person's last stay; half up, a line itself is no sign.

    Low admission: cost to the group's weighted mean below the plan's lines. Over-long stay: days to the mean days of the year's cases
    above them. Record quality: how many things of MISSING the record lacks (a code with an extension is known by its base). Death is unexpected where fewer of the group's cases died than the plan's share. Planned readmissions are none.
    """
    cases = dip_current_cases.join(dip_case_groups.select("encounter_id", "group_code"), "encounter_id")
    grouped = cases.filter(cases.group_code.notnull())
    of_group = grouped.group_by("group_code").agg(
        group_cases=grouped.count(), group_days=total(grouped.stay_days), group_deaths=total(grouped.has_died.cast("int64")))
    cases = cases.left_join(of_group, "group_code").drop("group_code_right")
    means = dip_groups.select(mean_group="group_code", mean_fen=dip_groups.weighted_mean_fen.nullif(0))
    cases = cases.mutate(is_measured=True).left_join(means, cases.group_code == means.mean_group).drop("mean_group")
    cases = cases.mutate(is_compared=True).left_join(_readmissions(encounters, plan), "encounter_id").drop("encounter_id_right")
    cases = cases.mutate(
        cost_ratio_ppm=cases.fault_code.isnull().ifelse(take_rate(cases.cost_fen, PPM, cases.mean_fen), ibis.null("int64")),
        stay_ratio_ppm=take_rate(cases.stay_days * cases.group_cases, PPM, cases.group_days.nullif(0)))
    low, long = plan.value("violation.low_admission_lines"), plan.value("violation.long_stay_lines")
    rare = cases.group_deaths * PPM < cases.group_cases * plan.value("violation.low_mortality_ppm")
    cases = cases.mutate(
        low_admission_code=_risk([cases.cost_ratio_ppm < limit for limit in low]), long_stay_code=_risk([cases.stay_ratio_ppm > limit for limit in long]),
        readmission_code=cases.again_code.fill_null("none"), has_died_unexpectedly=(cases.has_died & rare).fill_null(False))
    cases = _with_missing(cases, diagnoses, operations, diagnosis_codes, operation_codes)
    cases = cases.mutate(record_code=_risk([cases.missing_count >= least for least in plan.value("violation.missing_lines")]))
    signed = (cases.low_admission_code != "none") | (cases.long_stay_code != "none") | (cases.readmission_code != "none")
    return cases.filter(signed | cases.has_died_unexpectedly | (cases.missing_count > 0))


def _with_missing(cases, diagnoses, operations, diagnosis_codes, operation_codes):
    """What each record lacks: how many things, and which."""
    unknown = {"unknown_diagnosis": _unknown(diagnoses, "diagnosis_code", diagnosis_codes), "unknown_operation": _unknown(operations, "operation_code", operation_codes),
               "uncosted_operation": operations.filter(operations.cost_fen == 0).select("encounter_id").distinct()}
    for name, found in unknown.items():
        cases = cases.left_join(found.mutate(**{f"has_{name}": ibis.literal(True)}), "encounter_id").drop("encounter_id_right")
    is_baby = cases.age_level_code.isin(("neonate", "infant"))
    lacks = {"no_group": cases.fault_code.notnull(), "no_age_in_days": is_baby & cases.age_days.isnull(),
             "no_birth_weight": is_baby & (cases.age_days <= NEWBORN_DAYS) & cases.birth_weight_grams.isnull(), **{name: cases[f"has_{name}"] for name in unknown}}
    lacks = {name: lacks[name].fill_null(False) for name in MISSING}
    count = sum((each.cast("int64") for each in lacks.values()), ibis.literal(0, "int64"))
    words = [each.ifelse("+" + name, "") for name, each in lacks.items()]
    joined = words[0].concat(*words[1:])
    return cases.mutate(missing_count=count, missing_codes=joined.substr(1).nullif(""))


def _unknown(rows, column, known):
    """The cases with a code that is in the list neither as it is nor by its base."""
    codes_known = known.select(known_code=known[column])
    seen = rows.select("encounter_id", column, base=rows[column].substr(0, BASE_CODE_LENGTH))
    left = seen.anti_join(codes_known, seen[column] == codes_known.known_code).mutate(is_left=True)
    bases = known.select(known_base=known[column])
    return left.anti_join(bases, left.base == bases.known_base).select("encounter_id").distinct()


def _risk(lines):
    """High, medium, low by the lines in that order; none where no line is passed or nothing is known."""
    return ibis.cases(*((passed.fill_null(False), risk) for passed, risk in zip(lines, ("high", "medium", "low"), strict=True)), else_="none")


def _readmissions(encounters, plan):
    """Stays that begin within the plan's days of the same person's last one: high risk for the same category, else low."""
    stays = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES))
    before = ibis.window(group_by="resident_id", order_by=["admitted_on", "encounter_id"])
    stays = stays.mutate(last_on=stays.discharged_on.lag().over(before), last_code=stays.principal_diagnosis_code.lag().over(before))
    soon = stays.admitted_on <= stays.last_on + ibis.interval(days=plan.value("violation.readmission_days"))
    again = stays.filter(soon.fill_null(False) & ~stays.is_planned_readmission)
    same = again.principal_diagnosis_code.substr(0, 3) == again.last_code.substr(0, 3)
    return again.select("encounter_id", again_code=same.fill_null(False).ifelse("high", "low"))
