"""What the basic fund pays of every bill: deductible, bands, the cap of visits, the annual cap."""
import ibis

from sanyi.payment.benefit.benefit_deductibles import PERSON_YEAR
from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_examples import FUNDED
from sanyi.payment.benefit.drawing import ORDER, drawn
from sanyi.payment.benefit.paid import paid_by_bands, with_cells
from sanyi.payment.benefit.policy import CARE
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables import codes
from sanyi.tables.money import take_rate, whole
from sanyi.tables.table import Table, code, date, fen, text, whole as whole_column
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

BILL = (
    text("settlement_id", "结算编码", "settlement code", references="settlements.settlement_id"),
    text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
    code("insurance_code", "险种", "insurance", codes.INSURANCE), code("care_code", "就医类型", "care", CARE),
    whole_column("policy_number", "政策编号", "cell of the policy", "", minimum=1, references="benefit_policies.policy_number"),
    date("settled_on", "结算日期", "settled on"), fen("total_fen", "总费用", "whole bill"),
    fen("in_scope_fen", "政策范围内费用", "amount in scope"), fen("deductible_fen", "起付线", "deductible borne"),
    fen("base_fen", "分段支付（封顶前）", "paid by the bands, before caps"), fen("fund_fen", "统筹基金支付", "paid by the basic fund"),
)

BENEFIT_FUND_PAYMENTS = Table(
    "benefit_fund_payments", "统筹基金支付（按政策）", "Fund payments by the policy", key=("settlement_id",),
    note="分段支付与统筹基金之差为封顶以上部分。What the bands give and the fund does not pay lies above a cap.", columns=BILL)
COUNTED = ("settlement_id", "resident_id", "insurance_code", "care_code", "policy_number", "settled_on", "total_fen", "in_scope_fen", "deductible_fen",
           "base_fen")


@step(BENEFIT_FUND_PAYMENTS, locality="person", source=Source("三医参考规则", "B5", "BEN-2 BEN-3 BEN-5 BEN-6", "S22 DEF"), chosen_by=CHOSEN,
      examples=FUNDED)
def benefit_fund_payments(benefit_claims, benefit_deductibles, benefit_policies, benefit_bands, plan, year):
    """Pay each claim by its bands and down to the caps, half up once; fen. Source: BEN-2, BEN-3, BEN-6."""
    policies = read_policies(plan, year)
    claims = benefit_claims.filter(benefit_claims.refusal_code.isnull()).select(
        "settlement_id", "resident_id", "insurance_code", "care_code", "policy_number", "settled_on", "total_fen", "in_scope_fen")
    base = benefit_bands.filter(benefit_bands.layer_code == "base")
    stays = _stays(claims.filter(claims.care_code == "stay"), benefit_deductibles, base, policies.choices)
    visits = _visits(claims.filter(claims.care_code == "visit"), benefit_policies, base, policies)
    return _capped(stays, visits, benefit_policies, policies)


def _stays(stays, deductibles, bands, choices):
    """Deductible and bands of stays, the bands from the stay's own start or where the year stands. Source: BEN-3."""
    stays = stays.join(deductibles.select("settlement_id", "deductible_fen"), "settlement_id")
    stays = stays.mutate(payable_fen=stays.in_scope_fen - stays.deductible_fen)
    if choices.segment_basis == "year":
        counted = stays.in_scope_fen if choices.bands_from == "zero" else stays.payable_fen
        so_far = ibis.window(group_by=list(PERSON_YEAR), order_by=["settled_on", "settlement_id"], preceding=None, following=0)
        stays = stays.mutate(counted_fen=counted)
        stays = stays.mutate(start_fen=whole(stays.counted_fen.sum().over(so_far)) - stays.counted_fen)
    else:
        stays = stays.mutate(start_fen=ibis.literal(0, "int64"))
    if choices.bands_from == "zero":
        stays = stays.mutate(start_fen=stays.start_fen + stays.deductible_fen)
    stays = stays.mutate(end_fen=stays.start_fen + stays.payable_fen)
    by_bands = paid_by_bands(stays, bands)
    stays = stays.left_join(by_bands, "settlement_id").drop("settlement_id_right")
    return stays.mutate(base_fen=stays.by_bands_fen.fill_null(0)).drop("by_bands_fen")


def _visits(visits, benefit_policies, bands, policies):
    """Deductible of the year and one ratio. Source: BEN-5."""
    visits = with_cells(visits, benefit_policies, "deductible_fen").rename(listed_fen="deductible_fen")
    visits = visits.join(bands.select("policy_number", "ratio_ppm"), "policy_number")
    if policies.has_visit_deductible:
        visits = drawn(visits, "in_scope_fen", "listed_fen", PERSON_YEAR, policies.layers("deductible_fen", "visit"), "deductible_fen")
    else:
        visits = visits.mutate(deductible_fen=ibis.literal(0, "int64"))
    return visits.mutate(base_fen=take_rate(visits.in_scope_fen - visits.deductible_fen, visits.ratio_ppm, PPM))


def _capped(stays, visits, benefit_policies, policies):
    """The cap of visits, then the annual cap over what it counts. Source: BEN-6 (a cap may be crossed inside one bill)."""
    stays, visits = stays.select(*COUNTED), visits.select(*COUNTED)
    care, layers = policies.layers("care_cap_fen", "visit"), policies.layers("cap_fen")
    if policies.choices.cap_counts_visits and care == layers == 1:
        return _capped_at_once(with_cells(stays.union(visits), benefit_policies, "care_cap_fen", "cap_fen"))
    visits = drawn(with_cells(visits, benefit_policies, "care_cap_fen"), "base_fen", "care_cap_fen", PERSON_YEAR, care, "uncapped_fen")
    stays = stays.mutate(uncapped_fen=stays.base_fen)
    if not policies.choices.cap_counts_visits:
        capped = drawn(with_cells(stays, benefit_policies, "cap_fen"), "uncapped_fen", "cap_fen", PERSON_YEAR, layers, "fund_fen")
        return capped.select(*COUNTED, "fund_fen").union(visits.mutate(fund_fen=visits.uncapped_fen).select(*COUNTED, "fund_fen"))
    both = stays.union(visits.select(*stays.columns))
    return drawn(with_cells(both, benefit_policies, "cap_fen"), "uncapped_fen", "cap_fen", PERSON_YEAR, layers, "fund_fen")


def _capped_at_once(bills):
    """Both caps in one pass over the year, where a person meets one limit of each: what is paid up to a bill is
    min(cap, min(cap of visits, visits so far) + stays so far), and the bill's own part the difference. Half the time of two passes.
    """
    so_far = ibis.window(group_by=list(PERSON_YEAR), order_by=list(ORDER), preceding=None, following=0)
    is_visit = bills.care_code == "visit"
    bills = bills.mutate(visit_fen=is_visit.ifelse(bills.base_fen, 0), stay_fen=is_visit.ifelse(0, bills.base_fen))
    bills = bills.mutate(visits_fen=whole(bills.visit_fen.sum().over(so_far)), stays_fen=whole(bills.stay_fen.sum().over(so_far)))

    def paid(visits, stays):
        return ibis.least(bills.cap_fen, ibis.least(bills.care_cap_fen, visits) + stays)

    return bills.mutate(fund_fen=paid(bills.visits_fen, bills.stays_fen)
                        - paid(bills.visits_fen - bills.visit_fen, bills.stays_fen - bills.stay_fen))
