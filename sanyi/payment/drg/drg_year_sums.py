"""What the year's stays add up to by institution, fund and group."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

UNGROUPED = "0000"

DRG_YEAR_SUMS = Table(
    "drg_year_sums", "DRG本年病例合计", "The year's cases added up by group", key=("institution_id", "insurance_code", "drg_code"),
    note="拒绝入组的病例与未入组病例同列 0000。Refused cases stand with the ungrouped ones under 0000.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("drg_code", "病组编码", "group"),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        fen("cost_fen", "总费用", "whole cost", minimum=None),
        fen("fund_fen", "基金记账额", "charged to the fund", minimum=None),
        whole("stay_days", "住院天数", "days", "days", minimum=0),
        whole("death_count", "死亡例数", "deaths", "cases", minimum=0),
    ),
)


def _case(name, **more):
    return {"encounter_id": name, "institution_id": "h", "insurance_code": "resident", "cost_fen": 100, "fund_fen": 70, "stay_days": 3, **more}


@step(makes=DRG_YEAR_SUMS, chosen_by=codes.BY_DRG, source=Source("CHS-DRG", "费率测算", "DRG-7 DRG-9", "S4 K"), examples=(
    Example("同一病组合计；未入组的在 0000", "Cases of one group add up; those without one stand under 0000",
            given={"dip_current_cases": [_case("a"), _case("b", has_died=True), _case("c"), _case("d")],
                   "drg_case_groups": [{"encounter_id": "a", "drg_code": "GZ13"}, {"encounter_id": "b", "drg_code": "GZ13"},
                                       {"encounter_id": "c", "drg_code": "0000"}, {"encounter_id": "d"}]},
            expect=({"drg_code": "0000", "case_count": 2, "cost_fen": 200, "fund_fen": 140, "stay_days": 6, "death_count": 0},
                    {"drg_code": "GZ13", "case_count": 2, "cost_fen": 200, "fund_fen": 140, "stay_days": 6, "death_count": 1})),
))
def drg_year_sums(dip_current_cases, drg_case_groups, bed_day_cases, special_reviews, year):
    """Add up the year's stays that groups price, those moved by a special review in their new group; those paid by the day are left out."""
    stays = drg_stays(dip_current_cases, drg_case_groups, bed_day_cases, special_reviews, year)
    return stays.group_by(["institution_id", "tier_code", "insurance_code", "drg_code"]).agg(
        case_count=stays.count(), cost_fen=total(stays.cost_fen), fund_fen=total(stays.fund_fen), stay_days=total(stays.stay_days),
        death_count=total(stays.has_died.cast("int64")))


def drg_stays(cases, groups, bed_day_cases, reviews, year):
    """The stays that groups price, each with its group (0000 where it has none), the grouper's status and what a special review decided.

    A review that moves a case gives it the group agreed; one that agrees an amount gives `reviewed_fen`. Source: DIP-24.
    """
    found = groups.select("encounter_id", "drg_code", group_status_code="status_code")
    stays = cases.anti_join(bed_day_cases, "encounter_id").join(found, "encounter_id")
    own = reviews.filter((reviews.method_code == "drg") & (reviews.year == year) & (reviews.outcome_code != "refused"))
    own = own.select("encounter_id", reviewed_fen="amount_fen", reviewed_group="group_code")
    stays = stays.left_join(own, "encounter_id").drop("encounter_id_right")
    return stays.mutate(
        drg_code=ibis.coalesce(stays.reviewed_group, stays.drg_code, ibis.literal(UNGROUPED)),
        group_status_code=stays.reviewed_group.notnull().ifelse("grouped", stays.group_status_code))
