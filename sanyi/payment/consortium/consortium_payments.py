"""Every payment of the fund for a consortium's residents, added up by institution and month."""
from datetime import date

import ibis

from sanyi.payment.consortium.contracted_spans import package_members
from sanyi.payment.fund.fund_payments import CHARGED_CARE, charged_bills, chronic_of, heads_of, stays_and_referrals, tests_of
from sanyi.tables import codes
from sanyi.tables.money import total
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

CONSORTIUM_PAYMENTS = Table(
    "consortium_payments", "医联体居民基金支付", "Fund payments for each consortium's residents",
    key=("consortium_id", "insurance_code", "institution_id", "month", "care_code", "is_referred", "is_late"),
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


def _bill(number, institution, fund, month=202003, resident="P1"):
    return {"settlement_id": number, "encounter_id": number, "resident_id": resident, "institution_id": institution,
            "insurance_code": "resident", "fund_fen": fund, "settled_month": month}

BILL = ("resident_id", "institution_id", "insurance_code", "month", "care_code", "is_referred", "is_late", "fund_fen")
GRAIN = ("consortium_id", "insurance_code", "institution_id", "month", "care_code", "is_referred", "is_late")
NO_CONSORTIUM = "-"


@step(CONSORTIUM_PAYMENTS, source=Source("海府办〔2018〕251号", "二(二)", "HK-07 CON-3 CON-4 CON-10", "SEED"), examples=(
    Example("签约居民在何处就医都列入；住院按病种价格；上年就诊的标明",
            "Wherever a contracted resident is treated it stands here; stays at their price; last year's care is marked",
            given={**_PLACES,
                   "encounters": [{"encounter_id": "1", "type_code": "inpatient"},
                                  {"encounter_id": "3", "type_code": "inpatient", "referral_id": "R1"},
                                  {"encounter_id": "7", "discharged_on": date(2019, 12, 31)}],
                   "settlements": [_bill("1", "H1", 7_000), _bill("2", "H2", 100), _bill("3", "X1", 50_000),
                                   _bill("4", "H3", 40), _bill("5", "H1", 60, month=202007),
                                   _bill("6", "H1", 80, resident="P2"), _bill("7", "H3", 9)],
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
def consortium_payments(contracted_spans, settlements, encounters, institutions, consortium_members, consortia,
                        inpatient_cases, separate_drugs, pre_admission_tests, chronic_visits, plan, year):
    """Add up the fund's payments for contracted residents by consortium, institution, month, care and referral; fen.

    A bill counts for the consortium its month is contracted to, where the fund that paid is the one the month counts under.
    Source: HK-07, CON-3, CON-10.
    """
    unusual = stays_and_referrals(encounters)
    late = encounters.filter(encounters.discharged_on < ibis.literal(date(year, 1, 1)))
    late = late.select("encounter_id", is_late=ibis.literal(True))
    bills = charged_bills(settlements, unusual, institutions, inpatient_cases, separate_drugs, tests_of(pre_admission_tests, plan),
                          chronic_of(chronic_visits, plan), heads_of(contracted_spans, plan))
    charged = _marked(bills, late).select(*BILL)
    priced = _marked(_priced(inpatient_cases, unusual), late).select(*BILL)
    bills = _of_contracted(charged, contracted_spans).union(_of_contracted(priced, contracted_spans))
    few = bills.group_by(*GRAIN).agg(case_count=total(bills.case_count), fund_fen=total(bills.fund_fen))
    members = package_members(consortium_members, consortia, plan.value("consortium.package_kinds"),
                              plan.value("consortium.contract_month_rule"), year)
    return _placed(few, institutions, _member_months(members, year))


def _marked(bills, late):
    """Bills with the mark of those whose care was in an earlier year."""
    marked = bills.left_join(late, "encounter_id").drop("encounter_id_right")
    return marked.mutate(is_late=marked.is_late.fill_null(False))


def _priced(inpatient_cases, unusual):
    """The stays that points price, with their referral mark."""
    marked = inpatient_cases.select("encounter_id", "resident_id", "institution_id", "insurance_code", "fund_pay_fen", "method_code",
                              month="settled_month").left_join(unusual.select("encounter_id", "is_referred"), "encounter_id")
    return marked.select("encounter_id", "resident_id", "institution_id", "insurance_code", "month",
                         care_code=(marked.method_code == "bed_day").ifelse("bed_day_stay", "dip_stay"), is_referred=marked.is_referred.fill_null(False),
                         fund_fen=marked.fund_pay_fen.fill_null(0))


def _of_contracted(bills, spans):
    """The bills of contracted residents, in the month they count for, added up by institution."""
    owned = bills.join(spans.select("resident_id", "consortium_id", "from_month", "to_month", counted_code="insurance_code"),
                       "resident_id")
    owned = owned.filter((owned.insurance_code == owned.counted_code) & (owned.month >= owned.from_month)
                         & (owned.month <= owned.to_month))
    return owned.group_by(*GRAIN).agg(case_count=owned.count(), fund_fen=total(owned.fund_fen))


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
