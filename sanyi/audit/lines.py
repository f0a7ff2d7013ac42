"""Which part of which lines is too much, with refunds taken into account."""
import ibis

from sanyi.tables.money import take_rate, whole


def excess_lines(lines: ibis.Table, together: tuple[str, ...]) -> ibis.Table:
    """Keep the lines that go beyond `allowed_e3` of their group, with excess_e3 and excess_fen (in scope).

    Lines of a group are counted in the order of their numbers; what was refunded (negative quantities) counts as
    taken back from the excess. Shapes: lines have quantity_e3, in_scope_fen, line_number, allowed_e3 and the group's
    columns; all lines of a group are given.
    """
    given = lines.mutate(charged_e3=ibis.greatest(lines.quantity_e3, 0), refunded_e3=ibis.greatest(-lines.quantity_e3, 0))
    group = ibis.window(group_by=together)
    so_far = ibis.window(group_by=together, order_by="line_number", preceding=None, following=0)
    summed = given.mutate(
        running_e3=whole(given.charged_e3.sum().over(so_far)),
        net_e3=whole(given.quantity_e3.sum().over(group)),
        all_refunded_e3=whole(given.refunded_e3.sum().over(group)))
    beyond = summed.running_e3 - summed.allowed_e3 - summed.all_refunded_e3
    found = summed.mutate(excess_e3=ibis.least(summed.charged_e3, ibis.greatest(beyond, 0)))
    found = found.filter(found.excess_e3 > 0, found.in_scope_fen > 0)
    return found.mutate(excess_fen=take_rate(found.in_scope_fen, found.excess_e3, found.charged_e3))
