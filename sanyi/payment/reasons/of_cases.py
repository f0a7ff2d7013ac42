"""What case by case moves the fund's payment: of one state, or between two; first its standard stage by stage, then the money."""
from itertools import pairwise
from types import SimpleNamespace

import ibis

from sanyi.payment.dip.dip_cases import POINTS_TO_FEN
from sanyi.payment.inpatient.case_payment import fund_pay
from sanyi.payment.reasons.reason import CASE_REASONS
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, flag, text, whole
from sanyi.terms.fen import E4

KEY = ("encounter_id", "institution_id", "insurance_code")
FACTORS = ("group_factor", "auxiliary_e4", "coefficient_e4")
PAYERS = ("patient_fen", "other_payers_fen", "cost_fen", "charged_fund_fen")
STATE = (*FACTORS, *PAYERS, "method_code", "unit_value_e4", "standard_fen", "status_code", "fund_pay_fen")
POINTS = ("group_e4", "auxiliary_e4", "coefficient_e4", "points_e4")
STANDARDS = ("first_fen", "group_fen", "auxiliary_fen", "coefficient_fen", "corrected_fen", "last_fen")
_OF_A_CASE = (text("encounter_id", "就诊编码", "encounter code"), text("institution_id", "机构编码", "institution code"),
              code("insurance_code", "险种", "insurance", codes.INSURANCE), flag("is_by_score", "按病种分值付费", "paid by disease score"),
              flag("is_priced", "已计价", "has a price"))


def _whole(names, more=""):
    """Columns that only pass from the stages to their sums."""
    return tuple(whole(f"{name}{more}", "过程值", "in passing", nullable=True) for name in names)


STAGES = Table(  # written out before they are turned into money, for nested quotients grow with every stage
    "case_stages", "病例分值各步", "Stages of a case's points", key=KEY,
    columns=(*_OF_A_CASE, *_whole((*POINTS, "budget_value_e4", "unit_value_e4", "budget_pay_fen", "fund_pay_fen", *PAYERS))),
)
STAGES_BETWEEN = Table(
    "case_stages_between", "病例支付标准各步之差", "Stages of a case's standard between two states", key=KEY,
    columns=(*_OF_A_CASE, flag("is_in_both", "两边都有", "in both"), flag("is_alike", "付费方式相同", "paid in the same way"), *_whole(STANDARDS), *_whole(("fund_pay_fen", *PAYERS), "_before"),
             *_whole(("fund_pay_fen", *PAYERS), "_after")),
)


def stages_of_one(cases, details):
    """Each priced case's points stage by stage: the group's, with its auxiliary, with its institution's coefficient, as corrected.

    `cases` are the priced stays of any way of paying, `details` the factors of those paid by disease score.
    """
    cases = _with_factors(cases, details)
    with_auxiliary = take_rate(cases.group_factor, cases.auxiliary_e4, E4)
    return cases.select(
        *KEY, *PAYERS, is_by_score=cases.is_by_score, is_priced=cases.status_code == "settled", group_e4=cases.group_factor, auxiliary_e4=with_auxiliary,
        coefficient_e4=take_rate(with_auxiliary, cases.coefficient_e4, E4), points_e4=cases.points_e4,
        budget_value_e4=ibis.coalesce(cases.budget_value_e4, cases.unit_value_e4), unit_value_e4=cases.unit_value_e4,
        budget_pay_fen=cases.budget_pay_fen, fund_pay_fen=cases.fund_pay_fen.fill_null(0))


def sums_of_one(stages, form):
    """From what was charged to what the fund pays, per institution and insurance; fen. The reasons sum to paid less charged.

    Ways of paying whose factors are not known go from the charge to the price at the opening value in one stage. `form`
    is how the fund pays of a standard (see case_payment).
    """
    at_opening = [_at_value(stages, name, "budget_value_e4", form, stages.budget_pay_fen) for name in POINTS]
    paid = [stages.charged_fund_fen, *at_opening, _at_value(stages, "points_e4", "unit_value_e4", form, stages.fund_pay_fen), stages.fund_pay_fen]
    parts = _steps(stages, ("own_cost", "auxiliary", "coefficient", "deviation", "value", "rule"), paid)
    return _summed(stages, {"unpriced": stages.is_priced.ifelse(0, stages.fund_pay_fen - stages.charged_fund_fen), **parts})


def stages_between(before, before_details, after, after_details):
    """Each case of either state, its standard before with one factor after the other replaced, and that after at the value before."""
    first, second = (_state(_with_factors(*given), when) for given, when in (((before, before_details), "before"), ((after, after_details), "after")))
    cases = first.outer_join(second, [first[f"{name}_before"] == second[f"{name}_after"] for name in KEY])
    is_in_both = cases.encounter_id_before.notnull() & cases.encounter_id_after.notnull()
    is_alike = cases.method_code_before == cases.method_code_after
    standards = [cases.standard_fen_before]
    for name in FACTORS:
        standards.append(_scaled(standards[-1], cases[f"{name}_before"], cases[f"{name}_after"], is_alike))
    standards += [_scaled(cases.standard_fen_after, cases.unit_value_e4_after, cases.unit_value_e4_before, is_alike), cases.standard_fen_after]
    return cases.select(
        **{name: ibis.coalesce(cases[f"{name}_before"], cases[f"{name}_after"]) for name in KEY}, is_in_both=is_in_both, is_alike=is_alike.fill_null(False),
        is_by_score=is_alike & (cases.method_code_after == "dip"),
        is_priced=is_in_both & (cases.status_code_before == "settled") & (cases.status_code_after == "settled"),
        **dict(zip(STANDARDS, standards, strict=True)),
        **{f"{name}_{when}": cases[f"{name}_{when}"] for name in ("fund_pay_fen", *PAYERS) for when in ("before", "after")})


def sums_between(stages, form):
    """From what the fund paid before to what it pays after, per institution and insurance; fen, summing to the difference.

    A case that moved to another institution leaves the one and comes to the other; what moves a case of both states is
    taken reason by reason: group, coefficients, deviation, value, payers, the rest; where it is paid in another way, the
    two standards have no factor in common, and their difference is one reason. `form` is how the fund paid before.
    """
    payers = [{name: stages[f"{name}_{when}"] for name in PAYERS} for when in ("before", "after")]
    paid = [*(_paid(payers[0], stages[name], form) for name in STANDARDS), _paid(payers[1], stages.last_fen, form)]
    was, now = stages.fund_pay_fen_before.fill_null(0), stages.fund_pay_fen_after.fill_null(0)
    parts = _steps(stages, ("group", "auxiliary", "coefficient", "deviation", "value", "payers"), paid)
    rest = stages.is_priced.ifelse((now - paid[-1]) - (was - paid[0]), 0)
    parts["method"] = stages.is_alike.ifelse(0, parts["deviation"])
    parts["rule"] = rest + (stages.is_by_score | ~stages.is_alike).ifelse(0, parts["deviation"])
    parts["deviation"] = stages.is_by_score.ifelse(parts["deviation"], 0)
    parts["cases"] = stages.is_in_both.ifelse(0, now - was)
    parts["unpriced"] = (stages.is_in_both & ~stages.is_priced).ifelse(now - was, 0)
    return _summed(stages, parts)


def _with_factors(cases, details):
    """The group's points and both coefficients of a case paid by disease score; of another its weight alone."""
    own = details.select(own_id=details.encounter_id, own_points_e4=details.base_points_e4, auxiliary_e4=details.auxiliary_e4, coefficient_e4=details.coefficient_e4)
    cases = cases.left_join(own, cases.encounter_id == own.own_id)
    is_by_score = (cases.method_code == "dip") & cases.own_id.notnull()
    return cases.mutate(is_by_score=is_by_score, group_factor=is_by_score.ifelse(cases.own_points_e4, cases.weight_e6), auxiliary_e4=cases.auxiliary_e4.fill_null(E4),
                        coefficient_e4=cases.coefficient_e4.fill_null(E4))


def _state(cases, when):
    return cases.select(**{f"{name}_{when}": cases[name] for name in (*KEY, *STATE)})


def _scaled(standard, before, after, is_alike):
    """A standard with one of its factors replaced; a factor that did not move, or is not known, leaves it as it is."""
    is_same = ~is_alike | (before == after) | (before == 0) | before.isnull() | after.isnull()
    return is_same.ifelse(standard, take_rate(standard, after, before))


def _at_value(stages, points, value, form, otherwise):
    """What the fund would pay for so many points at a value; `otherwise` for a case that is not paid by disease score."""
    return stages.is_by_score.ifelse(_paid(stages, take_rate(stages[points], stages[value], POINTS_TO_FEN), form), otherwise)


def _paid(payers, standard, form):
    """What the fund would pay of a standard, in the form given (see case_payment); fen."""
    return fund_pay(SimpleNamespace(**{name: payers[name] for name in PAYERS}), standard, form)


def _steps(stages, names, paid):
    """Each stage less the one before it, for cases that have a price."""
    return {name: stages.is_priced.ifelse(now - last, 0) for name, (last, now) in zip(names, pairwise(paid), strict=True)}


def _summed(stages, parts):
    named = {f"{name}_fen": parts.get(name, ibis.literal(0, "int64")) for name in CASE_REASONS}
    stages = stages.mutate(**named)
    return stages.group_by("institution_id", "insurance_code").aggregate(**{name: total(stages[name]) for name in named})
