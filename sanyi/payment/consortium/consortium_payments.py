"""Every payment of the fund for a consortium's residents, added up by institution and month."""
import ibis

from sanyi.payment.consortium.consortium_charged_payments import GRAIN, of_contracted, with_late
from sanyi.payment.consortium.contracted_spans import package_members
from sanyi.payment.fund.fund_payments import CHARGED_CARE, stays_and_referrals
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CARE = {"dip_stay": ("按病种付费的住院", "stays priced by points"), "bed_day_stay": ("按床日付费的住院", "stays paid by the day"), **CHARGED_CARE}
PLACE = {
    "lead": ("本医联体牵头医院", "own lead hospital"), "member": ("本医联体成员", "own member"),
    "other_consortium": ("其他医联体", "another consortium"), "other_in_area": ("区内其他机构", "elsewhere in the area"),
    "off_site": ("统筹区外", "outside the area"),
}
NO_CONSORTIUM = "-"

CONSORTIUM_PAYMENTS = Table(
    "consortium_payments", "医联体居民基金支付", "Fund payments for each consortium's residents",
    key=GRAIN,
    note="居民自由择医：在任何机构的基金支付都列入其签约医联体（HK-07）；区内住院按病种价格，其余按实际支付，不重复；待更正病例核定后再列。"
         " Residents choose freely: what the fund pays anywhere stands here under the consortium they are contracted to; stays in "
         "the area at their points price, everything else as charged, nothing twice. A stay that waits for correction counts when it is priced.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("institution_id", "就诊机构", "institution that treated", references="institutions.institution_id"),
        whole("month", "结算月份", "month the bill was settled", "yyyymm", minimum=190001),
        code("care_code", "服务类别", "kind of care", CARE),
        flag("is_referred", "经转诊", "came by referral"),
        flag("is_late", "上年就诊、本年结算", "care of an earlier year, settled in this one"),
        code("place_code", "就医地点", "where treated, as the consortium sees it", PLACE),
        text("treating_consortium_id", "就诊机构所属医联体（- 为无）", "consortium the institution belongs to, - for none"),
        whole("case_count", "人次", "cases", "cases", minimum=0),
        fen("fund_fen", "基金支付", "paid by the fund", minimum=None),
    ),
)

_PLACES = {
    "institutions": [{"institution_id": name, "is_in_area": name != "X1"} for name in ("H1", "H2", "H3", "X1")],
    "consortia": [{"consortium_id": "A", "lead_institution_id": "H1"},
                  {"consortium_id": "B", "lead_institution_id": "H9"}],
    "consortium_members": [{"consortium_id": "B", "institution_id": "H2", "role_code": "member"}],
    "contracted_spans": [{"resident_id": "P1", "consortium_id": "A", "insurance_code": "resident", "from_month": 202001,
                          "to_month": 202006}],
}


def _paid(institution, fund, care="visit", **more):
    return {"consortium_id": "A", "insurance_code": "resident", "institution_id": institution, "month": 202003, "care_code": care, "case_count": 1,
            "fund_fen": fund, **more}


@step(CONSORTIUM_PAYMENTS, source=Source("海府办〔2018〕251号", "二(二)", "HK-07 CON-3 CON-4 CON-10", "SEED"), examples=(
    Example("签约居民在何处就医都列入；住院按病种价格；上年就诊的标明",
            "Wherever a contracted resident is treated it stands here; stays at their price; last year's care is marked",
            given={**_PLACES,
                   "encounters": [{"encounter_id": "1", "type_code": "inpatient"}],
                   "consortium_charged_payments": [_paid("H2", 100), _paid("X1", 50_000, "off_site_stay", is_referred=True), _paid("H3", 40),
                                                   _paid("H3", 9, is_late=True)],
                   "inpatient_cases": [{"encounter_id": "1", "resident_id": "P1", "institution_id": "H1",
                                  "insurance_code": "resident", "settled_month": 202003, "fund_pay_fen": 6_500}]},
            expect=[{"institution_id": "H1", "place_code": "lead", "treating_consortium_id": "A", "care_code": "dip_stay",
                     "is_referred": False, "is_late": False, "case_count": 1, "fund_fen": 6_500},
                    {"institution_id": "H2", "place_code": "other_consortium", "treating_consortium_id": "B", "care_code": "visit",
                     "is_referred": False, "is_late": False, "case_count": 1, "fund_fen": 100},
                    {"institution_id": "H3", "place_code": "other_in_area", "treating_consortium_id": "-", "care_code": "visit",
                     "is_referred": False, "is_late": False, "case_count": 1, "fund_fen": 40},
                    {"institution_id": "H3", "place_code": "other_in_area", "treating_consortium_id": "-", "care_code": "visit",
                     "is_referred": False, "is_late": True, "case_count": 1, "fund_fen": 9},
                    {"institution_id": "X1", "place_code": "off_site", "treating_consortium_id": "-", "care_code": "off_site_stay",
                     "is_referred": True, "is_late": False, "case_count": 1, "fund_fen": 50_000}]),
))
def consortium_payments(consortium_charged_payments, contracted_spans, encounters, institutions, consortium_members, consortia, inpatient_cases, plan, year):
    """Add up the fund's payments for contracted residents by consortium, institution, month, care and referral; fen.

    A bill counts for the consortium its month is contracted to, where the fund that paid is the one the month counts under.
    Source: HK-07, CON-3, CON-10.
    """
    priced = with_late(_priced(inpatient_cases, stays_and_referrals(encounters)), encounters, year)
    few = consortium_charged_payments.union(of_contracted(priced, contracted_spans).select(*consortium_charged_payments.columns))
    members = package_members(consortium_members, consortia, plan.value("consortium.package_kinds"),
                              plan.value("consortium.contract_month_rule"), year)
    return _placed(few, institutions, _member_months(members, year))


def _priced(inpatient_cases, unusual):
    """The stays that have a price, with their referral mark."""
    marked = inpatient_cases.select("encounter_id", "resident_id", "institution_id", "insurance_code", "fund_pay_fen", "method_code",
                              month="settled_month").left_join(unusual.select("encounter_id", "is_referred"), "encounter_id")
    return marked.select("encounter_id", "resident_id", "institution_id", "insurance_code", "month",
                         care_code=(marked.method_code == "bed_day").ifelse("bed_day_stay", "dip_stay"), is_referred=marked.is_referred.fill_null(False),
                         fund_fen=marked.fund_pay_fen.fill_null(0))


def _member_months(members, year):
    """Each month of each membership, once."""
    months = members.mutate(month=ibis.range(members.from_number + year * 100, members.to_number + (year * 100 + 1)).unnest())
    return months.group_by("consortium_id", "institution_id", "month").agg(role_code=months.role_code.min())


def _placed(few, institutions, months):
    """Say where each sum was spent as its consortium sees it, and to which consortium that institution belongs."""
    own = months.select(own_key=months.consortium_id + "|" + months.institution_id + "|" + months.month.cast("string"),
                        own_role="role_code")
    anyone = months.mutate(any_key=months.institution_id + "|" + months.month.cast("string"))
    anyone = anyone.group_by("any_key").agg(any_id=anyone.consortium_id.min())
    keyed = few.mutate(any_key=few.institution_id + "|" + few.month.cast("string"))
    keyed = keyed.mutate(own_key=keyed.consortium_id + "|" + keyed.any_key)
    seen = keyed.left_join(own, "own_key").drop("own_key_right").left_join(anyone, "any_key").drop("any_key_right")
    outside = institutions.filter(~institutions.is_in_area).select("institution_id", is_off_site=ibis.literal(True))
    seen = seen.left_join(outside, "institution_id").drop("institution_id_right")
    place = ibis.cases((seen.own_role == "lead", "lead"), (seen.own_role.notnull(), "member"), (seen.is_off_site.notnull(), "off_site"),
                       (seen.any_id.notnull(), "other_consortium"), else_="other_in_area")
    treating = seen.own_role.notnull().ifelse(seen.consortium_id, seen.any_id.fill_null(ibis.literal(NO_CONSORTIUM)))
    return seen.mutate(place_code=place, treating_consortium_id=treating)
