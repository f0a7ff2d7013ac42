"""What each fund's history cases cost and what they would have scored, by year."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

HISTORY_TOTALS = Table(
    "dip_history_totals", "历史费用与分值", "History costs and points", key=("insurance_code", "year"),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        fen("cost_fen", "住院总费用", "whole cost of the cases"),
        whole("points_e4", "按病种目录的总分值", "points of their groups", "e4", minimum=0),
    ),
)

SUMMED = Example(
    "历史病例的费用与分值", "History cases' cost and points",
    given={"dip_catalogue_cases": [
        {"encounter_id": "1", "year": 2019, "insurance_code": "resident", "group_code": "A", "cost_fen": 500},
        {"encounter_id": "2", "year": 2019, "insurance_code": "resident", "group_code": "A", "cost_fen": 900, "is_trimmed": True}],
        "dip_groups": [{"group_code": "A", "points_e4": 30_000}]},
    expect=({"insurance_code": "resident", "year": 2019, "case_count": 2, "cost_fen": 1400, "points_e4": 60_000},))


@step(makes=HISTORY_TOTALS, chosen_by=codes.BY_DIP, source=Source("DIP 1.0", "预算点值", "DIP-17", "S1"), examples=(SUMMED,))
def dip_history_totals(dip_catalogue_cases, dip_groups):
    """Add up all grouped history cases, the trimmed ones too: score × cases, and what they cost."""
    groups = dip_groups.filter(dip_groups.points_e4.notnull()).select("group_code", "points_e4")
    cases = dip_catalogue_cases.join(groups, "group_code")
    return cases.group_by(["insurance_code", "year"]).agg(
        case_count=cases.count(), cost_fen=total(cases.cost_fen), points_e4=total(cases.points_e4))
