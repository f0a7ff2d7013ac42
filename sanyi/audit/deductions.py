"""What definite violations cost each institution: recovered once, and only what the fund had paid of it."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

PLACE = {"dip": ("区内住院（按病种分值付费）", "stays in the area, paid by points"), "other": ("其他", "everything else")}
AUDIT_DEDUCTIONS = Table(
    "audit_deductions", "审核扣款", "Audit deductions", key=("institution_id", "insurance_code", "place_code"),
    note="Of each case: the largest sum that counts of each line, together no more than the bill's in-scope amount, "
         "times the basic fund's share of that amount, rounded once. A stay paid by points gives back no more than the fund "
         "pays for it: nothing while it waits for correction.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("place_code", "归属", "pool it belongs to", PLACE),
        fen("deducted_fen", "扣款", "deducted"),
        whole("case_count", "涉及病例数", "cases", "cases", minimum=0),
        whole("hit_count", "命中数", "hits that count", "hits", minimum=0),
    ),
)
HIT = {"rule_code": "AUD-13", "encounter_id": "E1", "line_number": 1, "institution_id": "H1", "type_code": "inpatient",
       "counted_fen": 1000, "standing_code": "definite"}
BILL = {"settlement_id": "S1", "encounter_id": "E1", "total_fen": 12_000, "in_scope_fen": 10_000, "fund_fen": 7_000}
PAID = {"encounter_id": "E1", "fund_pay_fen": 8_000, "status_code": "settled"}
IN_AREA = {"institutions": [{"institution_id": "H1", "is_in_area": True}], "settlements": [BILL], "inpatient_cases": [PAID]}


@step(makes=AUDIT_DEDUCTIONS, source=Source("医疗保障基金使用监督管理条例", "第三十八条", "B6", "K"), examples=(
    Example("基金付了范围内的七成：追回七成", "The fund paid 70 % of what was in scope: 70 % come back",
            {**IN_AREA, "audit_hits": [HIT]},
            [{"institution_id": "H1", "place_code": "dip", "deducted_fen": 700, "case_count": 1, "hit_count": 1}]),
    Example("同一行被两条规则命中：只追最大的一笔", "One line hit twice: the larger sum, once",
            {**IN_AREA, "audit_hits": [HIT, {**HIT, "rule_code": "AUD-26", "counted_fen": 3000}]},
            [{"deducted_fen": 2100, "hit_count": 2}]),
    Example("可疑的与已排除的不扣款", "What is only suspect, or cleared, is not deducted",
            {**IN_AREA, "audit_hits": [{**HIT, "standing_code": "suspect"}, {**HIT, "rule_code": "AUD-37", "standing_code": "cleared"}]}, []),
    Example("认定的按认定金额：400 的七成", "What was agreed costs what was agreed: 70 % of 400",
            {**IN_AREA, "audit_hits": [{**HIT, "standing_code": "agreed", "counted_fen": 400}]}, [{"deducted_fen": 280, "case_count": 1, "hit_count": 1}]),
    Example("不超过整张单据的基金支付", "Never more than the fund paid on the whole bill",
            {**IN_AREA, "audit_hits": [HIT, {**HIT, "line_number": 2, "counted_fen": 99_000}]}, [{"deducted_fen": 7000}]),
    Example("按分值付费的住院：不超过基金按分值应付的数额", "A stay paid by points: never more than the fund pays for it by points",
            {**IN_AREA, "inpatient_cases": [{**PAID, "fund_pay_fen": 300}], "audit_hits": [HIT]}, [{"deducted_fen": 300, "case_count": 1}]),
    Example("待更正的住院尚未支付：现在不扣", "A stay that waits for correction is not paid yet: nothing is deducted now",
            {**IN_AREA, "inpatient_cases": [{**PAID, "fund_pay_fen": 0, "status_code": "pending"}], "audit_hits": [HIT]},
            [{"deducted_fen": 0}]),
    Example("门诊归入其他；范围内为 0 的单据不扣", "A visit belongs elsewhere; a bill with nothing in scope costs nothing",
            {**IN_AREA, "settlements": [{**BILL, "in_scope_fen": 0, "fund_fen": 0}],
             "audit_hits": [{**HIT, "type_code": "outpatient"}]}, [{"place_code": "other", "deducted_fen": 0}])))
def audit_deductions(audit_hits, settlements, institutions, inpatient_cases):
    """Deductions by institution, insurance and pool: what counts after people's decisions, one line recovered once.

    In fen; the fund's share is fund ÷ in-scope amount of the bill, taken once per case. Points decide what the fund pays
    for a stay in the area, so its deduction ends there.
    """
    definite = audit_hits.filter(audit_hits.standing_code.isin(codes.COUNTED_STANDINGS))
    cases = _case_amounts(definite).inner_join(_bills(settlements, definite), "encounter_id")
    concerned = ibis.least(cases.concerned_fen, cases.in_scope_fen)
    priced = cases.mutate(deducted_fen=take_rate(concerned, cases.fund_fen, cases.in_scope_fen).fill_null(0))
    placed = priced.inner_join(institutions.select("institution_id", "is_in_area"), "institution_id")
    is_dip = placed.type_code.isin(codes.STAY_TYPES) & placed.is_in_area
    placed = placed.mutate(place_code=is_dip.ifelse("dip", "other"))
    by_points = inpatient_cases.semi_join(definite, "encounter_id").select("encounter_id", "fund_pay_fen")
    placed = placed.left_join(by_points, "encounter_id").drop("encounter_id_right")
    most = (placed.place_code == "dip").ifelse(placed.fund_pay_fen.fill_null(0), placed.deducted_fen)
    placed = placed.mutate(deducted_fen=ibis.least(placed.deducted_fen, most))
    return placed.group_by("institution_id", "insurance_code", "place_code").agg(
        deducted_fen=total(placed.deducted_fen), case_count=placed.count(), hit_count=total(placed.hits))


def _case_amounts(definite: ibis.Table) -> ibis.Table:
    """Per case the sum of each line's largest hit; a hit on the whole case (line 0) stands against that sum."""
    case = ("encounter_id", "institution_id", "insurance_code", "type_code")
    lines = definite.group_by(*case, "line_number").agg(largest_fen=definite.counted_fen.max(), hits=definite.count())
    is_case = lines.line_number == 0
    lines = lines.mutate(of_case_fen=is_case.ifelse(lines.largest_fen, 0), of_line_fen=is_case.ifelse(0, lines.largest_fen))
    cases = lines.group_by(*case).agg(
        of_case_fen=lines.of_case_fen.max(), of_lines_fen=total(lines.of_line_fen), hits=total(lines.hits))
    return cases.mutate(concerned_fen=ibis.greatest(cases.of_case_fen, cases.of_lines_fen))


def _bills(settlements: ibis.Table, definite: ibis.Table) -> ibis.Table:
    bills = settlements.semi_join(definite, "encounter_id")
    return bills.group_by("encounter_id").agg(fund_fen=total(bills.fund_fen), in_scope_fen=total(bills.in_scope_fen))
