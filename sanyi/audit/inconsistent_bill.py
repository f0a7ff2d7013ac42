"""AUD-37: a bill that contradicts itself: lines against total, payers against total, dates against each other."""
from datetime import date

import ibis

from sanyi.audit.hits import as_hits, hits_of, with_case
from sanyi.audit.rule import Rule
from sanyi.tables.money import total, whole
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
    sums = _sums(settlements, charge_lines)
    payers = _payers(settlements).anti_join(sums, "encounter_id")
    bills = with_case(sums.union(payers).mutate(settled_month=ibis.literal(0, "int64")), encounters)
    backwards = encounters.filter(encounters.discharged_on < encounters.admitted_on).anti_join(bills, "encounter_id")
    dates = backwards.mutate(finding_code=ibis.literal("dates_order"), amount_fen=ibis.literal(0, "int64"),
                             seen_value=backwards.discharged_on.cast("string"),
                             allowed_value=backwards.admitted_on.cast("string"))
    return _hits(bills).union(_hits(dates))


def _hits(found: ibis.Table) -> ibis.Table:
    return as_hits(found, "AUD-37", "hold", line_number=ibis.literal(0, "int64"), item_code=ibis.null("string"))


def _sums(settlements: ibis.Table, charge_lines: ibis.Table) -> ibis.Table:
    """Cases whose lines do not sum to their bills: both go through one grouping, which spares a join of millions."""
    nothing = ibis.null("int64")
    bills = settlements.select("encounter_id", "total_fen", lines_fen=nothing)
    lines = charge_lines.select("encounter_id", total_fen=nothing, lines_fen=charge_lines.amount_fen)
    both = bills.union(lines)
    sums = both.group_by("encounter_id").agg(total_fen=whole(both.total_fen.sum()), lines_fen=whole(both.lines_fen.sum()))
    return _differing(sums.filter(sums.lines_fen != sums.total_fen), "lines_total", "lines_fen")


def _payers(settlements: ibis.Table) -> ibis.Table:
    """Cases with a bill that its payers do not make up; several such bills of a case are one finding."""
    paid = (settlements.fund_fen + settlements.catastrophic_fen + settlements.aid_fen + settlements.account_fen
            + settlements.cash_fen)
    wrong = settlements.mutate(paid_fen=paid).filter(paid != settlements.total_fen)
    sums = wrong.group_by("encounter_id").agg(total_fen=total(wrong.total_fen), paid_fen=total(wrong.paid_fen))
    return _differing(sums, "payers_total", "paid_fen")


def _differing(sums: ibis.Table, finding: str, seen: str) -> ibis.Table:
    return sums.select("encounter_id", finding_code=ibis.literal(finding), seen_value=sums[seen].cast("string"),
                       allowed_value=sums.total_fen.cast("string"), amount_fen=(sums[seen] - sums.total_fen).abs())


RULE = Rule(
    "AUD-37", "数据一致性", "Inconsistent bill", "明细合计、支付合计与总额不符，或日期先后颠倒",
    "Lines or payers do not sum to the bill, or the dates run backwards", "quality", "hold",
    {"lines_total": ("明细合计 {seen}，总额 {allowed}", "The lines sum to {seen}; the bill says {allowed}"),
     "payers_total": ("各方支付合计 {seen}，总额 {allowed}", "The payers sum to {seen}; the bill says {allowed}"),
     "dates_order": ("出院日期 {seen} 早于入院日期 {allowed}", "Discharged on {seen}, before admission on {allowed}")},
    "fen", SOURCE, audit_hits_aud_37)
