"""Stays paid by the day: so many days at each stage's rate, tapering beyond the limit."""
import ibis

from sanyi.payment.inpatient.case_payment import FORMS, WHAT_REMAINS, WHO_PAYS, chosen, difference, fund_pay, rows_from_zero
from sanyi.tables import codes
from sanyi.tables.money import take_rate
from sanyi.tables.table import Table, code, fen, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

CATEGORY_LENGTH = 3
ANY = "all"

BED_DAY_CASES = Table(
    "bed_day_cases", "床日付费病例结算单", "Case statements by the day", key=("encounter_id",),
    note="主要诊断属于床日病种、住院天数达到下限的住院；其余住院按病种付费。Stays whose principal diagnosis is paid by the day and that are long enough; the others are priced by group.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        text("category_code", "主要诊断类目", "category of the principal diagnosis"),
        whole("stay_days", "住院天数", "length of stay", "days", minimum=0),
        whole("full_days", "全额天数", "days at the full rate", "days", minimum=0),
        whole("taper_days", "递减天数", "days beyond the limit", "days", minimum=0),
        fen("full_fen", "全额天数金额", "those days at their stages' rates"),
        fen("taper_fen", "递减天数金额", "days beyond the limit at the tapered rate"),
        fen("standard_fen", "支付标准", "standard", nullable=True),
        *WHO_PAYS,
        *WHAT_REMAINS,
    ),
)
_RULES = {"bed_day.categories": ["F20", "I69"], "bed_day.minimum_days": 10, "bed_day.taper_ppm": 500_000,
          "bed_day.caps": [{"tier": "secondary", "limit_days": 60}],
          "bed_day.rates": [{"category": "all", "tier": "all", "from_days": 1, "to_days": 30, "rate_fen": 40_000},
                            {"category": "all", "tier": "all", "from_days": 31, "to_days": 9999, "rate_fen": 30_000},
                            {"category": "I69", "tier": "secondary", "from_days": 1, "to_days": 9999, "rate_fen": 50_000}]}


def _stay(name, days, diagnosis="F20.000", **more):
    return {"encounter_id": name, "institution_id": "h", "resident_id": "p", "insurance_code": "resident", "settled_month": 202001, "tier_code": "secondary",
            "stay_days": days, "principal_diagnosis_code": diagnosis, "cost_fen": 1_000_000, "patient_fen": 100_000, "fund_fen": 900_000, **more}


@step(makes=BED_DAY_CASES, chosen_by=codes.BY_BED_DAY, source=Source("三医参考规则", "B3", "GB-5", "DEF"), examples=(
    Example("前 30 天每天 400 元，之后 300 元，60 天以上减半；脑卒中后遗症另有标准；不足 10 天按病组", "400 a day for 30 days, then 300, half of it after day 60", values=_RULES,
            given={"dip_current_cases": [_stay("a", 20), _stay("b", 45), _stay("c", 70), _stay("d", 12, "I69.300"), _stay("e", 9), _stay("f", 40, "J18.900"),
                                         _stay("g", 11, fault_code="no_bill")]},
            expect=({"encounter_id": "a", "full_days": 20, "taper_days": 0, "full_fen": 800_000, "taper_fen": 0, "standard_fen": 800_000, "fund_pay_fen": 700_000},
                    {"encounter_id": "b", "full_days": 45, "taper_days": 0, "full_fen": 1_650_000, "taper_fen": 0, "standard_fen": 1_650_000, "fund_pay_fen": 1_550_000},
                    {"encounter_id": "c", "full_days": 60, "taper_days": 10, "full_fen": 2_100_000, "taper_fen": 150_000, "standard_fen": 2_250_000, "fund_pay_fen": 2_150_000},
                    {"encounter_id": "d", "full_days": 12, "taper_days": 0, "full_fen": 600_000, "taper_fen": 0, "standard_fen": 600_000, "fund_pay_fen": 500_000},
                    {"encounter_id": "g", "full_days": 11, "taper_days": 0, "full_fen": 440_000, "taper_fen": 0, "standard_fen": None, "fund_pay_fen": 0})),
))
def bed_day_cases(dip_current_cases, plan):
    """Payment = Σ over stages of the days in the stage × its daily rate; days beyond the tier's limit at the tapered rate of their stage.

    The narrowest rates count: of the category at the tier, of the category, of the tier, then of all. In fen; the taper half up once. Source: GB-5.
    """
    cases = dip_current_cases.mutate(category_code=dip_current_cases.principal_diagnosis_code.substr(0, CATEGORY_LENGTH))
    cases = cases.filter(cases.category_code.isin(plan.value("bed_day.categories")), cases.stay_days >= plan.value("bed_day.minimum_days"))
    limit = cases.tier_code.cases(*((row["tier"], row["limit_days"]) for row in plan.value("bed_day.caps")), else_=ibis.null("int64"))
    cases = cases.mutate(full_days=ibis.least(cases.stay_days, limit.fill_null(cases.stay_days)))
    rates = rows_from_zero(plan, "bed_day.rates", "rate_fen")
    whole_fen, full_fen = (_at_stages(cases, days, rates) for days in (cases.stay_days, cases.full_days))
    cases = cases.mutate(taper_days=cases.stay_days - cases.full_days, full_fen=full_fen,
                         taper_fen=take_rate(whole_fen - full_fen, plan.value("bed_day.taper_ppm"), PPM), charged_fund_fen=cases.fund_fen)
    is_at_fault = (cases.fault_code == "no_bill").fill_null(False) | (cases.cost_fen < 0)
    cases = cases.mutate(status_code=is_at_fault.ifelse("pending", "settled"),
                         standard_fen=is_at_fault.ifelse(ibis.null("int64"), cases.full_fen + cases.taper_fen))
    form = chosen(plan, "payment.fund_pay_form", FORMS)
    return cases.mutate(fund_pay_fen=(cases.status_code == "pending").ifelse(0, fund_pay(cases, cases.standard_fen, form)),
                        difference_fen=difference(cases, cases.standard_fen, form))


def _at_stages(cases, days, rates):
    """What so many days come to at the stages' rates that count for the case."""
    widths = ((False, False), (False, True), (True, False), (True, True))  # category and tier: named or all
    choices = []
    for any_category, any_tier in widths:
        for category, tier in sorted({(row["category"], row["tier"]) for row in rates
                                      if (row["category"] == ANY, row["tier"] == ANY) == (any_category, any_tier)}):
            fits = ibis.literal(True)
            fits = fits if any_category else fits & (cases.category_code == category)
            fits = fits if any_tier else fits & (cases.tier_code == tier)
            choices.append((fits, _sum_of([row for row in rates if (row["category"], row["tier"]) == (category, tier)], days)))
    return ibis.cases(*choices, else_=ibis.literal(0, "int64"))


def _sum_of(stages, days):
    amount = ibis.literal(0, "int64")
    for stage in stages:
        within = ibis.greatest(ibis.least(days, ibis.literal(stage["to_days"], "int64")) - (stage["from_days"] - 1), ibis.literal(0, "int64"))
        amount = amount + within * stage["rate_fen"]
    return amount
