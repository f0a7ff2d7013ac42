"""Whether an uneven group is divided by age, severity or comorbidity, and what each level is worth then."""
from collections import defaultdict
from fractions import Fraction

from sanyi.grouping.weighted_years import half_up, root_ppm, squares_about_mean, variation_squared, weighted_mean, year_weights
from sanyi.tables import codes
from sanyi.tables.codes import AUXILIARY_DIMENSION
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

VERDICT = {
    "used": ("启用", "used"), "imported": ("目录导入", "imported with the catalogue"), "one_level": ("只有一个分级", "only one level"),
    "few_cases": ("子病种例数不足", "a level has too few cases"), "small_fall": ("细分后变异系数下降不足", "the variation falls too little"),
    "other_dimension": ("另一维度触发系数更高", "another dimension has the higher trigger coefficient"),
}

COEFFICIENTS = Table(
    "dip_auxiliary_coefficients", "辅助目录系数", "Auxiliary coefficients", key=("group_code", "dimension_code", "level_code"),
    note="只列变异系数达到触发值的核心病种。Only core groups whose variation reaches the trigger.",
    columns=(
        text("group_code", "病种编码", "group"),
        code("dimension_code", "辅助目录", "dimension", AUXILIARY_DIMENSION),
        text("level_code", "分级", "level"),
        whole("case_count", "裁剪后例数", "kept cases", "cases", minimum=0),
        fen("mean_fen", "分级加权平均费用", "weighted mean cost of the level", nullable=True),
        whole("coefficient_e4", "辅助系数", "coefficient: the level's mean to the group's", "e4", nullable=True, minimum=0),
        whole("cv_before_ppm", "细分前变异系数", "variation of the undivided group", "ppm", nullable=True, minimum=0),
        whole("cv_after_ppm", "细分后合并变异系数", "pooled variation after dividing", "ppm", nullable=True, minimum=0),
        code("verdict_code", "结论", "verdict", VERDICT),
        flag("is_used", "是否启用", "used"),
    ),
)


def _level(dimension, level, count, cost_yuan):
    return {"group_code": "K35.8", "dimension_code": dimension, "level_code": level, "year": 2019, "case_count": count,
            "kept_count": count, "kept_cost_fen": count * cost_yuan * 100, "kept_cost_yuan": count * cost_yuan,
            "kept_square_yuan": count * cost_yuan ** 2}


DIVIDED = Example(
    "按严重程度细分：轻度1000元、重度5000元；年龄细分例数不足", "A group divided by severity",
    given={"dip_level_years": [
        _level("severity", "mild", 20, 1000), _level("severity", "severe", 5, 5000),
        _level("age", "none", 21, 1800), _level("age", "80_over", 4, 1800), _level("cci", "none", 25, 1800)]},
    expect=({"dimension_code": "age", "level_code": "80_over", "coefficient_e4": 10_000, "verdict_code": "few_cases"},
            {"dimension_code": "age", "level_code": "none", "coefficient_e4": 10_000, "verdict_code": "few_cases"},
            {"dimension_code": "cci", "level_code": "none", "coefficient_e4": 10_000, "verdict_code": "one_level"},
            {"dimension_code": "severity", "level_code": "mild", "coefficient_e4": 5556, "verdict_code": "used"},
            {"dimension_code": "severity", "level_code": "severe", "coefficient_e4": 27_778, "verdict_code": "used"}))


IMPORTED = Example(
    "导入目录自带辅助系数的，用导入的", "An imported catalogue's own coefficients are used", values={"dip.catalogue": "city"},
    given={"dip_level_years": [_level("severity", "mild", 20, 1000), _level("severity", "severe", 5, 5000)],
           "dip_catalogue_coefficients": [{"catalogue_code": name, "group_code": "K35.8", "dimension_code": "age", "level_code": "80_over",
                                           "coefficient_e4": 13_000} for name in ("city", "other")]},
    expect=({"dimension_code": "age", "level_code": "80_over", "coefficient_e4": 13_000, "verdict_code": "imported", "is_used": True},))
LOOKED_UP = Example(
    "合并症系数由方案查表", "Coefficients of the comorbidity index from the plan's table",
    values={"dip.auxiliary_dimensions": ["cci"], "dip.comorbidity_basis": "table",
            "dip.comorbidity_coefficients": [{"level": "severe", "coefficient_e4": 14_000}]},
    given={"dip_level_years": [_level("cci", "none", 20, 1000), _level("cci", "severe", 5, 5000)]},
    expect=({"dimension_code": "cci", "level_code": "none", "coefficient_e4": 10_000, "is_used": True},
            {"dimension_code": "cci", "level_code": "severe", "coefficient_e4": 14_000, "is_used": True}))


@step(makes=COEFFICIENTS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 3.0（征求意见稿）", "辅助目录", "DIP-9 DIP-10", "S2"), examples=(DIVIDED, IMPORTED, LOOKED_UP))
def dip_auxiliary_coefficients(dip_level_years, dip_catalogue_coefficients, plan, year):
    """Divide a group along the one dimension that qualifies and has the highest level coefficient.

    A dimension qualifies where every level and the whole have cases enough and the pooled variation falls enough.
    Every dimension examined is listed with its verdict. Coefficient = the level's mean ÷ the group's, half up; of the comorbidity
    index by the plan's table where it has one. An imported catalogue's own coefficients stand in place of all that.
    """
    if plan.value("dip.catalogue") != "built":
        return [_imported(row) for row in dip_catalogue_coefficients if row["catalogue_code"] == plan.value("dip.catalogue")]
    weights = year_weights(year, plan.value("dip.history_weights"))
    limits = tuple(plan.value(f"dip.auxiliary_{name}") for name in ("subgroup_minimum", "total_minimum", "cv_fall_ppm"))
    dimensions = plan.value("dip.auxiliary_dimensions")
    groups = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in dip_level_years:
        groups[row["group_code"]][row["dimension_code"]][row["level_code"]].append(row)
    is_looked_up = plan.value("dip.comorbidity_basis") == "table"
    table = {row["level"]: row["coefficient_e4"] for row in plan.value("dip.comorbidity_coefficients")} if is_looked_up else {}
    return [_looked_up(row, table) for group, found in sorted(groups.items())
            for row in _group_rows(group, found, [name for name in dimensions if name in found], weights, limits)]


def _imported(row):
    empty = dict.fromkeys(("mean_fen", "cv_before_ppm", "cv_after_ppm"))
    return {**{name: row[name] for name in ("group_code", "dimension_code", "level_code", "coefficient_e4")}, **empty, "case_count": 0,
            "verdict_code": "imported", "is_used": True}


def _looked_up(row, table):
    """A comorbidity level's coefficient from the plan's table, 1 for a level it does not name; without a table the computed one."""
    if not table or row["dimension_code"] != "cci":
        return row
    return {**row, "coefficient_e4": table.get(row["level_code"], E4)}


def _group_rows(group, dimensions, order, weights, limits):
    verdicts = {name: _verdict(dimensions[name], *limits) for name in order}
    highest = {name: max(_coefficients(dimensions[name], weights).values()) for name in order if verdicts[name] == "used"}
    chosen = max(highest, key=lambda name: (highest[name], -order.index(name)), default=None)
    for name in order:
        verdict = "other_dimension" if verdicts[name] == "used" and name != chosen else verdicts[name]
        yield from _dimension_rows(group, name, dimensions[name], weights, verdict)


def _verdict(levels, subgroup_minimum, total_minimum, fall_ppm):
    counts = [sum(row["kept_count"] for row in rows) for rows in levels.values()]
    if len(counts) < 2:
        return "one_level"
    if min(counts) < subgroup_minimum or sum(counts) < total_minimum:
        return "few_cases"
    left = Fraction(PPM - fall_ppm, PPM)
    before = squares_about_mean(_all(levels))
    return "used" if before and _within(levels) <= before * left ** 2 else "small_fall"


def _all(levels):
    return [row for rows in levels.values() for row in rows]


def _within(levels):
    """The squares about each level's own mean: what dividing leaves."""
    return sum((squares_about_mean(rows) for rows in levels.values()), Fraction(0))


def _coefficients(levels, weights):
    whole_mean = weighted_mean(_all(levels), weights)
    means = {level: weighted_mean(rows, weights) for level, rows in levels.items()}
    return {level: mean / whole_mean for level, mean in means.items() if mean is not None and whole_mean}


def _dimension_rows(group, dimension, levels, weights, verdict):
    coefficients = _coefficients(levels, weights)
    before = variation_squared(_all(levels))
    spread = squares_about_mean(_all(levels))
    after = before * _within(levels) / spread if before is not None and spread else before
    for level, rows in levels.items():
        mean = weighted_mean(rows, weights)
        yield {
            "group_code": group, "dimension_code": dimension, "level_code": level,
            "case_count": sum(row["kept_count"] for row in rows), "mean_fen": None if mean is None else half_up(mean),
            "coefficient_e4": half_up(coefficients[level] * E4) if level in coefficients else None,
            "cv_before_ppm": root_ppm(before), "cv_after_ppm": root_ppm(after), "verdict_code": verdict,
            "is_used": verdict == "used" and level in coefficients}
