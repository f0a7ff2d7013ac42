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
        text("paid_as_code", "按此病种计分", "group whose points it takes", nullable=True),
        flag("is_tcm_advantage", "中医优势病种", "group of advantage to Chinese medicine"),
        flag("is_divisible", "可按辅助目录细分", "may be divided by age, severity or comorbidity"),
        flag("is_excluded", "变异系数过高而不计分", "without points because its costs vary too much"),
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


PARITY = Example(
    "中西医同病同效同价：中医治疗病种按对应西医病种计分，中医优势病种不细分", "A Chinese-medicine group takes the points of the western group",
    given={"dip_group_years": [_year("S82.8+79.36", 2019, 1, 1_200_000), _year("S82.8+手法", 2019, 1, 400_000, layer_code="merged"),
                               _year("A09-1", 2019, 1, 800_000, layer_code="comprehensive")],
           "dip_catalogue_groups": [{"catalogue_code": "demo", "group_code": "S82.8+手法", "layer_code": "merged", "name": "手法复位",
                                     "paid_as_code": "S82.8+79.36", "is_tcm_advantage": True}]},
    expect=({"group_code": "A09-1", "points_e4": 1_000_000, "paid_as_code": None, "is_divisible": False},
            {"group_code": "S82.8+79.36", "points_e4": 1_500_000, "paid_as_code": None, "is_divisible": True},
            {"group_code": "S82.8+手法", "points_e4": 1_500_000, "paid_as_code": "S82.8+79.36", "is_divisible": False}))
UNEVEN = Example(
    "综合病种变异系数超过上限的不计分", "A comprehensive group that varies too much has no points", values={"dip.comprehensive_cv_maximum_ppm": 1_500_000},
    given={"dip_group_years": [
        _year("A09-1", 2019, 10, 100_000, layer_code="comprehensive", kept_cost_yuan=1000, kept_square_yuan=488_090),
        _year("A09.9", 2019, 10, 100_000, kept_cost_yuan=1000, kept_square_yuan=488_090)]},
    expect=({"group_code": "A09-1", "points_e4": None, "is_excluded": True}, {"group_code": "A09.9", "points_e4": 1_000_000, "is_excluded": False}))


def _import(group, **more):
    return {"catalogue_code": "city", "group_code": group, "layer_code": "core", "name": group, **more}


IMPORTED = Example(
    "导入目录：分值优先，其次权重，再次均费比全部病例均费；目录外的病种没有分值", "An imported catalogue: points, else weight, else mean cost to the mean of all",
    values={"dip.catalogue": "city"},
    given={"dip_group_years": [_year("A", 2019, 1, 1_000_000), _year("E", 2019, 1, 3_000_000)],
           "dip_catalogue_groups": [_import("A", points_e4=770_000, weight_e4=1, is_primary_care=True), _import("B", weight_e4=12_500),
                                    _import("C", mean_fen=3_000_000), {**_import("A", points_e4=1), "catalogue_code": "old"}]},
    expect=({"group_code": "A", "case_count": 1, "points_e4": 770_000, "weighted_mean_fen": 1_000_000, "is_primary_care": True},
            {"group_code": "B", "case_count": 0, "points_e4": 1_250_000, "weighted_mean_fen": None, "is_primary_care": False},
            {"group_code": "C", "case_count": 0, "points_e4": 1_500_000, "weighted_mean_fen": 3_000_000, "is_primary_care": False},
            {"group_code": "E", "case_count": 1, "points_e4": None, "weighted_mean_fen": 3_000_000, "is_primary_care": False}))


@step(makes=GROUPS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "病种分值", "DIP-3 DIP-6 DIP-7 DIP-8 DIP-21", "S1 S2"),
      examples=(WEIGHTED, MISSING, COSTLY, PRIMARY, PARITY, UNEVEN, IMPORTED))
def dip_groups(dip_group_years, dip_catalogue_groups, diagnosis_codes, operation_codes, plan, year):
    """Weight = the group's weighted mean ÷ the weighted mean of all cases; points = weight × the plan's scale, half up once.

    A primary-care group is core, has its share of cases in primary institutions, and a small enough variation. Under an imported
    catalogue points and primary-care groups are the catalogue's. A group that is paid as another takes that one's points.
    """
    catalogue = plan.value("dip.catalogue")
    weights = year_weights(year, plan.value("dip.history_weights"))
    mean_of_all = weighted_mean(dip_group_years, weights)
    names, scale = group_names(diagnosis_codes, operation_codes), plan.value("dip.score_scale")
    marks = {row["group_code"]: row for row in dip_catalogue_groups
             if row["catalogue_code"] == (plan.value("dip.layer_rules") if catalogue == "built" else catalogue)}
    groups = defaultdict(list)
    for row in dip_group_years:
        groups[row["group_code"]].append(row)
    unseen = {} if catalogue == "built" else {group: [] for group in marks if group not in groups}
    made = [_group(group, rows, marks.get(group), names, weighted_mean(rows, weights), mean_of_all, scale, plan) | _means(rows, weights)
            for group, rows in (*groups.items(), *unseen.items())]
    return _paid_as(made) if plan.value("dip.same_effect_same_payment") else made


def _group(group, rows, mark, names, mean, mean_of_all, scale, plan):
    layer = rows[0]["layer_code"] if rows else mark["layer_code"]
    bounds = plan.value("dip.primary_care_share_ppm"), plan.value("dip.primary_care_cv_maximum_ppm")
    made = {"group_code": group, "layer_code": layer, "name": mark["name"] if mark else names(group), **_counts(rows),
            **_scores(mean, mean_of_all, scale), **_care(rows, layer, *bounds), **_marks(mark, layer)}
    if plan.value("dip.primary_care_listed_only"):
        made["is_primary_care"] &= bool(mark and mark["is_primary_care"])
    if plan.value("dip.catalogue") != "built":
        made |= _imported_scores(mark, mean, mean_of_all, scale)
    cap = plan.value("dip.comprehensive_cv_maximum_ppm")
    squared = variation_squared(rows)
    is_excluded = bool(cap and layer == "comprehensive" and squared is not None and squared > Fraction(cap, PPM) ** 2)
    return made | {"is_excluded": is_excluded, **({"points_e4": None} if is_excluded else {})}


def _marks(mark, layer):
    """What the catalogue says of a group besides its cost; only core groups are divided, and none that it marks against it."""
    is_tcm, is_bed_day = bool(mark and mark["is_tcm_advantage"]), bool(mark and mark["is_bed_day"])
    return {"paid_as_code": mark["paid_as_code"] if mark else None, "is_tcm_advantage": is_tcm,
            "is_divisible": layer == "core" and not is_tcm and not is_bed_day}


def _imported_scores(mark, mean, mean_of_all, scale):
    """The catalogue's points, else its weight, else its mean cost to the mean of all cases; none where it does not list the group."""
    if mark is None:
        return {"weight_e4": None, "points_e4": None, "is_primary_care": False}
    shown = half_up(mean) if mean is not None else mark["mean_fen"]
    weight = Fraction(mark["weight_e4"], E4) if mark["weight_e4"] is not None else (
        Fraction(mark["mean_fen"]) / mean_of_all if mark["mean_fen"] is not None and mean_of_all else None)
    if mark["points_e4"] is not None:
        weight = Fraction(mark["points_e4"], scale * E4)
    return {"weighted_mean_fen": shown, "weight_e4": None if weight is None else half_up(weight * E4),
            "points_e4": None if weight is None else half_up(weight * scale * E4), "is_primary_care": mark["is_primary_care"]}


def _paid_as(groups):
    """Give each group that is paid as another the other's mean, weight and points, where there is such a group. Source: DIP-21."""
    known = {row["group_code"]: row for row in groups}
    taken = ("weighted_mean_fen", "weight_e4", "points_e4")
    return [row | {name: known[row["paid_as_code"]][name] for name in taken} if row["paid_as_code"] in known else row for row in groups]


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


def _care(rows, layer, share_ppm, variation_ppm):
    cases = sum(row["case_count"] for row in rows)
    primary = sum(row["primary_case_count"] for row in rows)
    squared = variation_squared(rows)
    even = squared is not None and squared <= Fraction(variation_ppm, PPM) ** 2
    often = cases > 0 and primary * PPM >= cases * share_ppm
    return {"cv_ppm": root_ppm(squared), "primary_share_ppm": ratio(primary, cases),
            "is_primary_care": layer == "core" and often and even}


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
