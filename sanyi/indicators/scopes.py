"""Which institutions belong to which scope."""
from collections.abc import Sequence

import ibis

from sanyi.indicators.groups import ALL
from sanyi.indicators.periods import by_period
from sanyi.indicators.values import REGION


def members_on(consortium_members: ibis.Table, year: int) -> ibis.Table:
    """Consortium and institution of the memberships in force on the year's last day."""
    last_day = ibis.date(f"{year}-12-31")
    to_on = consortium_members.to_on
    in_force = consortium_members.filter(consortium_members.from_on <= last_day, to_on.isnull() | (to_on >= last_day))
    return in_force.select("consortium_id", "institution_id").distinct()


def by_place(rows: ibis.Table, institutions: ibis.Table, consortium_members: ibis.Table, scope_members: ibis.Table,
             measures: Sequence[str], year: int) -> ibis.Table:
    """Sum rows (institution_id, month as YYYYMM, measures) for the region, each consortium, group and institution in the area."""
    in_area = rows.semi_join(institutions.filter(institutions.is_in_area), "institution_id")
    of_members = in_area.inner_join(members_on(consortium_members, year), "institution_id")
    of_groups = in_area.inner_join(scope_members, "institution_id")
    parts = [(in_area, ibis.literal("region"), ibis.literal(REGION)), (of_groups, of_groups.scope_code, ibis.literal(ALL)),
             (of_members, ibis.literal("consortium"), of_members.consortium_id),
             (in_area, ibis.literal("institution"), in_area.institution_id)]
    scoped = [part.select("month", *measures, scope_code=scope, scope_id=name) for part, scope, name in parts]
    return by_period(ibis.union(*scoped), measures, year)
