"""How many services of which weight and quality each member of a family-doctor team gave in the year."""
from datetime import date

from sanyi.remuneration.workload import BY_WORKLOAD, NOT_SCORED
from sanyi.tables.table import Table, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

KEY = ("institution_id", "team_id", "staff_id", "weight_e4", "score_number", "is_late")

CONTRACT_WORKLOADS = Table(
    "contract_workloads", "签约服务量", "Work under contracts", key=KEY,
    note="按机构、团队、人员、权重、评分与是否逾期计数；评分 0 为未评价。 Counted by institution, team, member, weight, score and lateness; 0: not evaluated.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("team_id", "团队编码", "team code", references="teams.team_id"),
        text("staff_id", "人员编码", "member of staff"),
        whole("weight_e4", "标化权重", "weight as work", "e4", minimum=0),
        whole("score_number", "评分", "score", minimum=0),
        flag("is_late", "逾期完成", "given late"),
        whole("service_count", "服务次数", "services", minimum=1),
    ),
)


def _given(name, staff="S1", on=date(2020, 3, 1), **more):
    return {"service_id": name, "institution_id": "C1", "team_id": "T1", "staff_id": staff, "given_on": on, "weight_e4": 10_000, "is_late": False, "score_number": None, **more}


@step(makes=CONTRACT_WORKLOADS, chosen_by=BY_WORKLOAD, source=Source("三医参考规则", "B13", "FDR-5 JH-15", "K"), examples=(
    Example("上年的不计；权重、评分、逾期各自成行", "Another year does not count; each weight, score and lateness is a row of its own",
            given={"contract_care": [_given("1"), _given("2"), _given("3", is_late=True), _given("4", score_number=5), _given("5", "S2", weight_e4=25_000), _given("6", on=date(2019, 12, 31))]},
            expect=[{"staff_id": "S1", "weight_e4": 10_000, "score_number": 0, "is_late": False, "service_count": 2},
                    {"staff_id": "S1", "weight_e4": 10_000, "score_number": 0, "is_late": True, "service_count": 1},
                    {"staff_id": "S1", "weight_e4": 10_000, "score_number": 5, "is_late": False, "service_count": 1},
                    {"staff_id": "S2", "weight_e4": 25_000, "score_number": 0, "is_late": False, "service_count": 1}]),
))
def contract_workloads(contract_care, year):
    """Count the year's services by who gave them, what they weigh and how good they were. Source: FDR-5."""
    rows = contract_care.filter(contract_care.given_on.year() == year)
    rows = rows.mutate(score_number=rows.score_number.fill_null(NOT_SCORED))
    return rows.group_by(KEY).agg(service_count=rows.count()).select(*KEY, "service_count")
