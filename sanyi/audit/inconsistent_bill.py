"""AUD-37: a bill that contradicts itself: lines against total, payers against total, dates against each other."""
from datetime import date

import ibis

from sanyi.audit.hits import as_hits, hits_of, with_case
from sanyi.audit.rule import Rule
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SUMS = ("total_fen", "paid_fen", "lines_fen", "bill_count", "line_count")
SOURCE = Source("医疗保障基金结算清单填写规范", "质控：合计与逻辑", "AUD-37", "K")


def _bill(lines_fen: tuple[int, ...], total_fen: int, fund_fen: int, cash_fen: int, discharged: str = "2020-01-05") -> dict:
    return {
        "encounters": [{"encounter_id": "E1", "admitted_on": date(2020, 1, 3), "discharged_on": date.fromisoformat(discharged)}],
        "settlements": [{"settlement_id": "S1", "encounter_id": "E1", "total_fen": total_fen, "fund_fen": fund_fen,
                         "cash_fen": cash_fen}],
        "charge_lines": [{"encounter_id": "E1", "line_number": number, "amount_fen": amount}
                         for number, amount in enumerate(lines_fen, 1)]}


@step(makes=hits_of("AUD-37"), locality="case", source=SOURCE, examples=(
    Example("明细合计比总额少 1 分", "The lines sum to one fen less than the bill", _bill((600, 399), 1000, 700, 300),
            [{"line_number": 0, "finding_code": "lines_total", "seen_value": "999", "allowed_value": "1000", "amount_fen": 1}]),
    Example("支付合计比总额多 5 分", "The payers sum to five fen more than the bill", _bill((600, 400), 1000, 700, 305),
            [{"finding_code": "payers_total", "seen_value": "1005", "allowed_value": "1000", "amount_fen": 5}]),
    Example("出院早于入院", "Discharged before admitted", _bill((1000,), 1000, 700, 300, "2020-01-02"),
            [{"finding_code": "dates_order", "seen_value": "2020-01-02", "allowed_value": "2020-01-03", "amount_fen": 0}]),
    Example("全部一致：不命中", "All agrees: no hit", _bill((600, 500, -100), 1000, 700, 300), [])))
def audit_hits_aud_37(encounters, settlements, charge_lines):
    """Cases whose lines or payers do not sum to the bill, or whose dates run backwards; one finding a case, in this order.

    Bills without any line are intake's matter, not this rule's; the amount is the difference.
    """
    wrong = _wrong_sums(settlements, charge_lines)
    bills = with_case(wrong.mutate(settled_month=ibis.literal(0, "int64")), encounters)
    backwards = encounters.filter(encounters.discharged_on < encounters.admitted_on).anti_join(wrong, "encounter_id")
    dates = backwards.mutate(finding_code=ibis.literal("dates_order"), amount_fen=ibis.literal(0, "int64"),
                             seen_value=backwards.discharged_on.cast("string"),
                             allowed_value=backwards.admitted_on.cast("string"))
    return _hits(bills).union(_hits(dates))


def _hits(found: ibis.Table) -> ibis.Table:
    return as_hits(found, "AUD-37", "hold", line_number=ibis.literal(0, "int64"), item_code=ibis.null("string"))


def _wrong_sums(settlements: ibis.Table, charge_lines: ibis.Table) -> ibis.Table:
    """Cases whose three sums differ: bills and lines go through one grouping, which spares a join of millions."""
    paid = (settlements.fund_fen + settlements.catastrophic_fen + settlements.aid_fen + settlements.account_fen
            + settlements.cash_fen)
    zero = ibis.literal(0, "int64")
    bills = settlements.select("encounter_id", "total_fen", paid_fen=paid, lines_fen=zero, bill_count=zero + 1, line_count=zero)
    lines = charge_lines.select("encounter_id", total_fen=zero, paid_fen=zero, lines_fen=charge_lines.amount_fen,
                                bill_count=zero, line_count=zero + 1)
    both = bills.union(lines)
    sums = both.group_by("encounter_id").agg(**{name: total(both[name]) for name in SUMS})
    are_lines = (sums.line_count > 0) & (sums.lines_fen != sums.total_fen)
    wrong = sums.filter(sums.bill_count > 0, are_lines | (sums.paid_fen != sums.total_fen))
    are_lines = (wrong.line_count > 0) & (wrong.lines_fen != wrong.total_fen)
    seen_fen = are_lines.ifelse(wrong.lines_fen, wrong.paid_fen)
    return wrong.select("encounter_id", finding_code=are_lines.ifelse("lines_total", "payers_total"),
                        seen_value=seen_fen.cast("string"), allowed_value=wrong.total_fen.cast("string"),
                        amount_fen=(seen_fen - wrong.total_fen).abs())


RULE = Rule(
    "AUD-37", "数据一致性", "Inconsistent bill", "明细合计、支付合计与总额不符，或日期先后颠倒",
    "Lines or payers do not sum to the bill, or the dates run backwards", "quality", "hold",
    {"lines_total": ("明细合计 {seen}，总额 {allowed}", "The lines sum to {seen}; the bill says {allowed}"),
     "payers_total": ("各方支付合计 {seen}，总额 {allowed}", "The payers sum to {seen}; the bill says {allowed}"),
     "dates_order": ("出院日期 {seen} 早于入院日期 {allowed}", "Discharged on {seen}, before admission on {allowed}")},
    "fen", SOURCE, audit_hits_aud_37)
