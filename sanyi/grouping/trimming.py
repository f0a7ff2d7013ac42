"""Marking the cheapest and dearest cases of each group, exactly and on every engine."""
import ibis

from sanyi.tables.money import whole_quotient
from sanyi.terms.fen import PPM


def with_trimmed(cases, group, low_ppm, high_ppm, fewest):
    """Mark (`is_trimmed`) the cases below the low or above the high percentile of their group's cost_fen, in groups of `fewest` or more.

    A percentile p of n costs in order is the value at place (n − 1) × p counted from 0, interpolated between neighbours,
    in whole numbers. Source: DIP-5.
    """
    cases = _ranked(cases, group)
    cases = cases.join(_at(cases, group, low_ppm, "low").join(_at(cases, group, high_ppm, "high"), group), group)
    outside = (_compared(cases, "low") < 0) | (_compared(cases, "high") > 0)
    return cases.mutate(is_trimmed=(cases.group_size >= fewest) & outside)


def _ranked(cases, group):
    """Give each case its place from 0 in its group's costs, and the group's size."""
    in_group = ibis.window(group_by=group, order_by=["cost_fen", "encounter_id"])
    return cases.mutate(place=ibis.row_number().over(in_group).cast("int64"), group_size=cases.count().over(ibis.window(group_by=group)))


def _at(cases, group, percentile_ppm, name):
    """Per group: the cost at the percentile's place, the step to the next cost, and how far between, in ppm."""
    position = (cases.group_size - 1) * percentile_ppm
    whole_place = whole_quotient(position, PPM)
    placed = cases.mutate(whole_place=whole_place, between=position - whole_place * PPM)
    lower = placed.cost_fen.max(where=placed.place == placed.whole_place)
    upper = placed.cost_fen.max(where=placed.place == placed.whole_place + 1).fill_null(lower)
    return placed.group_by(group).agg(
        **{f"{name}_fen": lower, f"{name}_step_fen": upper - lower, f"{name}_between": placed.between.max()})


def _compared(cases, name):
    """The cost less the percentile, times a million: its sign says on which side the case lies."""
    return (cases.cost_fen - cases[f"{name}_fen"]) * PPM - cases[f"{name}_step_fen"] * cases[f"{name}_between"]
