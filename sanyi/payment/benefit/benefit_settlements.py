"""Every bill of the year settled by the policy, layer by layer."""
import ibis

from sanyi.payment.benefit.benefit_deductibles import PERSON_YEAR
from sanyi.payment.benefit.benefit_fund_payments import BILL
from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_examples import SETTLED
from sanyi.payment.benefit.drawing import drawn
from sanyi.payment.benefit.paid import paid_by_bands, with_cells
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables.money import take_rate, whole
from sanyi.tables.table import Table, fen
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_SETTLEMENTS = Table(
    "benefit_settlements", "待遇结算（按政策）", "Benefit settlements by the policy", key=("settlement_id",),
    note="总费用 = 统筹基金 + 大病保险 + 医疗救助 + 个人。total = fund + catastrophic + aid + patient.",
    columns=(
        *BILL, fen("catastrophic_fen", "大病保险支付", "paid by catastrophic insurance"), fen("aid_fen", "医疗救助支付", "paid by medical aid"),
        fen("patient_fen", "个人负担", "left to the patient"),
    ),
)


@step(BENEFIT_SETTLEMENTS, locality="person", source=Source("三医参考规则", "B5", "BEN-2 BEN-7 BEN-8", "S22 DEF"), chosen_by=CHOSEN, examples=SETTLED)
def benefit_settlements(benefit_fund_payments, benefit_policies, benefit_bands, plan, year):
    """Add what catastrophic insurance and medical aid pay on top of the fund, each sum half up once; fen. Source: BEN-2, BEN-7, BEN-8."""
    policies = read_policies(plan, year)
    paid = with_sum(benefit_fund_payments, _catastrophic(benefit_fund_payments, benefit_policies, benefit_bands, policies), "catastrophic_fen")
    paid = with_sum(paid, _aid(paid, benefit_policies, policies), "aid_fen")
    return paid.mutate(patient_fen=paid.total_fen - paid.fund_fen - paid.catastrophic_fen - paid.aid_fen)


def _catastrophic(paid, benefit_policies, benefit_bands, policies):
    """What catastrophic insurance pays of the few claims that lie above its deductible. Source: BEN-7."""
    counted = paid if policies.choices.catastrophic_counts_visits else paid.filter(paid.care_code == "stay")
    counted = counted.select("settlement_id", *PERSON_YEAR, "policy_number", "settled_on", self_pay_fen=counted.in_scope_fen - counted.fund_fen)
    so_far = ibis.window(group_by=list(PERSON_YEAR), order_by=["settled_on", "settlement_id"], preceding=None, following=0)
    counted = counted.mutate(after_fen=whole(counted.self_pay_fen.sum().over(so_far)))
    counted = with_cells(counted, benefit_policies, "catastrophic_deductible_fen", "catastrophic_cap_fen")
    above = counted.filter(counted.after_fen > counted.catastrophic_deductible_fen)
    above = above.mutate(end_fen=above.after_fen - above.catastrophic_deductible_fen)
    above = above.mutate(start_fen=ibis.greatest(above.end_fen - above.self_pay_fen, 0))
    bands = benefit_bands.filter(benefit_bands.layer_code == "catastrophic")
    above = above.join(paid_by_bands(above, bands), "settlement_id")
    drawn_down = drawn(above, "by_bands_fen", "catastrophic_cap_fen", PERSON_YEAR, policies.layers("catastrophic_cap_fen"), "catastrophic_fen")
    return drawn_down.select("settlement_id", "catastrophic_fen")


def _aid(paid, benefit_policies, policies):
    """What medical aid pays of what remains, for those entitled when they settled. Source: BEN-8."""
    covered = paid if policies.choices.aid_counts_visits else paid.filter(paid.care_code == "stay")
    covered = with_cells(covered, benefit_policies, "aid_ratio_ppm", "aid_cap_fen")
    covered = covered.filter(covered.aid_ratio_ppm > 0)
    covered = covered.mutate(could_fen=take_rate(covered.in_scope_fen - covered.fund_fen - covered.catastrophic_fen, covered.aid_ratio_ppm, PPM))
    return drawn(covered, "could_fen", "aid_cap_fen", PERSON_YEAR, policies.layers("aid_cap_fen"), "aid_fen").select("settlement_id", "aid_fen")


def with_sum(paid, sums, name):
    """Put a payer's sum beside each claim; 0 for those it does not reach."""
    paid = paid.left_join(sums, "settlement_id").drop("settlement_id_right")
    return paid.mutate(**{name: paid[name].fill_null(0)})
