"""What each institution is paid by the head, and how that differs from what it was paid as charged."""
from sanyi.payment.inpatient.case_payment import rows_from_zero
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E4, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

MONTHS = 12

CAPITATION_SETTLEMENTS = Table(
    "capitation_settlements", "按人头付费清算", "Capitation settled", key=("institution_id", "insurance_code"),
    note="应付 = 加权人头费 + 慢病打包 − 外出就医；平时门诊按实际支付，年终补退差额，为负应退回。"
         " Payable = weighted heads + chronic bundles − use outside. Visits are paid as charged through the year; the difference is settled at its end, negative to be paid back.",
    columns=(
        text("institution_id", "签约机构", "institution signed with", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("person_count", "签约人数", "residents signed", "persons", minimum=0),
        whole("weighted_months_e4", "加权人月", "person-months times weight", "e4", minimum=0),
        fen("rate_fen", "每人每年标准", "rate a head and year", nullable=True),
        fen("heads_fen", "加权人头费", "weighted heads × rate"),
        fen("bundle_fen", "慢病打包", "chronic bundles"),
        fen("outside_fen", "外出就医", "use outside", minimum=None),
        fen("payable_fen", "应付", "payable", minimum=None),
        fen("own_fen", "已按实际支付", "paid as charged for their visits there", minimum=None),
        fen("difference_fen", "差额", "payable less paid", minimum=None),
    ),
)
_SUM = {"institution_id": "H", "insurance_code": "resident", "person_count": 100, "weighted_months_e4": 13_200_000, "bundle_months_fen": 1_200_000}


@step(makes=CAPITATION_SETTLEMENTS, exact=True, chosen_by=codes.BY_CAPITATION, source=Source("三医参考规则", "B3", "GB-6", "DEF"), examples=(
    Example("加权 110 人年 × 800 元 + 打包 1000 元 − 外出 9000 元 = 80000 元；已付 70000 元", "110 weighted person-years × 800 + 1,000 − 9,000 = 80,000; 70,000 paid",
            values={"capitation.rates": [{"insurance": "resident", "rate_fen": 80_000}]},
            given={"capitation_sums": [{**_SUM, "own_fen": 7_000_000, "outside_fen": 900_000}, {**_SUM, "insurance_code": "employee", "own_fen": 500, "outside_fen": 40}]},
            expect=({"insurance_code": "employee", "rate_fen": None, "heads_fen": 0, "bundle_fen": 0, "payable_fen": 500, "difference_fen": 0},
                    {"insurance_code": "resident", "rate_fen": 80_000, "heads_fen": 8_800_000, "bundle_fen": 100_000, "payable_fen": 8_000_000, "difference_fen": 1_000_000})),
))
def capitation_settlements(capitation_sums, plan):
    """Payable = weighted person-months × rate ÷ 12 + bundles − use outside, each half up once; a fund without a rate stays as charged. Source: GB-6."""
    rates = {row["insurance"]: row["rate_fen"] for row in rows_from_zero(plan, "capitation.rates", "rate_fen")}
    return [_row(row, rates.get(row["insurance_code"])) for row in capitation_sums]


def _row(row, rate):
    shown = {name: row[name] for name in ("institution_id", "insurance_code", "person_count", "weighted_months_e4", "outside_fen", "own_fen")}
    if rate is None:
        return {**shown, "rate_fen": None, "heads_fen": 0, "bundle_fen": 0, "payable_fen": row["own_fen"], "difference_fen": 0}
    heads, bundle = take_rate(row["weighted_months_e4"], rate, MONTHS * E4), take_rate(row["bundle_months_fen"], 1, MONTHS)
    payable = heads + bundle - row["outside_fen"]
    return {**shown, "rate_fen": rate, "heads_fen": heads, "bundle_fen": bundle, "payable_fen": payable, "difference_fen": payable - row["own_fen"]}
