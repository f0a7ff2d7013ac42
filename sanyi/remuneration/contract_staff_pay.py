"""What part of the contract fees each team and each of its members is paid, by standardised workload."""
from collections import defaultdict

from sanyi.remuneration.workload import BY_WORKLOAD, points_e4, points_e8, share_paid, shared_pay, staff_pool
from sanyi.tables.table import Table, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONTRACT_STAFF_PAY = Table(
    "contract_staff_pay", "签约服务费分配", "Contract fees paid to staff", key=("institution_id", "team_id", "staff_id"),
    note="机构可分配额 = 签约服务费 × 方案比例；按标化工作量（Σ 次数 × 权重 × 质量）先分到团队，再分到人，各部分之和等于可分配额；无人有工作量的机构不分配。"
         " Pool = fees × the plan's share; teams by standardised workload (Σ services × weight × quality), then members by theirs; the parts sum to the pool. Where nobody worked nothing is shared.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("team_id", "团队编码", "team code", references="teams.team_id"),
        text("staff_id", "人员编码", "member of staff"),
        whole("service_count", "服务次数", "services", minimum=0),
        whole("points_e4", "个人标化工作量", "points of the member", "e4", minimum=0),
        whole("team_points_e4", "团队标化工作量", "points of the team", "e4", minimum=0),
        fen("pool_due_fen", "机构可分配额（应到）", "pool of the institution, due"),
        fen("team_due_fen", "团队应得（应到）", "the team's part, due"),
        fen("due_fen", "个人应得（应到）", "the member's part, due"),
        fen("received_fen", "个人应得（实到）", "the member's part of what came in"),
    ),
)
_LINE = {"institution_id": "C1", "team_id": "T1", "weight_e4": 10_000, "score_number": 0, "is_late": False}
_FEES = [{"institution_id": "C1", "year": 2020, "payer_code": "resident", "due_fen": 100_000, "received_fen": 50_000},
         {"institution_id": "C1", "year": 2020, "payer_code": "public_health", "due_fen": 42_857, "received_fen": 0},
         {"institution_id": "C1", "year": 2019, "payer_code": "resident", "due_fen": 9_999_999, "received_fen": 9_999_999},
         {"institution_id": "C2", "year": 2020, "payer_code": "resident", "due_fen": 700, "received_fen": 700}]
_QUALITY = [{"score": 0, "in_time_e4": 10_000, "late_e4": 8_000}, {"score": 5, "in_time_e4": 11_000, "late_e4": 8_800}]


@step(makes=CONTRACT_STAFF_PAY, exact=True, chosen_by=BY_WORKLOAD, source=Source("三医参考规则", "B13", "FDR-4 FDR-5 JH-15 LJ-23 LJ-24", "K DEF"), examples=(
    Example("1428.57 元 × 70 % = 1000.00 元；点数 10 × 1 + 5 × 1 × 0.8 + 10 × 2 × 1.1 = 36，按 14 : 22 分", "1,428.57 × 70 % = 1,000.00 yuan; points 10 × 1 + 5 × 1 × 0.8 and 10 × 2 × 1.1: shared 14 to 22",
            values={"contract.fee_may_pay_staff": True, "contract.staff_share_ppm": 700_000, "contract.quality": _QUALITY},
            given={"contract_fees": _FEES, "contract_workloads": [
                {**_LINE, "staff_id": "S1", "service_count": 10}, {**_LINE, "staff_id": "S1", "service_count": 5, "is_late": True},
                {**_LINE, "team_id": "T2", "staff_id": "S2", "service_count": 10, "weight_e4": 20_000, "score_number": 5}]},
            expect=({"team_id": "T1", "staff_id": "S1", "service_count": 15, "points_e4": 140_000, "team_points_e4": 140_000, "pool_due_fen": 100_000, "team_due_fen": 38_889, "due_fen": 38_889,
                     "received_fen": 13_611},
                    {"team_id": "T2", "staff_id": "S2", "service_count": 10, "points_e4": 220_000, "team_points_e4": 220_000, "pool_due_fen": 100_000, "team_due_fen": 61_111, "due_fen": 61_111,
                     "received_fen": 21_389})),
))
def contract_staff_pay(contract_workloads, contract_fees, plan, year):
    """Share the staff's part of each institution's fees among its teams, and each team's among its members. Source: FDR-4, FDR-5, JH-15."""
    share, points = share_paid(plan), points_e8(contract_workloads, plan.value("contract.quality"))
    due, received = ({house: staff_pool(fee, share) for house, fee in _fees(contract_fees, year, name).items()} for name in ("due_fen", "received_fen"))
    parts, came = shared_pay(due, points), shared_pay(received, points)
    counts, teams = defaultdict(int), defaultdict(int)
    for line in contract_workloads:
        counts[line["institution_id"], line["team_id"], line["staff_id"]] += line["service_count"]
    for (house, team, _), weight in points.items():
        teams[house, team] += weight
    return [{"institution_id": house, "team_id": team, "staff_id": staff, "service_count": counts[house, team, staff], "points_e4": points_e4(weight),
             "team_points_e4": points_e4(teams[house, team]), "pool_due_fen": due.get(house, 0), "team_due_fen": parts[house, team, staff][1], "due_fen": parts[house, team, staff][0],
             "received_fen": came[house, team, staff][0]} for (house, team, staff), weight in sorted(points.items())]


def _fees(rows, year, name):
    found = defaultdict(int)
    for row in rows:
        if row["year"] == year:
            found[row["institution_id"]] += row[name]
    return found
