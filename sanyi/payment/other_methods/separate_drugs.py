"""Drugs paid apart from the price of a stay: what each stay's came to and what the fund pays of it."""
from datetime import date

import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, month, text
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

SEPARATE_DRUGS = Table(
    "separate_drugs", "单独支付药品", "Drugs paid separately", key=("encounter_id",),
    note="区内住院中列入目录的药品：按实际支付，不计入病例费用、分值和权重。不超过单据的基金支付。"
         " Listed drugs of stays in the area: paid as charged and taken out of the case's cost; never more than the fund paid on the bill.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        fen("amount_fen", "金额", "amount"),
        fen("in_scope_fen", "医保范围内金额", "amount in insurance scope"),
        fen("fund_fen", "基金支付", "paid by the fund"),
        fen("patient_fen", "个人支付", "paid by the patient"),
    ),
)
_STAY = {"institution_id": "h", "type_code": "inpatient", "resident_id": "p", "insurance_code": "resident", "settled_month": 202001}


def _line(name, number, item, amount, day=date(2020, 1, 5)):
    return {"encounter_id": name, "line_number": number, "item_code": item, "amount_fen": amount, "in_scope_fen": amount, "charged_on": day}


@step(makes=SEPARATE_DRUGS, chosen_by=codes.BY_SEPARATE_DRUGS, source=Source("三医参考规则", "B3", "GB-2", "S32"), examples=(
    Example("有比例的按比例（70%），没有的按单据比例（60%）；不在有效期的不计；不超过单据基金支付", "At its own share, else at the bill's; never more than the bill's",
            given={"institutions": [{"institution_id": "h", "is_in_area": True}],
                   "encounters": [{**_STAY, "encounter_id": "a"}, {**_STAY, "encounter_id": "b"}, {**_STAY, "encounter_id": "v", "type_code": "outpatient"}],
                   "separate_drug_items": [{"item_code": "D1", "fund_share_ppm": 700_000, "from_on": date(2020, 1, 1)}, {"item_code": "D2", "from_on": date(2020, 1, 1), "to_on": date(2020, 1, 31)}],
                   "charge_lines": [_line("a", 1, "D1", 10_000), _line("a", 2, "D2", 5_000), _line("a", 3, "D2", 9_999, date(2020, 2, 1)), _line("a", 4, "X", 50_000),
                                    _line("b", 1, "D1", 10_000), _line("v", 1, "D1", 10_000)],
                   "settlements": [{"settlement_id": "1", "encounter_id": "a", "in_scope_fen": 100_000, "fund_fen": 60_000},
                                   {"settlement_id": "2", "encounter_id": "b", "in_scope_fen": 100_000, "fund_fen": 5_000}]},
            expect=({"encounter_id": "a", "amount_fen": 15_000, "in_scope_fen": 15_000, "fund_fen": 10_000, "patient_fen": 5_000},
                    {"encounter_id": "b", "amount_fen": 10_000, "in_scope_fen": 10_000, "fund_fen": 5_000, "patient_fen": 5_000})),
))
def separate_drugs(charge_lines, separate_drug_items, encounters, settlements, institutions):
    """Add up each stay's listed drugs: the fund pays its share of what is in scope, half up once for each of the two kinds of share. Source: GB-2."""
    listed = charge_lines.join(separate_drug_items, "item_code")
    listed = listed.filter(listed.charged_on >= listed.from_on, (listed.charged_on <= listed.to_on).fill_null(True))
    own = take_rate(listed.in_scope_fen, listed.fund_share_ppm, PPM)
    sums = listed.group_by("encounter_id").agg(
        amount_fen=total(listed.amount_fen), in_scope_fen=total(listed.in_scope_fen), own_fen=total(own.fill_null(0)),
        by_bill_fen=total(listed.fund_share_ppm.isnull().ifelse(listed.in_scope_fen, 0)))
    inside = institutions.filter(institutions.is_in_area).select("institution_id")
    stays = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES)).semi_join(inside, "institution_id")
    stays = stays.select("encounter_id", "resident_id", "institution_id", "insurance_code", "settled_month").join(sums, "encounter_id")
    bills = settlements.semi_join(sums, "encounter_id").group_by("encounter_id").agg(
        paid_fen=total(settlements.fund_fen), scope_fen=total(settlements.in_scope_fen))
    stays = stays.join(bills, "encounter_id")
    stays = stays.filter(stays.amount_fen > 0)
    fund = stays.own_fen + take_rate(stays.by_bill_fen, stays.paid_fen, stays.scope_fen).fill_null(0)
    stays = stays.mutate(fund_fen=ibis.least(fund, stays.paid_fen, stays.amount_fen))
    return stays.mutate(patient_fen=stays.amount_fen - stays.fund_fen)
