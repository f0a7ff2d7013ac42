"""The catalogue: every group with its costs, its weight and its points."""
from collections import defaultdict
from fractions import Fraction

from sanyi.grouping.weighted_years import half_up, root_ppm, variation_squared, weighted_mean, year_weights
from sanyi.tables import codes
from sanyi.tables.codes import GROUPED_LAYER
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, PPM, ratio
from sanyi.terms.source import Source
from sanyi.terms.step import step

YEARS = (("third_last", "前三年", "three years before"), ("second_last", "前两年", "two years before"), ("last", "上一年", "last year"))
CLASS_NAME = {"1": "保守治疗", "2": "诊断性操作", "3": "治疗性操作", "4": "相关手术"}

GROUPS = Table(
    "dip_groups", "病种目录", "Groups of the catalogue", key=("group_code",),
    columns=(
        text("group_code", "病种编码", "group"),
        code("layer_code", "层级", "layer", GROUPED_LAYER),
        text("name", "病种名称", "name"),
        whole("case_count", "三年例数", "cases in three years", "cases", minimum=0),
        whole("trimmed_count", "裁剪例数", "cases trimmed", "cases", minimum=0),
        *(whole(f"{name}_year_case_count", f"{zh}裁剪后例数", f"kept cases, {en}", "cases", minimum=0) for name, zh, en in YEARS),
        *(fen(f"{name}_year_mean_fen", f"{zh}平均费用", f"mean cost, {en} (rounded for show)", nullable=True)
          for name, zh, en in YEARS),
        fen("weighted_mean_fen", "加权平均费用", "weighted mean cost (rounded; weights come from the exact fraction)",
            nullable=True),
        whole("weight_e4", "权重 RW", "weight: the group's mean to the mean of all cases", "e4", nullable=True, minimum=0),
        whole("points_e4", "基准分值", "points", "e4", nullable=True, minimum=0),
        whole("cv_ppm", "变异系数", "standard deviation to mean", "ppm", nullable=True, minimum=0),
        whole("primary_share_ppm", "基层机构例数占比", "share of cases in primary institutions", "ppm", nullable=True, minimum=0),
        flag("is_primary_care", "基层病种（同病同价）", "primary-care group: the same price everywhere"),
    ),
)


def _year(group, year, count, cost_fen, **more):
    return {"group_code": group, "year": year, "case_count": count, "kept_count": count, "kept_cost_fen": cost_fen, **more}


WEIGHTED = Example(
    "三年加权：1∶2∶7", "Three years weighted 1 : 2 : 7", numbers=("EX-53",),
    given={"dip_group_years": [
        _year("K35.8", 2017, 1, 800_000), _year("K35.8", 2018, 1, 900_000), _year("K35.8", 2019, 1, 1_000_000),
        _year("A09.9", 2017, 1, 1_000_000), _year("A09.9", 2018, 1, 900_000), _year("A09.9", 2019, 1, 800_000)]},
    expect=({"group_code": "A09.9", "weighted_mean_fen": 840_000, "weight_e4": 9333, "points_e4": 933_333},
            {"group_code": "K35.8", "weighted_mean_fen": 960_000, "weight_e4": 10_667, "points_e4": 1_066_667}))
MISSING = Example(
    "缺一年：其余权重重新归一", "A missing year: the other weights take its place",
    given={"dip_group_years": [_year("K35.8", 2018, 1, 900_000), _year("K35.8", 2019, 2, 3_600_000)]},
    expect=({"group_code": "K35.8", "weighted_mean_fen": 1_600_000, "third_last_year_mean_fen": None,
             "second_last_year_mean_fen": 900_000, "last_year_mean_fen": 1_800_000, "weight_e4": 10_000},))
COSTLY = Example(
    "一例12万元、三例1万元：均费37500元，3倍为112500元", "One case of 120,000 yuan and three of 10,000: a mean of 37,500, three times 112,500",
    numbers=("EX-18",), given={"dip_group_years": [_year("C34.9", 2019, 4, 3 * 1_000_000 + 12_000_000)]},
    expect=({"group_code": "C34.9", "weighted_mean_fen": 3_750_000},))
PRIMARY = Example(
    "基层病种：基层占比不低于50%且变异系数不高于0.7的核心病种", "Primary-care groups", numbers=("EX-20",),
    given={"dip_group_years": [
        _year("A", 2019, 10, 100_000, kept_cost_yuan=1000, kept_square_yuan=100_500, primary_case_count=6),
        _year("B", 2019, 10, 100_000, kept_cost_yuan=1000, kept_square_yuan=100_500, primary_case_count=2),
        _year("C", 2019, 10, 100_000, kept_cost_yuan=1000, kept_square_yuan=488_090, primary_case_count=6)]},
    expect=({"group_code": "A", "is_primary_care": True, "primary_share_ppm": 600_000, "cv_ppm": 70_711},
            {"group_code": "B", "is_primary_care": False, "primary_share_ppm": 200_000, "cv_ppm": 70_711},
            {"group_code": "C", "is_primary_care": False, "primary_share_ppm": 600_000, "cv_ppm": 1_970_000}))


@step(makes=GROUPS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "病种分值", "DIP-6 DIP-7 DIP-8", "S1 S2"),
      examples=(WEIGHTED, MISSING, COSTLY, PRIMARY))
def dip_groups(dip_group_years, diagnosis_codes, operation_codes, plan, year):
    """Weight = the group's weighted mean ÷ the weighted mean of all cases; points = weight × the plan's scale, half up once.

    A primary-care group is core, has its share of cases in primary institutions, and a small enough variation.
    """
    weights = year_weights(year, plan.value("dip.history_weights"))
    mean_of_all = weighted_mean(dip_group_years, weights)
    names, scale = group_names(diagnosis_codes, operation_codes), plan.value("dip.score_scale")
    bounds = plan.value("dip.primary_care_share_ppm"), plan.value("dip.primary_care_cv_maximum_ppm")
    groups = defaultdict(list)
    for row in dip_group_years:
        groups[row["group_code"]].append(row)
    return [{"group_code": group, "layer_code": rows[0]["layer_code"], "name": names(group), **_counts(rows),
             **_means(rows, weights), **_scores(weighted_mean(rows, weights), mean_of_all, scale),
             **_care(rows, *bounds)} for group, rows in groups.items()]


def _counts(rows):
    cases = sum(row["case_count"] for row in rows)
    return {"case_count": cases, "trimmed_count": cases - sum(row["kept_count"] for row in rows)}


def _means(rows, weights):
    found = {}
    for (name, _, _), year in zip(YEARS, sorted(weights), strict=True):
        own = [row for row in rows if row["year"] == year]
        mean = weighted_mean(own, {year: 1})
        found[f"{name}_year_case_count"] = sum(row["kept_count"] for row in own)
        found[f"{name}_year_mean_fen"] = None if mean is None else half_up(mean)
    return found


def _scores(mean: Fraction | None, mean_of_all: Fraction | None, scale: int):
    if mean is None or not mean_of_all:
        return {"weighted_mean_fen": None, "weight_e4": None, "points_e4": None}
    weight = mean / mean_of_all
    return {"weighted_mean_fen": half_up(mean), "weight_e4": half_up(weight * E4), "points_e4": half_up(weight * scale * E4)}


def _care(rows, share_ppm, variation_ppm):
    cases = sum(row["case_count"] for row in rows)
    primary = sum(row["primary_case_count"] for row in rows)
    squared = variation_squared(rows)
    even = squared is not None and squared <= Fraction(variation_ppm, PPM) ** 2
    often = cases > 0 and primary * PPM >= cases * share_ppm
    return {"cv_ppm": root_ppm(squared), "primary_share_ppm": ratio(primary, cases),
            "is_primary_care": rows[0]["layer_code"] == "core" and often and even}


def group_names(diagnosis_codes, operation_codes):
    """A function from a group's code to a name: its first diagnosis by code, then its operations or class of treatment."""
    diagnoses, categories = {}, {}
    for row in sorted(diagnosis_codes, key=lambda row: row["diagnosis_code"]):
        diagnoses.setdefault(row["diagnosis_code"][:5], row["name"])
        categories.setdefault(row["category_code"], row["name"])
    operations = {row["operation_code"]: row["name"] for row in operation_codes}

    def name(group: str) -> str:
        first, *done = group.split("+")
        if first in diagnoses:
            return "：".join((diagnoses[first], "、".join(operations.get(code, code) for code in done) or CLASS_NAME["1"]))
        category, _, number = group.rpartition("-")
        return f"{categories.get(category, category or group)}等：{CLASS_NAME.get(number, number)}"

    return name
