"""A private member's people, money and assets are its own: whoever runs it runs no other member of the consortium, and what crosses is shown. Source: HK-47."""
from datetime import date
from typing import Any

from django.db.models import Q

from sanyi.store.equipment.tables import Equipment
from sanyi.store.organisation.tables import Institution, Membership, Posting, Staff, on_day
from sanyi.workflows.errors import GuardRefused

RUNS = "director"


def others_apart(institution: str, day: date) -> set[str]:
    """The institutions from which one is kept apart on a day: of a private member all others of its consortium, of another member the private ones."""
    rows = Membership.objects.filter(on_day(day), on_day(day, "consortium__"))
    own = list(rows.filter(institution__code=institution).values_list("consortium", "is_independent"))
    whole, part = [consortium for consortium, is_apart in own if is_apart], [consortium for consortium, is_apart in own if not is_apart]
    found = rows.filter(Q(consortium__in=whole) | Q(consortium__in=part, is_independent=True)).exclude(institution__code=institution)
    return set(found.values_list("institution__code", flat=True))


def check_apart(staff: Staff, institution: Institution, role: str, first: date) -> None:
    """Refuse to let one person run a private member and another member of its consortium on any day from a first one on; to work at both is everybody's own affair.

    The staff row is locked: of two postings at once the second sees the first. Errors: GuardRefused.
    """
    if role != RUNS:
        return
    Staff.objects.select_for_update().get(pk=staff.pk)
    for day in _days_to_ask(staff, institution, first):
        _check_day(staff, institution, day)


def _days_to_ask(staff: Staff, institution: Institution, first: date) -> list[date]:
    """The first day, and each later one on which a posting, a membership or its consortium begins: spans that meet at all meet on the first day of one of them."""
    runs = Posting.objects.filter(staff=staff, role=RUNS)
    houses = Membership.objects.filter(Q(institution=institution) | Q(institution__in=runs.values("institution")))
    begins = {*runs.values_list("from_on", flat=True), *(day for pair in houses.values_list("from_on", "consortium__from_on") for day in pair)}
    return sorted({first, *(day for day in begins if day > first)})


def _check_day(staff: Staff, institution: Institution, day: date) -> None:
    there = Posting.objects.filter(on_day(day), staff=staff, role=RUNS, institution__code__in=others_apart(institution.code, day)).select_related("institution").first()
    if there is not None:
        raise GuardRefused(f"社会办成员人、财、物独立：此人 {day} 任“{there.institution.name}”负责人，不能兼任", f"a private member is run apart: this person runs {there.institution.name} on {day}", "people_stay_apart")


def crossings(day: date) -> list[dict[str, Any]]:
    """What crosses between private members and others of their consortia on a day: who works at both, which equipment is lent between them."""
    found = []
    for row in Membership.objects.filter(on_day(day), on_day(day, "consortium__"), is_independent=True).select_related("institution").order_by("institution__code"):
        others, house = others_apart(row.institution.code, day), row.institution
        here = Posting.objects.filter(on_day(day), institution=house).values("staff")
        both = Posting.objects.filter(on_day(day), institution__code__in=others, staff__in=here).select_related("staff", "institution")
        found += [{"institution": house.name, "other": each.institution.name, "what": "staff", "name": each.staff.name or each.staff.code, "is_breach": each.role == RUNS and Posting.objects.filter(
            on_day(day), institution=house, staff=each.staff, role=RUNS).exists()} for each in both.order_by("staff__code", "institution__code")]
        lent = Equipment.objects.filter(Q(institution=house.code, asker__in=others) | Q(asker=house.code, institution__in=others)).exclude(state__in=("idle", "withdrawn")).order_by("pk")
        found += [{"institution": house.name, "other": each.asker if each.institution == house.code else each.institution, "what": "assets", "name": each.name, "is_breach": each.way == "transfer"} for each in lent]
    return found
