"""AUD-13: an item charged more often in a day than its limit."""
import ibis

from sanyi.audit.hits import as_hits, hits_of, with_case
from sanyi.audit.lines import excess_lines
from sanyi.audit.rule import Rule
from sanyi.tables.money import total, whole_quotient
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("医疗保障基金智能监管规则库", "GZ10000102014", "AUD-13", "S17")
LIMIT = [{"point_id": "K1", "rule_code": "AUD-13", "item_code": "A", "limit_count": 2}]
CASE = [{"encounter_id": "E1"}]
DAY = ("encounter_id", "charged_on", "item_code")


def _line(number: int, times: int, item: str = "A", fen: int = 1000) -> dict:
    return {"encounter_id": "E1", "line_number": number, "item_code": item, "quantity_e3": times * 1000,
            "in_scope_fen": times * fen}


def _too_often(lines: ibis.Table) -> ibis.Table:
    """The days of a case that go beyond an item's limit: few, so that only their lines are looked at one by one."""
    days = lines.group_by(*DAY).agg(net_e3=total(lines.quantity_e3), allowed_e3=lines.allowed_e3.min())
    return days.filter(days.net_e3 > days.allowed_e3).select(*DAY)


@step(makes=hits_of("AUD-13"), locality="case", source=SOURCE, examples=(
    Example("限两次，收了三次：第三次命中", "Two allowed, three charged: the third is hit",
            {"encounters": CASE, "knowledge_points": LIMIT, "charge_lines": [_line(1, 1), _line(2, 1), _line(3, 1)]},
            [{"line_number": 3, "seen_value": "3", "allowed_value": "2", "amount_fen": 1000}]),
    Example("恰好两次：不命中", "Exactly two: no hit",
            {"encounters": CASE, "knowledge_points": LIMIT, "charge_lines": [_line(1, 2)]}, []),
    Example("一行收五次：超出的三次命中", "Five on one line: the three too many are hit",
            {"encounters": CASE, "knowledge_points": LIMIT, "charge_lines": [_line(1, 5)]},
            [{"line_number": 1, "seen_value": "5", "amount_fen": 3000}]),
    Example("退费后不超限：不命中", "Within the limit after a refund: no hit",
            {"encounters": CASE, "knowledge_points": LIMIT, "charge_lines": [_line(1, 3), _line(2, -1)]}, [])))
def audit_hits_aud_13(charge_lines, encounters, knowledge_points):
    """Lines beyond an item's limit per day; the last lines of the day are the excess, refunds come off it."""
    points = knowledge_points.filter(knowledge_points.rule_code == "AUD-13", knowledge_points.limit_count.notnull())
    limits = points.group_by("item_code").agg(allowed_e3=points.limit_count.min() * 1000)
    lines = charge_lines.inner_join(limits, "item_code")  # before both uses: a cluster sends what is left of it around, a quarter of the lines
    found = with_case(excess_lines(lines.semi_join(_too_often(lines), DAY), DAY), encounters)
    return as_hits(found, "AUD-13", "refuse", finding_code=ibis.literal("over_daily_limit"), amount_fen=found.excess_fen,
                   seen_value=_times(found.net_e3), allowed_value=_times(found.allowed_e3))


def _times(quantity_e3) -> ibis.Value:
    return whole_quotient(quantity_e3, 1000).cast("string")


RULE = Rule(
    "AUD-13", "医疗服务项目限定频次", "Item beyond its daily limit", "同日收取次数超过限定频次",
    "An item is charged more often in a day than allowed", "policy", "refuse",
    {"over_daily_limit": ("“{item}”一日收取 {seen}，限 {allowed}", "“{item}” was charged {seen} in a day; {allowed} allowed")},
    "times", SOURCE, audit_hits_aud_13, "GZ10000102014")
