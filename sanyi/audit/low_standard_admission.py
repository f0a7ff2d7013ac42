"""AUD-32: a stay so cheap and short that it need not have been one."""
import ibis

from sanyi.audit.hits import as_hits, hits_of
from sanyi.audit.rule import Rule
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("DIP 技术规范", "违规行为监管：低标准入院", "AUD-32", "S2")


def _case(ratio_ppm: int | None, days: int = 2, way: str = "home", **tables) -> dict:
    return {"encounters": [{"encounter_id": "E1", "stay_days": days, "discharge_way_code": way}],
            "inpatient_cases": [{"encounter_id": "E1", "ratio_ppm": ratio_ppm}],
            "settlements": [{"settlement_id": "S1", "encounter_id": "E1", "in_scope_fen": 90_000}], **tables}


LIMITS = {"audit.low_standard_ratio_ppm": 300_000, "audit.low_standard_days": 2}


@step(makes=hits_of("AUD-32"), source=SOURCE, examples=(
    Example("费用不到均值三成，两天，无手术", "Under 30 % of the mean, two days, no operation", _case(299_999),
            [{"line_number": 0, "seen_value": "299999", "allowed_value": "300000", "amount_fen": 90_000}], LIMITS),
    Example("恰好三成：不命中", "Exactly 30 %: no hit", _case(300_000), [], LIMITS),
    Example("住了三天：不命中", "Three days: no hit", _case(100_000, days=3), [], LIMITS),
    Example("做了手术：不命中", "With an operation: no hit",
            _case(100_000, operations=[{"encounter_id": "E1", "sequence_number": 1}]), [], LIMITS),
    Example("住院期间死亡：不命中", "Died: no hit", _case(100_000, way="died"), [], LIMITS),
    Example("没有可比均值：不命中", "Nothing to compare with: no hit", _case(None), [], LIMITS)))
def audit_hits_aud_32(inpatient_cases, encounters, operations, settlements, plan):
    """Stays below the plan's share of their group's mean cost, no longer than its days, without operation or death."""
    limit_ppm = plan.value("audit.low_standard_ratio_ppm")
    cheap = inpatient_cases.filter(inpatient_cases.ratio_ppm < limit_ppm).select("encounter_id", "ratio_ppm")
    cases = encounters.inner_join(cheap, "encounter_id")
    short = cases.filter(cases.stay_days <= plan.value("audit.low_standard_days"), cases.discharge_way_code != "died")
    found = short.anti_join(operations, "encounter_id").inner_join(_in_scope(settlements, cheap), "encounter_id")
    return as_hits(found, "AUD-32", "review", finding_code=ibis.literal("low_cost"), line_number=ibis.literal(0, "int64"),
                   item_code=ibis.null("string"), seen_value=found.ratio_ppm.cast("string"),
                   allowed_value=ibis.literal(str(limit_ppm)))


def _in_scope(settlements: ibis.Table, cases: ibis.Table) -> ibis.Table:
    bills = settlements.semi_join(cases, "encounter_id")
    return bills.group_by("encounter_id").agg(amount_fen=total(bills.in_scope_fen))


RULE = Rule(
    "AUD-32", "低标准入院", "Low-standard admission", "费用远低于病种均值、住院时间短且无手术操作",
    "Cost far below the group's mean, a short stay, no operation", "management", "review",
    {"low_cost": ("费用为病种均值的 {seen}（低于 {allowed}），住院短且无手术",
                  "Cost {seen} of the group's mean (below {allowed}), a short stay without operation")},
    "ppm", SOURCE, audit_hits_aud_32)
