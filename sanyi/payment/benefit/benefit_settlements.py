"""Every bill of the year settled by the policy, layer by layer."""
import ibis

from sanyi.payment.benefit.benefit_deductibles import PERSON_YEAR
from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_examples import SETTLED
from sanyi.payment.benefit.drawing import drawn
from sanyi.payment.benefit.policy import CARE
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total, whole
from sanyi.tables.table import Table, code, date, fen, text
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_SETTLEMENTS = Table(
    "benefit_settlements", "待遇结算（按政策）", "Benefit settlements by the policy", key=("settlement_id",),
    note="总费用 = 统筹基金 + 大病保险 + 医疗救助 + 个人；分段支付与统筹基金之差为封顶以上部分。"
         " total = fund + catastrophic + aid + patient; what the bands give and the fund does not pay lies above a cap.",
    columns=(
        text("settlement_id", "结算编码", "settlement code", references="settlements.settlement_id"),
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE), code("care_code", "就医类型", "care", CARE),
        text("policy_key", "政策编码", "cell of the policy", references="benefit_policies.policy_key"),
        date("settled_on", "结算日期", "settled on"), fen("total_fen", "总费用", "whole bill"),
        fen("in_scope_fen", "政策范围内费用", "amount in scope"), fen("deductible_fen", "起付线", "deductible borne"),
        fen("base_fen", "分段支付（封顶前）", "paid by the bands, before caps"), fen("fund_fen", "统筹基金支付", "paid by the basic fund"),
        fen("catastrophic_fen", "大病保险支付", "paid by catastrophic insurance"), fen("aid_fen", "医疗救助支付", "paid by medical aid"),
        fen("patient_fen", "个人负担", "left to the patient"),
    ),
)


@step(BENEFIT_SETTLEMENTS, locality="person", source=Source("三医参考规则", "B5", "BEN-2 BEN-3 BEN-6 BEN-7 BEN-8", "S22 DEF"), chosen_by=CHOSEN,
      examples=SETTLED)
def benefit_settlements(benefit_claims, benefit_deductibles, benefit_policies, benefit_bands, plan, year):
    """Settle each claim in the order deductible, bands, caps, catastrophic insurance, aid; each payer's sum half up once; fen.

    Source: BEN-2 to BEN-8.
    """
    policies = read_policies(plan, year)
    claims = benefit_claims.filter(benefit_claims.refusal_code.isnull()).select(
        "settlement_id", "encounter_id", "resident_id", "institution_id", "insurance_code", "care_code", "policy_key", "settled_on",
        "total_fen", "in_scope_fen")
    base = benefit_bands.filter(benefit_bands.layer_code == "base")
    stays = _stays(claims.filter(claims.care_code == "stay"), benefit_deductibles, base, policies.choices)
    visits = _visits(claims.filter(claims.care_code == "visit"), benefit_policies, base, policies)
    paid = _capped(stays, visits, benefit_policies, policies)
    paid = _with_sum(paid, _catastrophic(paid, benefit_policies, benefit_bands, policies), "catastrophic_fen")
    paid = _with_sum(paid, _aid(paid, benefit_policies, policies), "aid_fen")
    return paid.mutate(patient_fen=paid.total_fen - paid.fund_fen - paid.catastrophic_fen - paid.aid_fen)


def _with_cells(claims, benefit_policies, *names):
    return claims.join(benefit_policies.select("policy_key", *names), "policy_key")


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
    by_bands = _paid_by_bands(stays, bands)
    stays = stays.left_join(by_bands, "settlement_id").drop("settlement_id_right")
    return stays.mutate(base_fen=stays.by_bands_fen.fill_null(0)).drop("by_bands_fen")


def _paid_by_bands(claims, bands):
    """What the bands pay of the piece from start to end, rounded once."""
    pieces = claims.select("settlement_id", "policy_key", "start_fen", "end_fen").join(
        bands.select("policy_key", "over_fen", "to_fen", "ratio_ppm"), "policy_key")
    part = ibis.least(pieces.end_fen, pieces.to_fen) - ibis.greatest(pieces.start_fen, pieces.over_fen)
    pieces = pieces.mutate(product=ibis.greatest(part, 0) * pieces.ratio_ppm)
    sums = pieces.group_by("settlement_id").agg(product=total(pieces.product))
    return sums.select("settlement_id", by_bands_fen=take_rate(sums["product"], 1, PPM))


def _visits(visits, benefit_policies, bands, policies):
    """Deductible of the year, one ratio, and the cap of visits. Source: BEN-5, BEN-6."""
    visits = _with_cells(visits, benefit_policies, "care_cap_fen", "deductible_fen").rename(listed_fen="deductible_fen")
    visits = visits.join(bands.select("policy_key", "ratio_ppm"), "policy_key")
    if policies.has_visit_deductible:
        visits = drawn(visits, "in_scope_fen", "listed_fen", PERSON_YEAR, policies.layers("deductible_fen", "visit"), "deductible_fen")
    else:
        visits = visits.mutate(deductible_fen=ibis.literal(0, "int64"))
    visits = visits.mutate(base_fen=take_rate(visits.in_scope_fen - visits.deductible_fen, visits.ratio_ppm, PPM))
    return drawn(visits, "base_fen", "care_cap_fen", PERSON_YEAR, policies.layers("care_cap_fen", "visit"), "uncapped_fen")


def _capped(stays, visits, benefit_policies, policies):
    """The annual cap over what it counts. Source: BEN-6 (a cap may be crossed inside one bill)."""
    names = ("settlement_id", "encounter_id", "resident_id", "institution_id", "insurance_code", "care_code", "policy_key", "settled_on",
             "total_fen", "in_scope_fen", "deductible_fen", "base_fen", "uncapped_fen")
    stays, visits = stays.mutate(uncapped_fen=stays.base_fen).select(*names), visits.select(*names)
    layers = policies.layers("cap_fen")
    if policies.choices.cap_counts_visits:
        return drawn(_with_cells(stays.union(visits), benefit_policies, "cap_fen"), "uncapped_fen", "cap_fen", PERSON_YEAR, layers, "fund_fen")
    capped = drawn(_with_cells(stays, benefit_policies, "cap_fen"), "uncapped_fen", "cap_fen", PERSON_YEAR, layers, "fund_fen")
    return capped.drop("cap_fen").union(visits.mutate(fund_fen=visits.uncapped_fen).select(*capped.drop("cap_fen").columns))


def _catastrophic(paid, benefit_policies, benefit_bands, policies):
    """What catastrophic insurance pays of the few claims that lie above its deductible. Source: BEN-7."""
    counted = paid if policies.choices.catastrophic_counts_visits else paid.filter(paid.care_code == "stay")
    counted = counted.select("settlement_id", *PERSON_YEAR, "policy_key", "settled_on", self_pay_fen=counted.in_scope_fen - counted.fund_fen)
    so_far = ibis.window(group_by=list(PERSON_YEAR), order_by=["settled_on", "settlement_id"], preceding=None, following=0)
    counted = counted.mutate(after_fen=whole(counted.self_pay_fen.sum().over(so_far)))
    counted = _with_cells(counted, benefit_policies, "catastrophic_deductible_fen", "catastrophic_cap_fen")
    above = counted.filter(counted.after_fen > counted.catastrophic_deductible_fen)
    above = above.mutate(end_fen=above.after_fen - above.catastrophic_deductible_fen)
    above = above.mutate(start_fen=ibis.greatest(above.end_fen - above.self_pay_fen, 0))
    bands = benefit_bands.filter(benefit_bands.layer_code == "catastrophic")
    above = above.join(_paid_by_bands(above, bands), "settlement_id")
    drawn_down = drawn(above, "by_bands_fen", "catastrophic_cap_fen", PERSON_YEAR, policies.layers("catastrophic_cap_fen"), "catastrophic_fen")
    return drawn_down.select("settlement_id", "catastrophic_fen")


def _aid(paid, benefit_policies, policies):
    """What medical aid pays of what remains, for those entitled when they settled. Source: BEN-8."""
    covered = paid if policies.choices.aid_counts_visits else paid.filter(paid.care_code == "stay")
    covered = _with_cells(covered, benefit_policies, "aid_ratio_ppm", "aid_cap_fen")
    covered = covered.filter(covered.aid_ratio_ppm > 0)
    covered = covered.mutate(could_fen=take_rate(covered.in_scope_fen - covered.fund_fen - covered.catastrophic_fen, covered.aid_ratio_ppm, PPM))
    return drawn(covered, "could_fen", "aid_cap_fen", PERSON_YEAR, policies.layers("aid_cap_fen"), "aid_fen").select("settlement_id", "aid_fen")


def _with_sum(paid, sums, name):
    """Put a payer's sum beside each claim; 0 for those it does not reach."""
    paid = paid.left_join(sums, "settlement_id").drop("settlement_id_right")
    return paid.mutate(**{name: paid[name].fill_null(0)})
