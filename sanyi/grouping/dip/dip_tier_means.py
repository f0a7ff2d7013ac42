"""Last year's mean cost of each group at each tier of institution, against which a case is dear or cheap."""
import ibis

from sanyi.tables import codes
from sanyi.tables.codes import TIER
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

TIER_OR_ALL = {**TIER, "all": ("全部等级", "all tiers")}

TIER_MEANS = Table(
    "dip_tier_means", "病种同级均费", "Group means by tier", key=("group_code", "tier_code"),
    columns=(
        text("group_code", "病种编码", "group"),
        code("tier_code", "机构等级", "tier of institution", TIER_OR_ALL),
        whole("case_count", "上年裁剪后例数", "last year's kept cases", "cases", minimum=1),
        fen("mean_fen", "上年平均费用", "last year's mean cost, half up"),
    ),
)

MEANS = Example(
    "上年同级均费，裁剪病例与更早年份不计", "Means of last year's kept cases by tier",
    given={"dip_catalogue_cases": [
        {"encounter_id": "1", "year": 2019, "group_code": "A09.9", "tier_code": "primary", "cost_fen": 1000},
        {"encounter_id": "2", "year": 2019, "group_code": "A09.9", "tier_code": "tertiary", "cost_fen": 2000},
        {"encounter_id": "3", "year": 2019, "group_code": "A09.9", "tier_code": "tertiary", "cost_fen": 2001},
        {"encounter_id": "4", "year": 2019, "group_code": "A09.9", "tier_code": "tertiary", "cost_fen": 9000, "is_trimmed": True},
        {"encounter_id": "5", "year": 2018, "group_code": "A09.9", "tier_code": "primary", "cost_fen": 10}]},
    expect=({"tier_code": "all", "case_count": 3, "mean_fen": 1667}, {"tier_code": "primary", "case_count": 1, "mean_fen": 1000},
            {"tier_code": "tertiary", "case_count": 2, "mean_fen": 2001}))


@step(makes=TIER_MEANS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "费用偏差病例", "DIP-22", "S1 S2"), examples=(MEANS,))
def dip_tier_means(dip_catalogue_cases, year):
    """Last year's mean cost per group and tier, and over all tiers, for groups with cases in that year."""
    cases = dip_catalogue_cases.filter((dip_catalogue_cases.year == year - 1) & ~dip_catalogue_cases.is_trimmed)
    cases = cases.select("group_code", "tier_code", "cost_fen")
    both = cases.union(cases.mutate(tier_code=ibis.literal("all")))
    summed = both.group_by(["group_code", "tier_code"]).agg(case_count=both.count(), cost_fen=total(both.cost_fen))
    return summed.mutate(mean_fen=take_rate(summed.cost_fen, 1, summed.case_count))
