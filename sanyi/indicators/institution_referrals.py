"""How many patients each institution referred, by direction."""
from datetime import date

from sanyi.tables.record.referrals import REFERRALS
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

INSTITUTION_REFERRALS = Table(
    "institution_referrals", "机构转诊人次", "Referrals by institution", key=("institution_id", "direction_code"),
    columns=(
        text("institution_id", "转出机构", "institution that referred", references="institutions.institution_id"),
        code("direction_code", "方向", "direction", REFERRALS["direction_code"].allowed),
        whole("referral_count", "人次", "referrals that were not rejected", "referrals", minimum=0),
    ),
)


def _referral(number, status, month=3, year=2020):
    return {"referral_id": number, "from_institution_id": "T1", "direction_code": "up", "status_code": status, "referred_on": date(year, month, 1)}


@step(INSTITUTION_REFERRALS, source=Source("三医参考规则", "B8", "IND-46 CMN-3", "DEF"), examples=(
    Example("被拒绝的和上年的不计", "Rejected ones and those of another year do not count",
            given={"referrals": [_referral("1", "arrived"), _referral("2", "no_show"), _referral("3", "rejected"), _referral("4", "closed", year=2019)]},
            expect=[{"institution_id": "T1", "direction_code": "up", "referral_count": 2}]),
))
def institution_referrals(referrals, year):
    """Count the year's referrals by the institution that made them and direction. Source: IND-46."""
    own = referrals.filter((referrals.referred_on.year() == year) & (referrals.status_code != "rejected"))
    return own.group_by(institution_id=own.from_institution_id, direction_code=own.direction_code).agg(referral_count=own.count())
