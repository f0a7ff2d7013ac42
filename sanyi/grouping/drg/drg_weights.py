"""The weight of each group: its trimmed mean over the mean of all, the expert's factor, rescaled to a mean of one."""
from collections import defaultdict
from fractions import Fraction

from sanyi.grouping.drg.drg_errors import NegativePrice, PricedTwice
from sanyi.grouping.weighted_years import half_up, root_ppm, variation_squared
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

E9 = 1_000_000_000
NUMBERS = ("weight_e9", "factor_e4", "tertiary_e8", "secondary_e8", "primary_e8")
SUMS = ("case_count", "kept_count", "kept_cost_yuan", "kept_square_yuan", "kept_days", "weighted_count", "weighted_cost_fen", "death_count")

DRG_WEIGHTS = Table(
    "drg_weights", "DRG病组权重", "Weights of the groups", key=("drg_code",),
    columns=(
        text("drg_code", "病组编码", "group"),
        whole("case_count", "历史例数", "history cases", "cases", minimum=0),
        whole("kept_count", "裁剪后例数", "cases after trimming", "cases", minimum=0),
        fen("mean_fen", "加权均费", "weighted mean cost", nullable=True),
        fen("all_mean_fen", "全部入组病例加权均费", "weighted mean cost of all grouped cases", nullable=True),
        whole("mean_days_e4", "平均住院日", "mean length of stay", "e4", nullable=True, minimum=0),
        whole("mortality_ppm", "死亡率", "share that died", "ppm", nullable=True, minimum=0),
        whole("cv_ppm", "变异系数", "coefficient of variation", "ppm", nullable=True, minimum=0),
        whole("factor_e4", "专家调整系数", "the expert's factor", "e4", minimum=0),
        whole("weight_e9", "权重", "weight", "e9", nullable=True, minimum=0),
        code("source_code", "权重来源", "where the weight comes from", codes.WEIGHT_SOURCE),
        flag("is_stable", "稳定病组", "stable: enough cases, costs not too far apart"),
        flag("is_basic", "基础病组", "basic: one price at every level"),
        flag("is_single_review", "单议病组", "reviewed case by case: no price"),
    ),
)


def _sums(group, count, cost_fen, tier="tertiary"):
    yuan = cost_fen // 100
    return {"institution_id": tier, "tier_code": tier, "insurance_code": "resident", "drg_code": group, "case_count": count, "kept_count": count,
            "kept_cost_yuan": yuan, "kept_square_yuan": yuan * yuan // count, "weighted_count": count, "weighted_cost_fen": cost_fen, "kept_days": count * 7}


TRIMMED = Example(
    "权重 = 病组均费 ÷ 全部均费；专家调整后等比缩放，使 Σ（权重×例数）÷ Σ例数 = 1",
    "Weight = the group's mean ÷ the mean of all; after the expert's factor all are rescaled so that the cases' mean weight is 1",
    values={"drg.weight_source": "history", "drg.stable_case_minimum": 5, "drg.stable_cv_maximum_ppm": PPM, "drg.basic_share_ppm": 500_000,
            "drg.basic_cv_maximum_ppm": 700_000},
    given={"drg_history_sums": [_sums("GZ13", 10, 10_000_000, "primary"), _sums("GB11", 10, 30_000_000), _sums("RA19", 4, 8_000_000)],
           "drg_published_groups": [{"drg_code": "GB11", "factor_e4": 12_000}, {"drg_code": "NEW1", "weight_e9": 5 * E9, "is_single_review": True}]},
    expect=({"drg_code": "GB11", "mean_fen": 3_000_000, "all_mean_fen": 2_000_000, "factor_e4": 12_000, "weight_e9": 1_600_000_000,
             "source_code": "history", "is_stable": True, "is_basic": False, "mean_days_e4": 70_000},
            {"drg_code": "GZ13", "mean_fen": 1_000_000, "all_mean_fen": 2_000_000, "factor_e4": 10_000, "weight_e9": 444_444_444,
             "source_code": "history", "is_stable": True, "is_basic": True, "mean_days_e4": 70_000},
            {"drg_code": "NEW1", "mean_fen": None, "all_mean_fen": 2_000_000, "factor_e4": 10_000, "weight_e9": None,
             "source_code": "none", "is_stable": False, "is_basic": False, "mean_days_e4": None},
            {"drg_code": "RA19", "mean_fen": 2_000_000, "all_mean_fen": 2_000_000, "factor_e4": 10_000, "weight_e9": 888_888_889,
             "source_code": "history", "is_stable": False, "is_basic": False, "mean_days_e4": 70_000}))
PUBLISHED = Example(
    "权重取公布值：没有公布的病组没有权重", "Published weights: a group that was not published has none", values={"drg.weight_source": "published"},
    given={"drg_history_sums": [_sums("GZ13", 10, 10_000_000), _sums("RA19", 10, 10_000_000)],
           "drg_published_groups": [{"drg_code": "GZ13", "weight_e9": 640_882_839, "is_basic": True}]},
    expect=({"drg_code": "GZ13", "weight_e9": 640_882_839, "source_code": "published", "is_basic": True},
            {"drg_code": "RA19", "weight_e9": None, "source_code": "none", "is_basic": False}))


@step(makes=DRG_WEIGHTS, exact=True, chosen_by=codes.BY_DRG, source=Source("CHS-DRG", "权重测算", "DRG-6", "S4 K"), examples=(TRIMMED, PUBLISHED))
def drg_weights(drg_history_sums, drg_published_groups, plan):
    """Weigh each group of the history and of the published list.

    Means weigh each kept case by its year. Computed: mean of the group ÷ mean of all × the expert's factor, then all rescaled so that
    Σ(weight × weighted cases) ÷ Σ weighted cases = 1; half up once to nine decimals. A group is basic where the published list marks it,
    or, where there is no list, by its share in primary institutions and its spread. Raises PricedTwice for a group that the list
    holds twice and NegativePrice for a weight or coefficient below zero. Source: DRG-6, DIP-8.
    """
    published, summed, primary = _listed(drg_published_groups), _by_group(drg_history_sums), defaultdict(int)
    for row in drg_history_sums:
        primary[row["drg_code"]] += row["case_count"] if row["tier_code"] == "primary" else 0
    weights = _published(published) if plan.value("drg.weight_source") == "published" else _computed(summed, published)
    whole_count, whole_cost = (sum(own[name] for own in summed.values()) for name in ("weighted_count", "weighted_cost_fen"))
    every = half_up(Fraction(whole_cost, whole_count)) if whole_count else None
    return [_row(name, summed.get(name), published.get(name), weights.get(name), every, primary[name], plan)
            for name in sorted({*summed, *published})]


def _listed(rows):
    """The published groups by code, refused where one stands twice or says less than nothing."""
    listed = {}
    for row in rows:
        if row["drg_code"] in listed:
            raise PricedTwice("drg_published_groups", row["drg_code"])
        for name in NUMBERS:
            if (row[name] or 0) < 0:
                raise NegativePrice("drg_published_groups", row["drg_code"], name, row[name])
        listed[row["drg_code"]] = row
    return listed


def _by_group(rows):
    summed = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    for row in rows:
        for name in SUMS:
            summed[row["drg_code"]][name] += row[name]
    return summed


def _published(published):
    return {name: row["weight_e9"] for name, row in published.items()}


def _computed(summed, published):
    """The mean ÷ the mean of all cancels against the rescaling: what is left is factor × mean ÷ Σ(factor × cost) × Σ cases."""
    count = sum(own["weighted_count"] for own in summed.values())
    spread = sum(own["weighted_cost_fen"] * _factor(published.get(name)) for name, own in summed.items())
    return {name: half_up(Fraction(own["weighted_cost_fen"] * _factor(published.get(name)) * count * E9, own["weighted_count"] * spread))
            for name, own in summed.items() if own["weighted_count"] and spread}


def _factor(row):
    return E4 if row is None or row["factor_e4"] is None else row["factor_e4"]


def _row(name, own, listed, weight, every, primary_count, plan):
    spread = variation_squared([own]) if own else None
    kept = own["kept_count"] if own else 0
    return {
        "drg_code": name, "case_count": own["case_count"] if own else 0, "kept_count": kept,
        "mean_fen": half_up(Fraction(own["weighted_cost_fen"], own["weighted_count"])) if own and own["weighted_count"] else None,
        "all_mean_fen": every, "mean_days_e4": half_up(Fraction(own["kept_days"] * E4, kept)) if kept else None,
        "mortality_ppm": half_up(Fraction(own["death_count"] * PPM, own["case_count"])) if own and own["case_count"] else None,
        "cv_ppm": root_ppm(spread), "factor_e4": _factor(listed), "weight_e9": weight,
        "source_code": "none" if weight is None else plan.value("drg.weight_source"),
        "is_stable": _is_stable(kept, spread, listed, plan), "is_basic": _is_basic(own, spread, listed, primary_count, plan),
        "is_single_review": bool(listed and listed["is_single_review"])}


def _is_stable(kept, spread, listed, plan):
    if listed and listed["is_unstable"]:
        return False
    most = Fraction(plan.value("drg.stable_cv_maximum_ppm"), PPM)
    return kept >= plan.value("drg.stable_case_minimum") and spread is not None and spread <= most ** 2


def _is_basic(own, spread, listed, primary_count, plan):
    if listed or plan.value("drg.weight_source") == "published":
        return bool(listed and listed["is_basic"])
    most = Fraction(plan.value("drg.basic_cv_maximum_ppm"), PPM)
    return (spread is not None and spread <= most ** 2
            and primary_count * PPM >= own["case_count"] * plan.value("drg.basic_share_ppm"))
