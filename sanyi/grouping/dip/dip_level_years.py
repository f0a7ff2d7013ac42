"""What the cases of uneven core groups add up to at each level of each dimension."""
import ibis

from sanyi.grouping.dip.dip_group_years import sums, sums_columns
from sanyi.grouping.dip.dip_levels import severity_level
from sanyi.tables import codes
from sanyi.tables.codes import AUXILIARY_DIMENSION
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

LEVEL_YEARS = Table(
    "dip_level_years", "病种分级分年统计", "Uneven groups by level and year",
    key=("group_code", "dimension_code", "level_code", "year"),
    note="只列变异系数达到触发值的核心病种。Only core groups whose variation reaches the trigger.",
    columns=(
        text("group_code", "病种编码", "group"),
        code("dimension_code", "辅助目录", "dimension", AUXILIARY_DIMENSION),
        text("level_code", "分级", "level"),
        whole("year", "年度", "year", "year", minimum=1900),
        *sums_columns(),
    ),
)


def _facts(number, **more):
    return {"encounter_id": str(number), "cost_fen": 1_000_000, "stay_days": 9, **more}


def _cases(*facts):
    return [{"encounter_id": row["encounter_id"], "group_code": "C34.9", "layer_code": "core", "year": 2019,
             "cost_fen": row["cost_fen"]} for row in facts]


TUMOURS = [_facts(1, is_tumour=True), _facts(2, is_tumour=True), _facts(3, is_tumour=True),
           _facts(4, is_tumour=True, cost_fen=12_000_000, treatment_fen=7_000_000)]
TUMOUR = Example(
    "恶性肿瘤：费用不低于均费3倍且治疗费过半为高费用I型", "A tumour of high cost", numbers=("EX-18",),
    values={"dip.auxiliary_dimensions": ["severity"]},
    given={"dip_history_cases": TUMOURS, "dip_catalogue_cases": _cases(*TUMOURS),
           "dip_groups": [{"group_code": "C34.9", "layer_code": "core", "cv_ppm": 900_000, "weighted_mean_fen": 3_750_000, "is_divisible": True}]},
    expect=({"level_code": "tumour_other", "kept_count": 3, "kept_cost_fen": 3_000_000},
            {"level_code": "tumour_treatment", "kept_count": 1, "kept_cost_fen": 12_000_000}))
AT_THE_LIMIT = [_facts(1, is_tumour=True, cost_fen=11_250_000, treatment_fen=5_625_000),
                _facts(2, is_tumour=True, cost_fen=11_249_999, treatment_fen=7_000_000),
                _facts(3, is_tumour=True, cost_fen=11_250_000, treatment_fen=5_624_999)]
LIMIT = Example(
    "均费37500元：112500元正好3倍，算高费用；差一分不算；治疗费须过半", "Three times 37,500 is 112,500: that is of high cost, a fen less is not",
    numbers=("EX-18",), values={"dip.auxiliary_dimensions": ["severity"]},
    given={"dip_history_cases": AT_THE_LIMIT, "dip_catalogue_cases": _cases(*AT_THE_LIMIT),
           "dip_groups": [{"group_code": "C34.9", "layer_code": "core", "cv_ppm": 900_000, "weighted_mean_fen": 3_750_000, "is_divisible": True}]},
    expect=({"level_code": "tumour_other", "kept_count": 2}, {"level_code": "tumour_treatment", "kept_count": 1}))
OTHERS = [_facts(1, has_died=True, stay_days=2), _facts(2, has_died=True, stay_days=5),
          _facts(3, has_organ_failure=True, stay_days=6), _facts(4, has_vital_organ=True, stay_days=6),
          _facts(5, has_organ_failure=True, stay_days=2)]
SEVERITY = Example(
    "非肿瘤严重程度：死亡、重度、中度，住院不足3天的不升级", "Severity without a tumour", numbers=("EX-17",),
    values={"dip.auxiliary_dimensions": ["severity"]},
    given={"dip_history_cases": OTHERS, "dip_catalogue_cases": _cases(*OTHERS),
           "dip_groups": [{"group_code": "C34.9", "layer_code": "core", "cv_ppm": 700_000, "weighted_mean_fen": 1, "is_divisible": True}]},
    expect=tuple({"level_code": level, "case_count": 1} for level in ("died_early", "died_late", "mild", "moderate", "severe")))
UNDIVIDED = Example(
    "中医优势病种与床日病种不细分", "A group of advantage to Chinese medicine, or paid by the day, is never divided",
    given={"dip_history_cases": TUMOURS, "dip_catalogue_cases": _cases(*TUMOURS),
           "dip_groups": [{"group_code": "C34.9", "layer_code": "core", "cv_ppm": 900_000, "weighted_mean_fen": 1, "is_divisible": False}]},
    expect=())
EVEN = Example(
    "变异系数低于触发值的病种不细分", "An even group is not examined",
    given={"dip_history_cases": TUMOURS, "dip_catalogue_cases": _cases(*TUMOURS),
           "dip_groups": [{"group_code": "C34.9", "layer_code": "core", "cv_ppm": 699_999, "weighted_mean_fen": 1, "is_divisible": True}]},
    expect=())


@step(makes=LEVEL_YEARS, chosen_by=codes.BY_DIP, source=Source("DIP 3.0（征求意见稿）", "辅助目录", "DIP-9 DIP-12 DIP-13", "S2"),
      examples=(TUMOUR, LIMIT, SEVERITY, EVEN, UNDIVIDED))
def dip_level_years(dip_catalogue_cases, dip_history_cases, dip_groups, plan):
    """Add up the history cases of uneven core groups by level and year, for each dimension of the plan."""
    uneven = dip_groups.filter(dip_groups.is_divisible & (dip_groups.cv_ppm >= plan.value("dip.auxiliary_cv_trigger_ppm")))
    facts = ("encounter_id", "stay_days", "has_died", "is_tumour", "has_other_tumour", "has_organ_failure", "has_vital_organ",
             "treatment_fen", "drug_fen", "age_level_code", "cci_level_code", "icu_level_code")
    cases = dip_catalogue_cases.select("encounter_id", "group_code", "year", "cost_fen", "is_trimmed")
    cases = cases.join(uneven.select("group_code", "weighted_mean_fen"), "group_code")
    cases = cases.join(dip_history_cases.select(*facts), "encounter_id")
    cases = cases.mutate(severity_level_code=severity_level(cases, cases.weighted_mean_fen))
    views = [cases.select("group_code", "year", "cost_fen", "is_trimmed", dimension_code=ibis.literal(name),
                          level_code=cases[f"{name}_level_code"]) for name in plan.value("dip.auxiliary_dimensions")]
    levels = ibis.union(*views) if len(views) > 1 else views[0]
    return levels.group_by(["group_code", "dimension_code", "level_code", "year"]).agg(**sums(levels))
