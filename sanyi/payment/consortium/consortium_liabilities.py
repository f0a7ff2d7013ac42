"""What the fund paid for each consortium's residents by place, care and referral: what the consortium answers for."""
from sanyi.payment.consortium.consortium_payments import CARE, PLACE
from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_LIABILITIES = Table(
    "consortium_liabilities", "医联体责任支出", "Consortium liabilities",
    key=("consortium_id", "insurance_code", "place_code", "care_code", "is_referred", "is_late"),
    note="经转诊和自行外出就医分列（CON-3）；外来居民在本医联体就医不在此列，属成员机构的普通收入（CON-4）。"
         " Care by referral and self-referred care stand apart; what members earn from other people's residents is ordinary income and not here.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("place_code", "就医地点", "where treated", PLACE),
        code("care_code", "服务类别", "kind of care", CARE),
        flag("is_referred", "经转诊", "came by referral"),
        flag("is_late", "上年就诊、本年结算", "care of an earlier year, settled in this one"),
        whole("case_count", "人次", "cases", "cases", minimum=0),
        fen("fund_fen", "基金支付", "paid by the fund", minimum=None),
    ),
)


def _paid(institution, month, fund, referred=False):
    return {"consortium_id": "A", "insurance_code": "resident", "institution_id": institution, "month": month, "care_code": "off_site_stay",
            "place_code": "off_site", "is_referred": referred, "case_count": 1, "fund_fen": fund}


@step(CONSORTIUM_LIABILITIES, source=Source("海府办〔2018〕251号", "二(二)", "HK-07 CON-3 CON-4 CON-10", "SEED"), examples=(
    Example("同一地点各机构各月合计；经转诊与自行外出分列", "Institutions and months of one place add up; referred and self-referred apart",
            given={"consortium_payments": [_paid("X1", 202001, 300), _paid("X2", 202005, 40), _paid("X1", 202002, 5_000, referred=True)]},
            expect=[{"place_code": "off_site", "is_referred": False, "case_count": 2, "fund_fen": 340},
                    {"place_code": "off_site", "is_referred": True, "case_count": 1, "fund_fen": 5_000}]),
))
def consortium_liabilities(consortium_payments):
    """Add each consortium's payments up by place, kind of care and referral; fen. Source: HK-07, CON-3, CON-4."""
    keys = ("consortium_id", "insurance_code", "place_code", "care_code", "is_referred", "is_late")
    return consortium_payments.group_by(*keys).agg(
        case_count=total(consortium_payments.case_count), fund_fen=total(consortium_payments.fund_fen))
