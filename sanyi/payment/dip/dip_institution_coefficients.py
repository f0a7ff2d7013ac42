"""How much dearer or cheaper an institution is than the region for the same cases."""
from collections import defaultdict
from fractions import Fraction

from sanyi.payment.inpatient.case_payment import chosen
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, PPM, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

BASIS = {"computed": ("按历史数据计算", "computed from history"), "floor": ("低于下限，取下限", "raised to the floor"),
         "cap": ("高于上限，取上限", "cut to the cap"), "no_history": ("无历史病例，取1", "no history cases: 1"), "by_level": ("按等级公布", "published by level"),
         "composed": ("按等级、病例组合、年龄构成、考核、专科合成", "composed of level, case mix, age mix, appraisal and specialties")}
METHODS = {"computed": BASIS["computed"], "by_level": BASIS["by_level"], "composed": BASIS["composed"]}

PARTS = ("level_e4", "case_mix_e4", "age_mix_e4", "appraisal_e4", "specialty_e4")
COEFFICIENTS = Table(
    "dip_institution_coefficients", "机构系数", "Institution coefficients", key=("institution_id",),
    note="村卫生室没有住院，不列。Village clinics have no stays and are not listed.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("case_count", "历史例数", "history cases", "cases", minimum=0),
        fen("cost_fen", "历史费用合计", "cost of the history cases"),
        fen("expected_fen", "按全区域均费", "the same cases at the region's group means"),
        whole("raw_e4", "未限幅系数", "coefficient before floor and cap", "e4", nullable=True, minimum=0),
        whole("coefficient_e4", "机构系数", "coefficient", "e4", minimum=0),
        code("basis_code", "来由", "basis", BASIS),
        *(whole(f"{name}_e4", zh, en, "e4", nullable=True, minimum=None if name == "specialty" else 0) for name, zh, en in (
            ("level", "合成：等级系数", "composed: coefficient of its level"), ("case_mix", "合成：病例组合与全区域之比", "composed: its case mix to the region's"),
            ("age_mix", "合成：老人与儿童占比与全区域之比", "composed: its share of children and seniors to the region's"),
            ("appraisal", "合成：上年考核系数", "composed: last year's appraisal factor"), ("specialty", "合成：专科加成", "composed: added for specialties"))),
    ),
)


def _costs(institution, year, cost_fen, expected_fen):
    return {"institution_id": institution, "year": year, "case_count": 1, "cost_fen": cost_fen, "expected_fen": expected_fen}


CLIPPED = Example(
    "实际费用比标准费用，再比全区域，限在0.6至1.3之间", "Cost to expected cost, to the region's, between 0.6 and 1.3",
    given={"institutions": [{"institution_id": name, "level_code": "2A", "is_in_area": name != "far"} for name in ("a", "b", "c", "new", "far")],
           "dip_institution_costs": [_costs("a", 2019, 110, 100), _costs("b", 2019, 140, 100), _costs("c", 2019, 50, 100)]},
    expect=({"institution_id": "a", "raw_e4": 11_000, "coefficient_e4": 11_000, "basis_code": "computed"},
            {"institution_id": "b", "raw_e4": 14_000, "coefficient_e4": 13_000, "basis_code": "cap"},
            {"institution_id": "c", "raw_e4": 5_000, "coefficient_e4": 6_000, "basis_code": "floor"},
            {"institution_id": "new", "raw_e4": None, "coefficient_e4": 10_000, "basis_code": "no_history"}))


BY_LEVEL = Example(
    "按等级公布的机构系数", "Coefficients published by level", values={"dip.coefficient_method": "by_level"},
    given={"institutions": [{"institution_id": "a", "level_code": "3A", "is_in_area": True}, {"institution_id": "b", "level_code": "township", "is_in_area": True}],
           "dip_institution_costs": [_costs("a", 2019, 110, 100)]},
    expect=({"institution_id": "a", "raw_e4": 10_000, "coefficient_e4": 12_000, "basis_code": "by_level"},
            {"institution_id": "b", "raw_e4": None, "coefficient_e4": 8_000, "basis_code": "by_level"}))

COMPOSED = Example(
    "合成：等级1.2×[1＋0.3×(病例组合1.2−1)＋0.2×(年龄构成1.5−1)＋0.1×(考核0.98−1)]＋中医0.02＝1.4096，限在1.3；没有历史与考核的，取等级系数加专科加成",
    "Composed: 1.2 × [1 + 0.3 × (1.2 − 1) + 0.2 × (1.5 − 1) + 0.1 × (0.98 − 1)] + 0.02 = 1.4096, kept to 1.3; without history and appraisal: level and specialty",
    values={"dip.coefficient_method": "composed"},
    given={"institutions": [{"institution_id": "a", "level_code": "3A", "kind_code": "tcm", "is_in_area": True},
                            {"institution_id": "b", "level_code": "2A", "kind_code": "general", "is_in_area": True},
                            {"institution_id": "n", "level_code": "2A", "kind_code": "tcm", "is_in_area": True}],
           "dip_institution_costs": [{**_costs("a", 2019, 100, 120_000), "case_count": 100, "young_old_count": 60}, {**_costs("b", 2019, 100, 80_000), "case_count": 100, "young_old_count": 20}],
           "last_appraisals": [{"institution_id": "a", "year": 2019, "factor_ppm": 980_000}, {"institution_id": "b", "year": 2019, "factor_ppm": None}]},
    expect=({"institution_id": "a", "level_e4": 12_000, "case_mix_e4": 12_000, "age_mix_e4": 15_000, "appraisal_e4": 9_800, "specialty_e4": 200,
             "coefficient_e4": 13_000, "basis_code": "cap"},
            {"institution_id": "b", "level_e4": 10_000, "case_mix_e4": 8_000, "age_mix_e4": 5_000, "appraisal_e4": 10_000, "specialty_e4": 0, "coefficient_e4": 8_400, "basis_code": "composed"},
            {"institution_id": "n", "level_e4": 10_000, "case_mix_e4": 10_000, "age_mix_e4": 10_000, "appraisal_e4": 10_000, "specialty_e4": 200, "coefficient_e4": 10_200, "basis_code": "composed"}))


@step(makes=COEFFICIENTS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "医疗机构等级系数", "DIP-25", "S2 LOC"), examples=(CLIPPED, BY_LEVEL, COMPOSED))
def dip_institution_coefficients(institutions, dip_institution_costs, last_appraisals, plan, year):
    """Coefficient of each institution in the area: its cost ÷ expected cost, to the region's, half up, kept in bounds.

    Years weigh as in the catalogue. Primary-care groups take no coefficient at all. Where the plan publishes coefficients by level those
    hold, and the computed one is shown beside. Composed: the level's coefficient × (1 + the sum of weight × (factor − 1) over case mix, age
    mix and last year's appraisal factor) + what is added for specialties; a factor that is not known is 1; rounded once, half up, and kept in
    bounds. A factor is held against the region's: expected cost a case, share of children and seniors.
    """
    weights = plan.value("dip.history_weights")
    weight = {year - len(weights) + place: number for place, number in enumerate(weights)}
    sums = defaultdict(lambda: (0,) * 7)
    for row in dip_institution_costs:
        part = (row["case_count"], row["cost_fen"], row["expected_fen"],
                *(row[name] * weight.get(row["year"], 0) for name in ("cost_fen", "expected_fen", "case_count", "young_old_count")))
        for name in (row["institution_id"], None):
            sums[name] = tuple(map(sum, zip(sums[name], part, strict=True)))
    bounds = plan.value("dip.coefficient_floor_e4"), plan.value("dip.coefficient_cap_e4")
    inside = [row["institution_id"] for row in institutions if row["is_in_area"] and row["level_code"] != "village"]
    found, method = [_row(name, sums[name], sums[None], bounds) for name in inside], chosen(plan, "dip.coefficient_method", METHODS)
    if method == "composed":
        factors = {row["institution_id"]: row["factor_ppm"] for row in last_appraisals if row["factor_ppm"] is not None}
        return [_composed(row, sums, factors, {one["institution_id"]: one for one in institutions}, bounds, plan) for row in found]
    return _by_level(found, institutions, plan) if method == "by_level" else found


def _by_level(found, institutions, plan):
    """The coefficients that the plan publishes by level; 1 for a level it does not name."""
    published = {row["level"]: row["coefficient_e4"] for row in plan.value("dip.level_coefficients")}
    level = {row["institution_id"]: row["level_code"] for row in institutions}
    return [{**row, "coefficient_e4": published.get(level[row["institution_id"]], E4), "basis_code": "by_level"} for row in found]


def _row(name, own, region, bounds):
    cases, cost, expected, weighted_cost, weighted_expected, *_ = own
    shown = {"institution_id": name, "case_count": cases, "cost_fen": cost, "expected_fen": expected, **dict.fromkeys(PARTS)}
    if not weighted_expected or not region[3]:
        return {**shown, "raw_e4": None, "coefficient_e4": E4, "basis_code": "no_history"}
    exact = Fraction(weighted_cost * region[4], weighted_expected * region[3])
    raw = take_rate(E4, exact.numerator, exact.denominator)
    floor, cap = bounds
    basis = "floor" if raw < floor else "cap" if raw > cap else "computed"
    return {**shown, "raw_e4": raw, "coefficient_e4": min(max(raw, floor), cap), "basis_code": basis}


def _composed(row, sums, factors, institutions, bounds, plan):
    """A coefficient of its parts, each shown to 1/10,000 but taken as it is."""
    name, (floor, cap) = row["institution_id"], bounds
    own, region, institution = sums[name], sums[None], institutions[name]
    level = next((each["coefficient_e4"] for each in plan.value("dip.level_coefficients") if each["level"] == institution["level_code"]), E4)
    mixes = {"case_mix": _to_region(own[4], own[5], region[4], region[5]), "age_mix": _to_region(own[6], own[5], region[6], region[5]),
             "appraisal": Fraction(factors.get(name, PPM), PPM)}
    weights = {each["factor"]: Fraction(each["weight_ppm"], PPM) for each in plan.value("dip.coefficient_weights")}
    added = sum(each["addition_e4"] for each in plan.value("dip.specialty_additions") if each.get("kind") == institution["kind_code"] or each.get("institution") == name)
    exact = level * (1 + sum(weights.get(part, 0) * (factor - 1) for part, factor in mixes.items())) + added
    whole_e4 = max(take_rate(exact.numerator, 1, exact.denominator), 0)
    basis = "floor" if whole_e4 < floor else "cap" if whole_e4 > cap else "composed"
    parts = {f"{part}_e4": take_rate(E4, factor.numerator, factor.denominator) for part, factor in mixes.items()}
    return {**row, **parts, "level_e4": level, "specialty_e4": added, "coefficient_e4": min(max(whole_e4, floor), cap), "basis_code": basis}


def _to_region(amount, cases, all_amount, all_cases):
    """An amount a case to the region's; 1 where either is not known."""
    return Fraction(amount * all_cases, cases * all_amount) if cases and all_amount else Fraction(1)
