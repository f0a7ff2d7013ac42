"""The statement of each case paid by diagnosis-related group: from its weight to what the fund pays."""
import ibis

from sanyi.payment.drg.drg_prices import PRICE_BASIS
from sanyi.payment.drg.drg_year_sums import drg_stays
from sanyi.payment.inpatient.case_payment import FORMS, WHAT_REMAINS, WHO_PAYS, chosen, difference, fund_pay
from sanyi.tables import codes
from sanyi.tables.money import take_rate, whole_quotient
from sanyi.tables.table import Table, code, fen, flag, month, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import E9_TO_E4, PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

REASON = {
    "priced": ("有支付标准", "has a price"), "ungrouped": ("未入组", "without a group"), "ambiguous": ("歧义组", "ambiguous"),
    "refused": ("分组器拒绝，待更正", "refused by the grouper, to be corrected"), "no_bill": ("没有结算单，费用未知", "no bill: what it cost is not known"),
    "negative_cost": ("费用为负，待更正", "a cost below zero, to be corrected"), "no_weight": ("病组没有权重", "the group has no weight"),
    "single_review": ("单议病组，逐例议定", "reviewed case by case"), "no_coefficient": ("该级没有系数", "no coefficient at this tier"),
    "reviewed": ("特例单议核定金额", "an amount agreed by a special review"),
}
AS_SPENT = ("died", "long_stay", "short_stay", "transfer")

DRG_CASES = Table(
    "drg_cases", "DRG病例结算单", "Case statements by group", key=("encounter_id",),
    note="低倍率按实际费用；高倍率 = 标准 +（费用 − 倍率上限 × 标准）× 分担比例。待更正和未议定的单议病例没有支付标准；特例单议核定的按核定金额。"
         " Low: as spent. High: price + (cost − limit × price) × share. Pending cases have no standard; those reviewed the amount agreed.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        month(),
        code("tier_code", "机构等级", "tier of the institution", codes.TIER),
        text("drg_code", "病组编码", "group"),
        code("reason_code", "计价依据", "reason", REASON),
        whole("weight_e9", "权重", "weight", "e9", nullable=True, minimum=0),
        flag("is_basic", "基础病组", "basic group"),
        whole("coefficient_e8", "系数", "coefficient", "e8", nullable=True, minimum=0),
        code("basis_code", "系数来由", "where the coefficient comes from", PRICE_BASIS, nullable=True),
        whole("opening_rate_e4", "年初费率（元）", "opening rate, yuan", "e4", nullable=True, minimum=0),
        whole("rate_e4", "费率（元）", "rate, yuan", "e4", nullable=True, minimum=0),
        fen("price_fen", "病组支付标准", "price of the group: weight × rate × coefficient", nullable=True),
        whole("stay_days", "住院天数", "length of stay", "days", minimum=0),
        whole("ratio_ppm", "费用与标准之比", "cost to price", "ppm", nullable=True, minimum=0),
        whole("high_ratio_ppm", "高倍率界限", "limit of the ratio for this weight", "ppm", nullable=True, minimum=0),
        code("deviation_code", "偏差类型", "deviation", codes.CASE_DEVIATION),
        fen("excess_fen", "超出界限的费用", "cost above the limit"),
        fen("extra_fen", "高倍率加付", "paid on top of the price"),
        fen("standard_fen", "支付标准", "standard of the case", nullable=True),
        *WHO_PAYS,
        fen("budget_pay_fen", "按年初费率基金应付", "payable by the fund at the opening rate"),
        *WHAT_REMAINS,
    ),
)
_STAY = {"institution_id": "h", "resident_id": "p", "insurance_code": "resident", "settled_month": 202001, "tier_code": "tertiary", "stay_days": 5}
_PRICE = {"institution_id": "h", "insurance_code": "resident", "basis_code": "tier", "opening_rate_e4": 100_000_000, "rate_e4": 100_000_000}
_RULES = {"drg.low_ratio_ppm": 400_000, "drg.high_bands": [{"up_to_e4": 10_000, "limit_ppm": 3_000_000}, {"up_to_e4": 20_000, "limit_ppm": 2_500_000},
                                                             {"limit_ppm": 2_000_000}],
          "drg.high_share_ppm": 700_000, "drg.high_case_share_ppm": PPM, "drg.as_spent_kinds": ["long_stay"], "drg.long_stay_days": 60, "drg.short_stay_days": 2}


def _stay(name, cost, **more):
    patient, _ = divmod(cost, 5)
    return {**_STAY, "encounter_id": name, "cost_fen": cost, "patient_fen": patient, "fund_fen": cost - patient, **more}


def _price(group, weight_e9, price_fen):
    return {**_PRICE, "drg_code": group, "weight_e9": weight_e9, "coefficient_e8": 100_000_000, "price_fen": price_fen, "opening_price_fen": price_fen}


OUTLIERS = Example(
    "低于 0.4 倍按实际；权重 1 的高倍率界限 3 倍，超出部分付 70%；恰在界限上为正常；超 60 天按实际", "Low as spent; above 3 × the price 70 % of the excess; on the limit is normal",
    values=_RULES,
    given={"dip_current_cases": [_stay("a", 399_999), _stay("b", 400_000), _stay("c", 3_000_000), _stay("d", 4_000_000), _stay("e", 5_000_000, stay_days=61)],
           "encounters": [{"encounter_id": name, "type_code": "inpatient"} for name in "abcde"],
           "drg_case_groups": [{"encounter_id": name, "drg_code": "GZ13", "status_code": "grouped"} for name in "abcde"],
           "drg_prices": [_price("GZ13", 10 ** 9, 1_000_000)]},
    expect=({"encounter_id": "a", "deviation_code": "low", "standard_fen": 399_999, "fund_pay_fen": 320_000, "excess_fen": 0, "extra_fen": 0},
            {"encounter_id": "b", "deviation_code": "normal", "standard_fen": 1_000_000, "fund_pay_fen": 920_000, "excess_fen": 0, "extra_fen": 0},
            {"encounter_id": "c", "deviation_code": "normal", "standard_fen": 1_000_000, "fund_pay_fen": 400_000, "excess_fen": 0, "extra_fen": 0},
            {"encounter_id": "d", "deviation_code": "high", "standard_fen": 1_700_000, "fund_pay_fen": 900_000, "excess_fen": 1_000_000, "extra_fen": 700_000},
            {"encounter_id": "e", "deviation_code": "as_spent", "standard_fen": 5_000_000, "fund_pay_fen": 4_000_000, "excess_fen": 0, "extra_fen": 0}))
CAPPED = Example(
    "高倍率例数不超过 50%：超出最多的先计，其余按标准；权重 1.5 界限 2.5 倍，权重 3 界限 2 倍", "High cases up to half of all: the largest excess first; the limit falls with the weight",
    values={**_RULES, "drg.high_case_share_ppm": 500_000},
    given={"dip_current_cases": [_stay("a", 2_600_000), _stay("b", 2_600_000), _stay("c", 2_100_000)],
           "encounters": [{"encounter_id": name, "type_code": "inpatient"} for name in "abc"],
           "drg_case_groups": [{"encounter_id": name, "drg_code": group, "status_code": "grouped"} for name, group in (("a", "B"), ("b", "B"), ("c", "C"))],
           "drg_prices": [_price("B", 1_500_000_000, 1_000_000), _price("C", 3_000_000_000, 1_000_000)]},
    expect=({"encounter_id": "a", "deviation_code": "high", "high_ratio_ppm": 2_500_000, "excess_fen": 100_000, "standard_fen": 1_070_000},
            {"encounter_id": "b", "deviation_code": "over_cap", "high_ratio_ppm": 2_500_000, "excess_fen": 100_000, "standard_fen": 1_000_000},
            {"encounter_id": "c", "deviation_code": "over_cap", "high_ratio_ppm": 2_000_000, "excess_fen": 100_000, "standard_fen": 1_000_000}))
UNPRICED = Example(
    "没有权重、没有结算单、费用为负的待更正；没有费率的中止", "Without a weight or a bill, or with a cost below zero: pending; without a rate: blocked", values=_RULES,
    given={"dip_current_cases": [_stay("a", 100), _stay("b", 0, fault_code="no_bill"), _stay("c", -5), _stay("d", 100), _stay("e", 100)],
           "encounters": [{"encounter_id": name, "type_code": "inpatient"} for name in "abcde"],
           "drg_case_groups": [{"encounter_id": name, "drg_code": group, "status_code": status} for name, group, status in (
               ("a", "NEW1", "grouped"), ("b", "GZ13", "grouped"), ("c", "GZ13", "grouped"), ("d", "0000", "ungrouped"), ("e", "XX11", "grouped"))],
           "drg_prices": [_price("GZ13", 10 ** 9, 1_000_000), {**_price("NEW1", None, None)}, {**_price("XX11", 10 ** 9, None), "rate_e4": None, "opening_rate_e4": None}]},
    expect=({"encounter_id": "a", "reason_code": "no_weight", "status_code": "pending", "standard_fen": None, "fund_pay_fen": 0, "budget_pay_fen": 0},
            {"encounter_id": "b", "reason_code": "no_bill", "status_code": "pending", "standard_fen": None, "fund_pay_fen": 0, "budget_pay_fen": 0},
            {"encounter_id": "c", "reason_code": "negative_cost", "status_code": "pending", "standard_fen": None, "fund_pay_fen": 0, "budget_pay_fen": 0},
            {"encounter_id": "d", "reason_code": "ungrouped", "status_code": "pending", "standard_fen": None, "fund_pay_fen": 0, "budget_pay_fen": 0},
            {"encounter_id": "e", "reason_code": "priced", "status_code": "blocked", "standard_fen": None, "fund_pay_fen": None, "budget_pay_fen": 0}))


def _review(name, outcome, amount=None, group=None, **more):
    return {"encounter_id": name, "method_code": "drg", "outcome_code": outcome, "amount_fen": amount, "group_code": group, "year": 2020, **more}


REVIEWED = Example(
    "特例单议：按核定金额、改入其他病组；单议病组议定后按金额，未议定的待定；不予调整的、其他年度的照常", "Special review: the amount agreed, or another group; a single-review group waits for one",
    values=_RULES, numbers=("EX-23",),
    given={"dip_current_cases": [_stay(name, 4_000_000) for name in "abcdefg"],
           "encounters": [{"encounter_id": name, "type_code": "inpatient"} for name in "abcdefg"],
           "drg_case_groups": [{"encounter_id": name, "drg_code": group, "status_code": "grouped"} for name, group in zip("abcdefg", "AAAAZZA", strict=True)],
           "special_reviews": [_review("a", "as_spent", 3_200_000), _review("b", "regroup", group="B"), _review("c", "refused"), _review("d", "as_spent", 9, year=2019),
                               _review("e", "adjusted_standard", 2_000_000), _review("g", "as_spent", 9, method_code="dip")],
           "drg_prices": [_price("A", 10 ** 9, 1_000_000), _price("B", 3 * 10 ** 9, 3_000_000),
                          {**_PRICE, "drg_code": "Z", "weight_e9": 5 * 10 ** 9, "basis_code": "single_review"}]},
    expect=({"encounter_id": "a", "drg_code": "A", "reason_code": "reviewed", "deviation_code": "reviewed", "standard_fen": 3_200_000, "fund_pay_fen": 2_400_000,
             "excess_fen": 0, "status_code": "settled"},
            {"encounter_id": "b", "drg_code": "B", "reason_code": "priced", "deviation_code": "normal", "standard_fen": 3_000_000, "fund_pay_fen": 2_200_000,
             "excess_fen": 0, "status_code": "settled"},
            *({"encounter_id": name, "drg_code": "A", "reason_code": "priced", "deviation_code": "high", "standard_fen": 1_700_000, "fund_pay_fen": 900_000,
               "excess_fen": 1_000_000, "status_code": "settled"} for name in "cd"),
            {"encounter_id": "e", "drg_code": "Z", "reason_code": "reviewed", "deviation_code": "reviewed", "standard_fen": 2_000_000, "fund_pay_fen": 1_200_000,
             "excess_fen": 0, "status_code": "settled"},
            {"encounter_id": "f", "drg_code": "Z", "reason_code": "single_review", "deviation_code": "none", "standard_fen": None, "fund_pay_fen": 0,
             "excess_fen": 0, "status_code": "pending"},
            {"encounter_id": "g", "drg_code": "A", "reason_code": "priced", "deviation_code": "high", "standard_fen": 1_700_000, "fund_pay_fen": 900_000,
             "excess_fen": 1_000_000, "status_code": "settled"}))


@step(makes=DRG_CASES, chosen_by=codes.BY_DRG_RATE, source=Source("CHS-DRG", "结算", "DRG-7 DRG-8 DIP-24", "S4 S6 K LOC"), examples=(OUTLIERS, CAPPED, UNPRICED, REVIEWED))
def drg_cases(dip_current_cases, drg_case_groups, drg_prices, encounters, bed_day_cases, special_reviews, plan, year):
    """Price each stay by its group, then correct it where its cost is far off; the fund pays it less what patient and others paid.

    Limits are held exactly; a limit itself is normal. High cases count up to the plan's share of an institution's stays, the largest excess
    first. Half up once: the limit in fen, what is paid on top, the ratio. An amount that a special review agreed is the standard, whatever the group;
    a group that it agreed is the case's own. Source: DRG-7, DRG-8, DIP-24.
    """
    cases = _with_price(drg_stays(dip_current_cases, drg_case_groups, bed_day_cases, special_reviews, year), drg_prices)
    cases = _with_way(cases, encounters, plan)
    cases = _with_status(cases)
    cases = _with_deviation(cases, plan)
    return _paid(cases, plan)


def _with_price(cases, prices):
    keyed = prices.select(
        "weight_e9", "is_basic", "coefficient_e8", "basis_code", "opening_rate_e4", "rate_e4", "opening_price_fen", "price_fen",
        price_key=prices.institution_id + "|" + prices.insurance_code + "|" + prices.drg_code)
    cases = cases.mutate(case_key=cases.institution_id + "|" + cases.insurance_code + "|" + cases.drg_code)
    return cases.left_join(keyed, cases.case_key == keyed.price_key).drop("price_key", "case_key")


def _with_way(cases, encounters, plan):
    """Whether the plan's list says that a case of this kind is paid as spent."""
    way = encounters.filter(encounters.type_code.isin(codes.STAY_TYPES)).select("encounter_id", "discharge_way_code")
    cases = cases.left_join(way, "encounter_id").drop("encounter_id_right")
    kinds = plan.value("drg.as_spent_kinds")
    is_kind = {"died": cases.has_died, "long_stay": cases.stay_days > plan.value("drg.long_stay_days"),
               "short_stay": cases.stay_days <= plan.value("drg.short_stay_days"), "transfer": cases.discharge_way_code == "transfer"}
    listed = ibis.literal(False)
    for kind in kinds:
        listed = listed | is_kind[kind].fill_null(False)
    return cases.mutate(is_as_spent=listed)


def _with_status(cases):
    """A case waits where its group, its bill or its price is at fault; it is blocked where only the rate is lacking."""
    reason = ibis.cases(
        ((cases.fault_code == "no_bill").fill_null(False), "no_bill"), (cases.cost_fen < 0, "negative_cost"), (cases.reviewed_fen.notnull(), "reviewed"),
        (cases.weight_e9.notnull() & cases.coefficient_e8.notnull(), "priced"), (cases.group_status_code != "grouped", cases.group_status_code),
        (cases.basis_code.isin(("single_review", "no_coefficient")).fill_null(False), cases.basis_code), else_="no_weight")
    cases = cases.mutate(reason_code=reason)
    status = ibis.cases((cases.reason_code == "reviewed", "settled"), (cases.reason_code != "priced", "pending"), (cases.price_fen.isnull(), "blocked"), else_="settled")
    return cases.mutate(status_code=status, is_basic=cases.is_basic.fill_null(False))


def high_ratio(weight, unit, bands):
    """The limit of cost ÷ price for a weight: the first band whose bound is not passed; the last band has no bound. Source: DRG-8."""
    given = [(weight <= band["up_to_e4"] * unit, band["limit_ppm"]) for band in bands[:-1]]
    return ibis.cases(*given, else_=bands[-1]["limit_ppm"]) if given else ibis.literal(bands[-1]["limit_ppm"], "int64")


def _with_deviation(cases, plan):
    limit = cases.weight_e9.isnull().ifelse(ibis.null("int64"), high_ratio(cases.weight_e9, E9_TO_E4, plan.value("drg.high_bands")))
    cases = cases.mutate(high_ratio_ppm=limit, ratio_ppm=(cases.cost_fen < 0).ifelse(ibis.null("int64"), take_rate(cases.cost_fen, PPM, cases.price_fen)))
    settled = cases.status_code == "settled"
    low = cases.cost_fen * PPM < cases.price_fen * plan.value("drg.low_ratio_ppm")
    high = cases.cost_fen * PPM > cases.price_fen * cases.high_ratio_ppm
    kind = ibis.cases((~settled, "none"), (cases.reason_code == "reviewed", "reviewed"), (cases.is_as_spent, "as_spent"), (low, "low"), (high, "high"), else_="normal")
    cases = cases.mutate(kind=kind)
    is_high = cases.kind == "high"
    excess = cases.cost_fen - take_rate(cases.price_fen, cases.high_ratio_ppm, PPM)
    cases = cases.mutate(excess_fen=is_high.ifelse(excess, 0).fill_null(0))
    return _capped(cases, plan.value("drg.high_case_share_ppm"))


def _capped(cases, share_ppm):
    """High cases beyond the plan's share of an institution's stays are paid at the price."""
    of_institution = ibis.window(group_by="institution_id")
    cases = cases.mutate(is_high=(cases.kind == "high").cast("int64"))
    in_order = ibis.window(group_by="institution_id", order_by=[ibis.desc("is_high"), ibis.desc("excess_fen"), "encounter_id"])
    cases = cases.mutate(stays=cases.count().over(of_institution), rank=ibis.row_number().over(in_order).cast("int64"))
    allowed = whole_quotient(cases.stays * share_ppm, ibis.literal(PPM, "int64"))
    beyond = (cases.kind == "high") & (cases.rank >= allowed)
    return cases.mutate(deviation_code=beyond.ifelse("over_cap", cases.kind))


def _paid(cases, plan):
    extra = take_rate(cases.excess_fen, plan.value("drg.high_share_ppm"), PPM)
    cases = cases.mutate(extra_fen=(cases.deviation_code == "high").ifelse(extra, 0), charged_fund_fen=cases.fund_fen)
    apart = ibis.cases((cases.deviation_code == "reviewed", cases.reviewed_fen), (cases.deviation_code.isin(("low", "as_spent")), cases.cost_fen))
    settled = cases.status_code == "settled"
    cases = cases.mutate(
        standard_fen=settled.ifelse(ibis.coalesce(apart, cases.price_fen + cases.extra_fen), ibis.null("int64")),
        opening_fen=ibis.coalesce(apart, cases.opening_price_fen + cases.extra_fen))
    form, is_pending = chosen(plan, "payment.fund_pay_form", FORMS), cases.status_code == "pending"
    return cases.mutate(
        fund_pay_fen=is_pending.ifelse(0, fund_pay(cases, cases.standard_fen, form)),
        budget_pay_fen=is_pending.ifelse(0, fund_pay(cases, cases.opening_fen, form)).fill_null(0),
        difference_fen=difference(cases, cases.standard_fen, form))
