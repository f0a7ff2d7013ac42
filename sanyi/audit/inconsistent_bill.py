"""AUD-37: a bill that contradicts itself: lines against total, payers against total, dates against each other."""
from datetime import date

import ibis

from sanyi.audit.hits import as_hits, hits_of
from sanyi.audit.rule import Rule
from sanyi.tables.money import total
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

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
    case = encounters.inner_join(_bills(settlements), "encounter_id").left_join(_line_sums(charge_lines), "encounter_id")
    lines_fen = case.lines_fen.fill_null(case.total_fen)
    checked = case.mutate(
        finding_code=ibis.cases((lines_fen != case.total_fen, "lines_total"), (case.paid_fen != case.total_fen, "payers_total"),
                                (case.discharged_on < case.admitted_on, "dates_order")), lines_fen=lines_fen)
    found = checked.filter(checked.finding_code.notnull())
    are_dates, are_lines = found.finding_code == "dates_order", found.finding_code == "lines_total"
    seen_fen = are_lines.ifelse(found.lines_fen, found.paid_fen)
    return as_hits(found, "AUD-37", "hold", line_number=ibis.literal(0, "int64"), item_code=ibis.null("string"),
                   seen_value=are_dates.ifelse(found.discharged_on.cast("string"), seen_fen.cast("string")),
                   allowed_value=are_dates.ifelse(found.admitted_on.cast("string"), found.total_fen.cast("string")),
                   amount_fen=are_dates.ifelse(0, (seen_fen - found.total_fen).abs()))


def _bills(settlements: ibis.Table) -> ibis.Table:
    paid = (settlements.fund_fen + settlements.catastrophic_fen + settlements.aid_fen + settlements.account_fen
            + settlements.cash_fen)
    bills = settlements.mutate(paid_fen=paid)
    return bills.group_by("encounter_id").agg(total_fen=total(bills.total_fen), paid_fen=total(bills.paid_fen))


def _line_sums(charge_lines: ibis.Table) -> ibis.Table:
    return charge_lines.group_by("encounter_id").agg(lines_fen=total(charge_lines.amount_fen))


RULE = Rule(
    "AUD-37", "数据一致性", "Inconsistent bill", "明细合计、支付合计与总额不符，或日期先后颠倒",
    "Lines or payers do not sum to the bill, or the dates run backwards", "quality", "hold",
    {"lines_total": ("明细合计 {seen}，总额 {allowed}", "The lines sum to {seen}; the bill says {allowed}"),
     "payers_total": ("各方支付合计 {seen}，总额 {allowed}", "The payers sum to {seen}; the bill says {allowed}"),
     "dates_order": ("出院日期 {seen} 早于入院日期 {allowed}", "Discharged on {seen}, before admission on {allowed}")},
    "fen", SOURCE, audit_hits_aud_37)
