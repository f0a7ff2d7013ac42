"""What the fund pays for drugs apart from the price of stays, by fund."""
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SEPARATE_DRUG_SUMS = Table(
    "separate_drug_sums", "单独支付药品合计", "Drugs paid separately added up", key=("insurance_code",),
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("case_count", "例数", "cases", "cases", minimum=0),
        fen("fund_pay_fen", "基金支付", "paid by the fund"),
    ),
)


@step(makes=SEPARATE_DRUG_SUMS, chosen_by=codes.BY_SEPARATE_DRUGS, source=Source("三医参考规则", "B3", "GB-2", "S32"), examples=(
    Example("按险种合计", "Added up by fund",
            given={"separate_drugs": [{"encounter_id": name, "insurance_code": "resident", "fund_fen": 100} for name in "ab"]},
            expect=({"insurance_code": "resident", "case_count": 2, "fund_pay_fen": 200},)),
))
def separate_drug_sums(separate_drugs):
    """Add up what the fund pays for drugs apart. Source: GB-2."""
    return separate_drugs.group_by("insurance_code").agg(case_count=separate_drugs.count(), fund_pay_fen=total(separate_drugs.fund_fen))
