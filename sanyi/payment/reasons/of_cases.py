"""What case by case moves the fund's payment: of one state, or between two; first its stages of points, then their money."""
from itertools import pairwise
from types import SimpleNamespace

import ibis

from sanyi.payment.case_payment import fund_pay
from sanyi.payment.dip_cases import POINTS_TO_FEN
from sanyi.payment.reasons.reason import CASE_REASONS
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.fen import E4

KEY = ("encounter_id", "institution_id", "insurance_code")
FACTORS = ("base_points_e4", "auxiliary_e4", "coefficient_e4")
PAYERS = ("patient_fen", "other_payers_fen", "cost_fen", "charged_fund_fen")
STATE = (*FACTORS, *PAYERS, "points_e4", "unit_value_e4", "status_code", "fund_pay_fen")
_OF_A_CASE = (text("encounter_id", "就诊编码", "encounter code"), text("institution_id", "机构编码", "institution code"),
              code("insurance_code", "险种", "insurance", codes.INSURANCE))


def _whole(names, more=""):
    """Columns that only pass from the stages to their sums."""
    return tuple(whole(f"{name}{more}", "过程值", "in passing", nullable=True) for name in names)


STAGES = Table(  # written out before they are turned into money, for nested quotients grow with every stage
    "case_stages", "病例分值各步", "Stages of a case's points", key=KEY,
    columns=(*_OF_A_CASE, flag("is_priced", "已计价", "has a price"),
             *_whole(("group_e4", "auxiliary_e4", "coefficient_e4", "points_e4", "budget_value_e4", "unit_value_e4", "fund_pay_fen", *PAYERS))),
)
STAGES_BETWEEN = Table(
    "case_stages_between", "病例分值各步之差", "Stages of a case's points between two states", key=KEY,
    columns=(*_OF_A_CASE, flag("is_in_both", "两边都有", "in both"), flag("is_priced", "两边都已计价", "has a price in both"),
             *_whole(("first_e4", "group_e4", "auxiliary_e4", "coefficient_e4", "points_e4")),
             *_whole(("unit_value_e4", "fund_pay_fen", *PAYERS), "_before"), *_whole(("unit_value_e4", "fund_pay_fen", *PAYERS), "_after")),
)


def stages_of_one(cases, details):
    """Each priced case's points stage by stage: the group's, with its auxiliary, with its institution's coefficient, as corrected.

    `cases` are the priced stays of any way of paying, `details` the factors of those paid by disease score; points of
    which no factor is known are the case's own, so that what made them falls to the group's price.
    """
    cases = _with_factors(cases, details)
    with_auxiliary = take_rate(cases.base_points_e4, cases.auxiliary_e4, E4)
    return cases.select(
        *KEY, *PAYERS, is_priced=cases.status_code == "settled", group_e4=cases.base_points_e4, auxiliary_e4=with_auxiliary,
        coefficient_e4=take_rate(with_auxiliary, cases.coefficient_e4, E4), points_e4=cases.points_e4,
        budget_value_e4=ibis.coalesce(cases.budget_value_e4, cases.unit_value_e4), unit_value_e4=cases.unit_value_e4,
        fund_pay_fen=cases.fund_pay_fen.fill_null(0))


def sums_of_one(stages, form):
    """From what was charged to what the fund pays, per institution and insurance; fen. The reasons sum to paid less charged."""
    opening = [_paid(stages, stages[name], stages.budget_value_e4, form) for name in ("group_e4", "auxiliary_e4", "coefficient_e4", "points_e4")]
    paid = [stages.charged_fund_fen, *opening, _paid(stages, stages.points_e4, stages.unit_value_e4, form), stages.fund_pay_fen]
    parts = _steps(stages, ("own_cost", "auxiliary", "coefficient", "deviation", "value", "rule"), paid)
    return _summed(stages, {"unpriced": stages.is_priced.ifelse(0, stages.fund_pay_fen - stages.charged_fund_fen), **parts})


def stages_between(before, before_details, after, after_details):
    """Each case of either state, its points before with one factor after the other replaced by that after."""
    first, second = (_state(_with_factors(*given), when) for given, when in (((before, before_details), "before"), ((after, after_details), "after")))
    cases = first.outer_join(second, [first[f"{name}_before"] == second[f"{name}_after"] for name in KEY])
    is_in_both = cases.encounter_id_before.notnull() & cases.encounter_id_after.notnull()
    points = [cases.points_e4_before]
    for name in FACTORS:
        points.append(_scaled(points[-1], cases[f"{name}_before"], cases[f"{name}_after"]))
    return cases.select(
        **{name: ibis.coalesce(cases[f"{name}_before"], cases[f"{name}_after"]) for name in KEY}, is_in_both=is_in_both,
        is_priced=is_in_both & (cases.status_code_before == "settled") & (cases.status_code_after == "settled"),
        **dict(zip(("first_e4", "group_e4", "auxiliary_e4", "coefficient_e4"), points, strict=True)), points_e4=cases.points_e4_after,
        **{f"{name}_{when}": cases[f"{name}_{when}"] for name in ("unit_value_e4", "fund_pay_fen", *PAYERS) for when in ("before", "after")})


def sums_between(stages, form):
    """From what the fund paid before to what it pays after, per institution and insurance; fen, summing to the difference.

    A case that moved to another institution leaves the one and comes to the other; what moves a case of both states is
    taken reason by reason: points by their parts, point value, payers, the rest. `form` is how the fund paid before.
    """
    payers = [{name: stages[f"{name}_{when}"] for name in PAYERS} for when in ("before", "after")]
    paid = [_paid(payers[0], stages[name], stages.unit_value_e4_before, form) for name in ("first_e4", "group_e4", "auxiliary_e4", "coefficient_e4", "points_e4")]
    paid += [_paid(each, stages.points_e4, stages.unit_value_e4_after, form) for each in payers]
    was, now = stages.fund_pay_fen_before.fill_null(0), stages.fund_pay_fen_after.fill_null(0)
    parts = _steps(stages, ("group", "auxiliary", "coefficient", "deviation", "value", "payers"), paid)
    parts["cases"] = stages.is_in_both.ifelse(0, now - was)
    parts["unpriced"] = (stages.is_in_both & ~stages.is_priced).ifelse(now - was, 0)
    parts["rule"] = stages.is_priced.ifelse((now - paid[-1]) - (was - paid[0]), 0)
    return _summed(stages, parts)


def _with_factors(cases, details):
    own = details.select(own_id=details.encounter_id, own_points_e4=details.base_points_e4, auxiliary_e4=details.auxiliary_e4, coefficient_e4=details.coefficient_e4)
    cases = cases.left_join(own, cases.encounter_id == own.own_id)
    return cases.mutate(base_points_e4=ibis.coalesce(cases.own_points_e4, cases.points_e4), auxiliary_e4=cases.auxiliary_e4.fill_null(E4),
                        coefficient_e4=cases.coefficient_e4.fill_null(E4))


def _state(cases, when):
    return cases.select(**{f"{name}_{when}": cases[name] for name in (*KEY, *STATE)})


def _scaled(points, before, after):
    """Points with one of their factors replaced; a factor that did not move, or was nothing, leaves them as they are."""
    return ((before == after) | (before == 0)).ifelse(points, take_rate(points, after, before))


def _paid(payers, points, value, form):
    """What the fund would pay for so many points at such a value, in the form given (see case_payment); fen."""
    return fund_pay(SimpleNamespace(**{name: payers[name] for name in PAYERS}), take_rate(points, value, POINTS_TO_FEN), form)


def _steps(stages, names, paid):
    """Each stage less the one before it, for cases that have a price."""
    return {name: stages.is_priced.ifelse(now - last, 0) for name, (last, now) in zip(names, pairwise(paid), strict=True)}


def _summed(stages, parts):
    named = {f"{name}_fen": parts.get(name, ibis.literal(0, "int64")) for name in CASE_REASONS}
    stages = stages.mutate(**named)
    return stages.group_by("institution_id", "insurance_code").aggregate(**{name: total(stages[name]) for name in named})
