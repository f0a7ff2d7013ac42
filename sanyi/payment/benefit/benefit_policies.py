"""The year's benefit policies as tables: one row a cell, one row a band of a cell."""
from sanyi.payment.benefit.policy import CARE, PERSON, WAY, Policies
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

CHOSEN = ("benefit.recompute", "on")
BAND_LAYER = {"base": ("基本医保", "basic insurance"), "catastrophic": ("大病保险（起付标准以上）", "catastrophic insurance, above its deductible")}
_KEY = whole("policy_number", "政策编号", "number of the cell", "", minimum=1)

BENEFIT_POLICIES = Table(
    "benefit_policies", "待遇政策", "Benefit policies", key=("policy_number",),
    note="险种、就医类型、级别、人员、就医方式的每一种组合一行，自生效日起适用。"
         " One row for every combination of insurance, care, level, person and way, in force from its day on.",
    columns=(
        _KEY, text("policy_name", "政策名称", "cell of the policy: since|insurance|care|level|person|way"), date("since_on", "生效日期", "in force from"), code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("care_code", "就医类型", "care", CARE), code("level_code", "级别", "level", codes.LEVEL),
        code("person_code", "人员类别", "class of person", PERSON), code("way_code", "就医方式", "way", WAY),
        fen("deductible_fen", "起付线", "deductible"),
        whole("repeat_part_ppm", "再次住院起付线比例", "later stays: part of the deductible", "ppm", minimum=0),
        fen("repeat_step_fen", "再次住院每次递减", "later stays: less by"), fen("repeat_floor_fen", "递减下限", "but not below"),
        fen("care_cap_fen", "门诊年度封顶", "annual cap of visits"), fen("cap_fen", "年度封顶", "annual cap"),
        fen("catastrophic_deductible_fen", "大病保险起付标准", "catastrophic deductible"),
        fen("catastrophic_cap_fen", "大病保险年度封顶", "catastrophic annual cap"),
        whole("aid_ratio_ppm", "医疗救助比例", "medical aid", "ppm", minimum=0),
        fen("aid_cap_fen", "医疗救助年度限额", "medical aid annual cap"),
    ),
)

BENEFIT_BANDS = Table(
    "benefit_bands", "待遇分段", "Benefit bands", key=("policy_number", "layer_code", "over_fen"),
    columns=(
        _KEY, code("layer_code", "层次", "layer", BAND_LAYER), fen("over_fen", "下限", "from"), fen("to_fen", "上限", "to"),
        whole("ratio_ppm", "支付比例", "paid", "ppm", minimum=0),
    ),
)

POLICY_SOURCE = Source("三医参考规则", "B5", "BEN-3 BEN-5 BEN-6 BEN-7 BEN-8 BEN-9", "DEF S12 S14 S33 LOC")


@step(BENEFIT_POLICIES, exact=True, source=POLICY_SOURCE, chosen_by=CHOSEN, examples=(
    Example("无政策的级别没有行", "A level the plan does not name has no row",
            given={}, values={"benefit.inpatient.resident": [{"level": "1", "deductible_fen": 20_000, "ratio_ppm": 800_000}],
                              "benefit.outpatient.resident": [{"level": "1", "deductible_fen": 0, "ratio_ppm": 500_000}],
                              "benefit.inpatient.employee": [{"level": "1", "deductible_fen": 0, "ratio_ppm": 900_000}],
                              "benefit.outpatient.employee": [{"level": "1", "deductible_fen": 0, "ratio_ppm": 900_000}]},
            expect=[{"insurance_code": insurance, "care_code": care, "level_code": "1", "person_code": person, "way_code": way}
                    for insurance in codes.INSURANCE for care in CARE for person in PERSON for way in WAY]),
))
def benefit_policies(plan, year):
    """Give every cell of the year's policies; refuses values that contradict each other. Source: BEN-5."""
    return policy_rows(read_policies(plan, year))


def policy_rows(policies: Policies) -> list[dict]:
    """The cells as rows."""
    return [{"policy_number": number, "policy_name": policy.name_of(key), "since_on": policy.since,
             **dict(zip(("insurance_code", "care_code", "level_code", "person_code", "way_code"), key, strict=True)),
             "deductible_fen": terms.deductible_fen, "repeat_part_ppm": terms.repeat.part_ppm,
             "repeat_step_fen": terms.repeat.step_fen, "repeat_floor_fen": terms.repeat.floor_fen,
             "care_cap_fen": terms.care_cap_fen, "cap_fen": terms.cap_fen,
             "catastrophic_deductible_fen": terms.catastrophic_deductible_fen, "catastrophic_cap_fen": terms.catastrophic_cap_fen,
             "aid_ratio_ppm": terms.aid_ratio_ppm, "aid_cap_fen": terms.aid_cap_fen}
            for number, policy, key, terms in policies.cells]
