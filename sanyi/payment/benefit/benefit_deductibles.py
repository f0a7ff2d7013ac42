"""What of the deductible each stay bears: chains of referrals, later stays of the year."""
import ibis

from sanyi.payment.benefit.benefit_policies import CHOSEN
from sanyi.payment.benefit.claim_examples import DEDUCTED
from sanyi.payment.benefit.drawing import drawn
from sanyi.payment.benefit.reading import read_policies
from sanyi.tables.money import take_rate, whole
from sanyi.tables.table import Table, fen, flag, text, whole as whole_column
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_DEDUCTIBLES = Table(
    "benefit_deductibles", "住院起付线", "Inpatient deductibles", key=("settlement_id",),
    note="转诊链内起付线连续计算：上转付差额，下转不付；链以首次住院的结算编码为名。"
         " In a chain of referrals the deductible runs on: up pays the difference, down pays none; a chain bears its first stay's settlement.",
    columns=(
        text("settlement_id", "结算编码", "settlement code", references="settlements.settlement_id"),
        text("chain_id", "转诊链", "chain of referrals"), whole_column("chain_count", "链内结算数", "settlements in the chain", "", minimum=1),
        whole_column("stay_number", "年内第几次住院", "number of the stay in the year", "", minimum=1),
        flag("is_down", "下转", "came down by referral"), fen("full_deductible_fen", "起付线标准", "deductible in full"),
        fen("carried_fen", "链内上年已付起付线", "borne in the chain last year"), fen("deductible_fen", "本次承担起付线", "deductible borne"),
    ),
)
PERSON_YEAR = ("resident_id", "insurance_code")
SCOPE = ("resident_id", "insurance_code", "chain_id")


@step(BENEFIT_DEDUCTIBLES, locality="person", source=Source("三医参考规则", "B5", "BEN-4 LJ-48 JH-21", "S14 LOC"), chosen_by=CHOSEN, examples=DEDUCTED)
def benefit_deductibles(benefit_claims, benefit_carried, benefit_policies, plan, year):
    """Chain stays by referral and window, number them, and draw each deductible down through its chain or its year; fen.

    Source: BEN-2, BEN-4.
    """
    policies = read_policies(plan, year)
    stays = benefit_claims.filter((benefit_claims.care_code == "stay") & benefit_claims.refusal_code.isnull()).select(
        "settlement_id", "encounter_id", "institution_id", *PERSON_YEAR, "policy_number", "settled_on", "admitted_on", "discharged_on",
        "in_scope_fen", "referral_from_id", "direction_code")
    cells = benefit_policies.select("policy_number", "repeat_part_ppm", "repeat_step_fen", "repeat_floor_fen", listed_fen="deductible_fen")
    stays = _numbered(_chained(_with_last_year(stays, benefit_carried), policies.choices)).join(cells, "policy_number")
    stays = stays.mutate(full_deductible_fen=_in_full(stays))
    of_chain = ibis.literal(0, "int64") if policies.choices.deductible_basis == "year" else stays.carried_fen
    due = ibis.greatest(stays.full_deductible_fen - of_chain, 0)
    stays = stays.mutate(limit_fen=stays.is_down.ifelse(0, due), could_fen=stays.is_down.ifelse(0, stays.in_scope_fen))
    layers = policies.layers("deductible_fen", "stay") + 1  # and the 0 of those who come down
    if policies.choices.deductible_basis == "year":
        return drawn(stays, "could_fen", "limit_fen", PERSON_YEAR, layers, "deductible_fen")
    alone = stays.filter(stays.chain_count == 1)
    alone = alone.mutate(deductible_fen=ibis.least(alone.could_fen, alone.limit_fen))
    linked = drawn(stays.filter(stays.chain_count > 1), "could_fen", "limit_fen", SCOPE, layers, "deductible_fen")
    return _of_table(alone).union(_of_table(linked))


def _of_table(stays):
    return stays.select(*BENEFIT_DEDUCTIBLES.names)


def _with_last_year(stays, carried):
    """The year's stays, and of last year's those that a chain may have begun with: they have no cell, and drop out when chains are known."""
    last = carried.mutate(policy_number=ibis.null("int64"), in_scope_fen=ibis.literal(0, "int64"))
    return stays.mutate(borne_fen=ibis.literal(0, "int64"), is_last=ibis.literal(False)).union(
        last.select(*stays.columns, borne_fen="deductible_fen").mutate(is_last=ibis.literal(True)))


def _chained(stays, choices):
    """Where each stay goes on from the one before it, by admission; its chain is named by the first. Source: BEN-4."""
    by_admission = ibis.window(group_by=list(PERSON_YEAR), order_by=["admitted_on", "discharged_on", "encounter_id", "settlement_id"])
    stays = stays.mutate(last_encounter=stays.encounter_id.lag().over(by_admission), last_institution=stays.institution_id.lag().over(by_admission),
                         last_on=stays.discharged_on.lag().over(by_admission), place=ibis.row_number().over(by_admission))
    gap_days = stays.admitted_on.delta(stays.last_on, unit="day")
    is_same = (stays.last_encounter == stays.encounter_id).fill_null(False)
    referred = ((stays.referral_from_id == stays.last_institution) & gap_days.between(0, choices.referral_window_days)).fill_null(False) & ~is_same
    stays = stays.mutate(is_new=(is_same | referred).ifelse(0, 1), came_down=(referred & (stays.direction_code == "down").fill_null(False)).ifelse(1, 0))
    up_to_here = ibis.window(group_by=list(PERSON_YEAR), order_by=["admitted_on", "discharged_on", "encounter_id", "settlement_id"],
                             preceding=None, following=0)
    stays = stays.mutate(chain_number=whole(stays.is_new.sum().over(up_to_here)),
                         is_down=stays.came_down.max().over(ibis.window(group_by=[*PERSON_YEAR, "encounter_id"])) == 1)
    together = ibis.window(group_by=[*PERSON_YEAR, "chain_number"])
    return stays.mutate(chain_count=stays.count().over(together), carried_fen=whole(stays.borne_fen.sum().over(together)), chain_id=(stays.is_new == 1).ifelse(stays.settlement_id, ibis.null("string")).max().over(together))


def _numbered(stays):
    """Chains numbered in the order of their first settlements of the year."""
    in_chain = ibis.window(group_by=[*PERSON_YEAR, "chain_number", "is_last"], order_by=["settled_on", "settlement_id"])
    stays = stays.mutate(is_first=((ibis.row_number().over(in_chain) == 0) & ~stays.is_last).ifelse(1, 0))
    so_far = ibis.window(group_by=list(PERSON_YEAR), order_by=["settled_on", "settlement_id"], preceding=None, following=0)
    stays = stays.mutate(first_count=whole(stays.is_first.sum().over(so_far)))
    together = ibis.window(group_by=[*PERSON_YEAR, "chain_number"])
    return stays.mutate(stay_number=(stays.is_first * stays.first_count).max().over(together))


def _in_full(stays):
    """The deductible of a stay of this number. Source: BEN-4 (less each time to a floor, or a part)."""
    later = take_rate(stays.listed_fen, stays.repeat_part_ppm, 1_000_000) - stays.repeat_step_fen * (stays.stay_number - 1)
    floor = ibis.least(stays.listed_fen, stays.repeat_floor_fen)
    return (stays.stay_number == 1).ifelse(stays.listed_fen, ibis.greatest(floor, later))
