"""How many residents have a contract on a day, in all and by what one likes; and the contracts as rows of the canonical record."""
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from sanyi.store.contracts.standing import held
from sanyi.store.contracts.tables import Contract, DoctorTeam
from sanyi.store.organisation.tables import Membership, on_day
from sanyi.workflows.contract import HOLDING
from sanyi.workflows.errors import BadField

OWN = "fd-"  # codes of contracts that were signed here
BY = {"institution": "institution", "team": "team__code", "package": "package__code", "group": "groups__group", "state": "state"}
EXPIRED = ("renewed", "expired")
ENDED = ("transferred", "ended")


def head_count(day: date, by: str = "", scope: Q = Q()) -> dict[str, int]:
    """Heads on a day by institution, team, package, priority group or consortium (`""`: all together, under `all`); one person, one head.

    An institution of several consortia counts in each; a resident of several groups in each. Errors: BadField. Source: FDR-1, HK-06.
    """
    rows = Contract.objects.filter(held(day), scope)
    if by == "":
        return {"all": rows.count()}
    if by == "consortium":
        return _by_consortium(head_count(day, "institution", scope), day)
    if by not in BY:
        raise BadField(f"可按 {'、'.join((*BY, 'consortium'))} 计数，得到“{by}”", f"heads are counted by {', '.join((*BY, 'consortium'))}; got {by!r}", "by")
    found = rows.order_by().values(key=F(BY[by])).annotate(heads=Count("id"))
    return {row["key"]: row["heads"] for row in found if row["key"] is not None}


def _by_consortium(by_institution: dict[str, int], day: date) -> dict[str, int]:
    found: dict[str, int] = {}
    for consortium, institution in Membership.objects.filter(on_day(day), on_day(day, "consortium__")).values_list("consortium__code", "institution__code").distinct():
        found[consortium] = found.get(consortium, 0) + by_institution.get(institution, 0)
    return {consortium: heads for consortium, heads in sorted(found.items()) if heads}


def contract_rows(from_on: date, to_on: date) -> Iterator[dict[str, Any]]:
    """The contracts that hold a day of a span, as rows of the record table `contracts`; without one that was undone or is suspended.

    A resident whose row has no code of the region's record is under `p` and the person's number.
    """
    rows = Contract.objects.filter(state__in=HOLDING, from_on__lte=to_on, to_on__gte=from_on).order_by("pk")
    for row in rows.values_list("pk", "person_id", "person__resident_id", "team__code", "package__record_code", "signed_on", "from_on", "to_on", "state").iterator():
        id, person, resident, team, package, signed, first, last, state = row
        yield {"contract_id": f"{OWN}{id}", "resident_id": resident or f"p{person}", "team_id": team, "package_code": package, "signed_on": signed, "start_on": first,
               "end_on": last, "status_code": "expired" if state in EXPIRED else "ended" if state in ENDED else "active"}


def team_rows() -> Iterator[dict[str, Any]]:
    """The teams as rows of the record table `teams`."""
    for team in DoctorTeam.objects.select_related("institution").order_by("code"):
        leader = team.members.filter(is_leader=True, to_on=None).values_list("staff__code", flat=True).first()
        yield {"team_id": team.code, "institution_id": team.institution.code, "leader_staff_id": leader}


def is_own(row: Mapping[str, Any]) -> bool:
    """Whether a row of the record's contracts is one that was signed here."""
    return str(row["contract_id"]).startswith(OWN)
