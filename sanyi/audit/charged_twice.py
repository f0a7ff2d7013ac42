"""AUD-12: an item charged on top of one that already contains it, on the same day of the same case."""
from datetime import date

import ibis

from sanyi.audit.hits import CASE, as_hits, hits_of
from sanyi.audit.lines import excess_lines
from sanyi.audit.rule import Rule
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("医疗保障基金智能监管规则库", "GZ10000102012", "AUD-12", "S17")
PAIR = [{"point_id": "K1", "rule_code": "AUD-12", "item_code": "A", "other_item_code": "B"}]


def _line(number: int, item: str, on: str = "2020-03-01", quantity_e3: int = 1000) -> dict:
    return {"encounter_id": "E1", "line_number": number, "item_code": item, "quantity_e3": quantity_e3,
            "in_scope_fen": quantity_e3, "charged_on": date.fromisoformat(on)}


def _days_with(watched_lines: ibis.Table, items: ibis.Table) -> ibis.Table:
    """The days on which a case was charged (net of refunds) for any of the containing items."""
    lines = watched_lines.semi_join(items, "item_code")
    days = lines.group_by("encounter_id", "charged_on", "item_code").agg(net_e3=total(lines.quantity_e3))
    days = days.filter(days.net_e3 > 0)
    return days.select(day_key=_day_key(days, days.item_code), containing_item=days.item_code)


def _day_key(lines: ibis.Table, item) -> ibis.Value:
    """One composite key column: an engine joins on it without trying the parts one by one."""
    return lines.encounter_id + "|" + lines.charged_on.cast("string") + "|" + item


@step(makes=hits_of("AUD-12"), source=SOURCE, examples=(
    Example("同日收取甲项目及其所含乙项目：乙命中", "A and the B it contains on one day: B is hit",
            {"knowledge_points": PAIR, "watched_lines": [_line(1, "A"), _line(2, "B")]},
            [{"line_number": 2, "item_code": "B", "seen_value": "A", "amount_fen": 1000}]),
    Example("不在同一天：不命中", "Not on the same day: no hit",
            {"knowledge_points": PAIR, "watched_lines": [_line(1, "A"), _line(2, "B", "2020-03-02")]}, []),
    Example("甲项目已退费：乙不命中", "A was refunded: B is no hit",
            {"knowledge_points": PAIR,
             "watched_lines": [_line(1, "A"), _line(2, "A", quantity_e3=-1000), _line(3, "B")]}, [])))
def audit_hits_aud_12(watched_lines, knowledge_points):
    """Lines of B on days when A was charged, for every pair (A contains B) of the knowledge points."""
    pairs = knowledge_points.filter(knowledge_points.rule_code == "AUD-12")
    pairs = pairs.select(containing=pairs.item_code, item_code=pairs.other_item_code).distinct()
    contained = watched_lines.inner_join(pairs, "item_code")
    contained = contained.mutate(day_key=_day_key(contained, contained.containing))
    both = contained.inner_join(_days_with(watched_lines, pairs.select(item_code=pairs.containing).distinct()), "day_key")
    columns = ["encounter_id", "line_number", "item_code", "charged_on", "quantity_e3", "in_scope_fen", *CASE]
    once = both.group_by(columns).agg(seen_value=both.containing_item.min())
    found = excess_lines(once.mutate(allowed_e3=ibis.literal(0, "int64")), ("encounter_id", "charged_on", "item_code"))
    return as_hits(found, "AUD-12", "refuse", finding_code=ibis.literal("contained"),
                   amount_fen=found.excess_fen, allowed_value=ibis.null("string"))


RULE = Rule(
    "AUD-12", "医疗服务项目重复收费", "Item charged twice", "同日收取某项目，又收取其内涵已包含的另一项目",
    "On one day an item is charged, and another that it contains", "policy", "refuse",
    {"contained": ("同日已收取“{seen}”，其内涵包含“{item}”", "“{seen}”, charged the same day, already contains “{item}”")},
    "item", SOURCE, audit_hits_aud_12, "GZ10000102012")
