"""AUD-26: a unit price above the approved one."""
import ibis

from sanyi.audit.hits import as_hits, hits_of
from sanyi.audit.lines import excess_lines
from sanyi.audit.rule import Rule
from sanyi.tables.money import take_rate
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("医疗保障基金智能监管规则库", "医疗服务项目超标准收费", "AUD-26", "S17")
GIVEN = {"charge_items": [{"item_code": "A", "price_limit_fen": 1000}, {"item_code": "B", "price_limit_fen": None}]}


def _line(number: int, item: str, price: int, quantity_e3: int = 1000, scope_ppm: int = 1_000_000) -> dict:
    amount = price * quantity_e3 // 1000
    return {"encounter_id": "E1", "line_number": number, "item_code": item, "unit_price_fen": price,
            "quantity_e3": quantity_e3, "in_scope_fen": amount * scope_ppm // 1_000_000}


@step(makes=hits_of("AUD-26"), source=SOURCE, examples=(
    Example("单价 12 元，限价 10 元，收 3 次：多收 6 元", "12 yuan against 10, three times: 6 yuan too much",
            {**GIVEN, "watched_lines": [_line(1, "A", 1200, 3000)]},
            [{"line_number": 1, "seen_value": "1200", "allowed_value": "1000", "amount_fen": 600}]),
    Example("等于限价、无限价：不命中", "At the limit, or no limit: no hit",
            {**GIVEN, "watched_lines": [_line(1, "A", 1000), _line(2, "B", 99999)]}, []),
    Example("范围内占一半：多收额也按一半", "Half in scope: half of the excess counts",
            {**GIVEN, "watched_lines": [_line(1, "A", 1200, 3000, 500_000)]}, [{"amount_fen": 300}]),
    Example("全部退费：不命中", "Wholly refunded: no hit",
            {**GIVEN, "watched_lines": [_line(1, "A", 1200), _line(2, "A", 1200, -1000)]}, [])))
def audit_hits_aud_26(watched_lines, charge_items):
    """Lines above the approved price; the amount is the in-scope part of price beyond limit, refunds taken off."""
    limited = charge_items.filter(charge_items.price_limit_fen.notnull()).select("item_code", "price_limit_fen")
    lines = watched_lines.inner_join(limited, "item_code")
    dear = lines.filter(lines.unit_price_fen > lines.price_limit_fen).mutate(allowed_e3=ibis.literal(0, "int64"))
    found = excess_lines(dear, ("encounter_id", "item_code", "unit_price_fen"))
    beyond = take_rate(found.excess_fen, found.unit_price_fen - found.price_limit_fen, found.unit_price_fen)
    return as_hits(found, "AUD-26", "refuse", finding_code=ibis.literal("over_price"), amount_fen=beyond,
                   seen_value=found.unit_price_fen.cast("string"), allowed_value=found.price_limit_fen.cast("string"))


RULE = Rule(
    "AUD-26", "医疗服务项目超标准收费", "Price above the approved one", "单价高于价格主管部门核定的价格",
    "The unit price is above the approved price", "policy", "refuse",
    {"over_price": ("“{item}”单价 {seen}，核定价 {allowed}", "“{item}” at {seen} a unit; the approved price is {allowed}")},
    "fen", SOURCE, audit_hits_aud_26)
