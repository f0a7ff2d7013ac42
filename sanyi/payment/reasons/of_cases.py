"""What case by case moves the fund's payment: of one state, or between two; first its stages of points, then their money."""
from itertools import pairwise

import ibis

from sanyi.payment.dip_cases import POINTS_TO_FEN
from sanyi.payment.reasons.reason import CASE_REASONS
from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.fen import E4

KEY = ("encounter_id", "institution_id", "insurance_code")
FACTORS = ("base_points_e4", "auxiliary_e4", "coefficient_e4")
_OF_A_CASE = (text("encounter_id", "就诊编码", "encounter code"), text("institution_id", "机构编码", "institution code"),
              code("insurance_code", "险种", "insurance", codes.INSURANCE))


def _points(*names):
    return (whole(f"{name}_points_e4", "分值", "points", "e4", nullable=True) for name in names)


STAGES = Table(  # of one state: written out before they are turned into money, for nested quotients grow with every stage
    "case_stages", "病例分值各步", "Stages of a case's points", key=KEY,
    columns=(*_OF_A_CASE, flag("is_priced", "已计价", "has a price"), *_points("group", "auxiliary", "coefficient", "last"),
             whole("opening_e4", "年初点值", "opening point value", "e4", nullable=True), whole("value_e4", "点值", "point value", "e4", nullable=True),
             fen("payers_fen", "个人与其他支付", "paid by patient and others"), fen("charged_fen", "基金记账额", "charged to the fund"),
             fen("paid_fen", "基金应付", "payable by the fund")),
)
STAGES_BETWEEN = Table(
    "case_stages_between", "病例分值各步之差", "Stages of a case's points between two states", key=KEY,
    columns=(*_OF_A_CASE, flag("is_in_both", "两边都有", "in both"), flag("is_priced", "两边都已计价", "has a price in both"),
             *_points("first", "group", "auxiliary", "coefficient", "last"),
             *(whole(f"value_{when}", "点值", "point value", "e4", nullable=True) for when in ("before", "after")),
             *(fen(f"{name}_{when}", "金额", "fen", nullable=True) for name in ("payers", "paid") for when in ("before", "after"))),
)


def stages_of_one(cases, values):
    """Each case's points stage by stage (the group's, with its auxiliary, with its institution's coefficient, as corrected)."""
    opening = values.filter(values.kind_code == "budget").select(opening_insurance="insurance_code", opening_e4="point_value_e4")
    cases = cases.left_join(opening, cases.insurance_code == opening.opening_insurance).drop("opening_insurance")
    with_auxiliary = take_rate(cases.base_points_e4, cases.auxiliary_e4, E4)
    return cases.select(
        *KEY, is_priced=cases.status_code == "settled", group_points_e4=cases.base_points_e4, auxiliary_points_e4=with_auxiliary,
        coefficient_points_e4=take_rate(with_auxiliary, cases.coefficient_e4, E4), last_points_e4=cases.points_e4,
        opening_e4=ibis.coalesce(cases.opening_e4, cases.point_value_e4), value_e4=cases.point_value_e4,
        payers_fen=cases.patient_fen + cases.other_payers_fen, charged_fen=cases.charged_fund_fen, paid_fen=cases.fund_pay_fen.fill_null(0))


def sums_of_one(stages):
    """From what was charged to what the fund pays, per institution and insurance; fen. The reasons sum to paid less charged."""
    paid = [stages.charged_fen, *(_paid(stages[f"{name}_points_e4"], stages.opening_e4, stages.payers_fen)
                                  for name in ("group", "auxiliary", "coefficient", "last")),
            _paid(stages.last_points_e4, stages.value_e4, stages.payers_fen), stages.paid_fen]
    parts = {name: stages.is_priced.ifelse(now - last, 0) for name, (last, now) in
             zip(("own_cost", "auxiliary", "coefficient", "deviation", "value", "rule"), pairwise(paid), strict=True)}
    return _summed(stages, {"unpriced": stages.is_priced.ifelse(0, stages.paid_fen - stages.charged_fen), **parts})


def stages_between(before, after):
    """Each case of either state, its points before with one factor after the other replaced by that after."""
    cases = _side_by_side(before, after)
    is_in_both = cases.encounter_id_before.notnull() & cases.encounter_id_after.notnull()
    points = [cases.points_before]
    for name in FACTORS:
        points.append(_scaled(points[-1], cases[f"{name}_before"], cases[f"{name}_after"]))
    named = {f"{name}_points_e4": each for name, each in zip(("first", "group", "auxiliary", "coefficient"), points, strict=True)}
    return cases.select(
        **{name: ibis.coalesce(cases[f"{name}_before"], cases[f"{name}_after"]) for name in KEY}, is_in_both=is_in_both,
        is_priced=is_in_both & (cases.status_before == "settled") & (cases.status_after == "settled"), **named, last_points_e4=cases.points_after,
        **{f"{name}_{when}": cases[f"{name}_{when}"] for name in ("value", "payers", "paid") for when in ("before", "after")})


def sums_between(stages):
    """From what the fund paid before to what it pays after, per institution and insurance; fen, summing to the difference.

    A case that moved to another institution leaves the one and comes to the other; what moves a case of both states is
    taken reason by reason: points by their parts, point value, payers, the rest.
    """
    before, after = stages.paid_before.fill_null(0), stages.paid_after.fill_null(0)
    paid = [*(_paid(stages[f"{name}_points_e4"], stages.value_before, stages.payers_before)
              for name in ("first", "group", "auxiliary", "coefficient", "last")),
            _paid(stages.last_points_e4, stages.value_after, stages.payers_before),
            _paid(stages.last_points_e4, stages.value_after, stages.payers_after)]
    parts = {name: stages.is_priced.ifelse(now - last, 0) for name, (last, now) in
             zip(("group", "auxiliary", "coefficient", "deviation", "value", "payers"), pairwise(paid), strict=True)}
    parts["cases"] = stages.is_in_both.ifelse(0, after - before)
    parts["unpriced"] = (stages.is_in_both & ~stages.is_priced).ifelse(after - before, 0)
    parts["rule"] = stages.is_priced.ifelse((after - paid[-1]) - (before - paid[0]), 0)
    return _summed(stages, parts)


def _side_by_side(before, after):
    first, second = _state(before, "before"), _state(after, "after")
    return first.outer_join(second, [first[f"{name}_before"] == second[f"{name}_after"] for name in KEY])


def _state(cases, when):
    given = {**{name: cases[name] for name in (*KEY, *FACTORS)}, "points": cases.points_e4, "value": cases.point_value_e4,
             "status": cases.status_code, "paid": cases.fund_pay_fen, "payers": cases.patient_fen + cases.other_payers_fen}
    return cases.select(**{f"{name}_{when}": column for name, column in given.items()})


def _scaled(points, before, after):
    """Points with one of their factors replaced; a factor that did not move, or was nothing, leaves them as they are."""
    return ((before == after) | (before == 0)).ifelse(points, take_rate(points, after, before))


def _paid(points, value, payers):
    rest = take_rate(points, value, POINTS_TO_FEN) - payers
    return (rest < 0).ifelse(0, rest)


def _summed(stages, parts):
    named = {f"{name}_fen": parts.get(name, ibis.literal(0, "int64")) for name in CASE_REASONS}
    stages = stages.mutate(**named)
    return stages.group_by("institution_id", "insurance_code").aggregate(**{name: total(stages[name]) for name in named})
