"""What each group's cases of each history year add up to."""
from sanyi.tables import codes
from sanyi.tables.codes import GROUPED_LAYER
from sanyi.tables.money import total, whole_quotient
from sanyi.tables.table import Column, Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step


def sums_columns() -> tuple[Column, ...]:
    """The columns of `sums`."""
    return (
        whole("case_count", "例数", "cases", "cases", minimum=0),
        whole("kept_count", "裁剪后例数", "cases after trimming", "cases", minimum=0),
        fen("kept_cost_fen", "裁剪后费用", "cost of the kept cases"),
        whole("kept_cost_yuan", "裁剪后费用（逐例取整到元）", "cost of the kept cases, each rounded to a yuan", "yuan", minimum=0),
        whole("kept_square_yuan", "裁剪后费用平方和（元²）", "sum of the squares of those, in yuan squared", "yuan²", minimum=0),
    )


def sums(cases):
    """Counts, costs and squares of the cases that are not trimmed.

    Squares are of whole yuan (half up): in fen they would leave 64 bits after a few thousand dear cases.
    """
    kept = ~cases.is_trimmed
    cost_yuan = whole_quotient(cases.cost_fen + 50, 100)
    return {"case_count": cases.count(), "kept_count": total(kept.cast("int64")),
            "kept_cost_fen": total(kept.ifelse(cases.cost_fen, 0)), "kept_cost_yuan": total(kept.ifelse(cost_yuan, 0)),
            "kept_square_yuan": total(kept.ifelse(cost_yuan * cost_yuan, 0))}


GROUP_YEARS = Table(
    "dip_group_years", "病种分年统计", "Groups by year", key=("group_code", "year"),
    columns=(
        text("group_code", "病种编码", "group"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("layer_code", "层级", "layer", GROUPED_LAYER),
        *sums_columns(),
        whole("primary_case_count", "基层机构例数", "cases in primary institutions", "cases", minimum=0),
    ),
)

SUMMED = Example(
    "一个病种一年的合计", "One group's year added up",
    given={"dip_catalogue_cases": [
        {"encounter_id": "1", "year": 2019, "group_code": "A09.9", "cost_fen": 100_050, "tier_code": "primary"},
        {"encounter_id": "2", "year": 2019, "group_code": "A09.9", "cost_fen": 200_049, "tier_code": "tertiary"},
        {"encounter_id": "3", "year": 2019, "group_code": "A09.9", "cost_fen": 900_000, "is_trimmed": True,
         "tier_code": "tertiary"}]},
    expect=({"group_code": "A09.9", "year": 2019, "case_count": 3, "kept_count": 2, "kept_cost_fen": 300_099,
             "kept_cost_yuan": 3001, "kept_square_yuan": 1001 ** 2 + 2000 ** 2, "primary_case_count": 1},))


@step(makes=GROUP_YEARS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "病种分值", "DIP-5 DIP-7", "S1 S2"), examples=(SUMMED,))
def dip_group_years(dip_catalogue_cases):
    """Add up each group's history cases by year."""
    cases = dip_catalogue_cases
    return cases.group_by(["group_code", "layer_code", "year"]).agg(
        **sums(cases), primary_case_count=total((cases.tier_code == "primary").cast("int64")))
