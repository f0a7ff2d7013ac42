"""The work of teams: services given, as rows of the record table `contract_care`; points and pay of each member in a year. Source: FDR-4, FDR-5, JH-15, LJ-23."""
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanyi.remuneration.workload import points_e4, points_e8, shared_pay, staff_pool
from sanyi.store.contracts.fees import fee_rows
from sanyi.store.contracts.fulfilment import due_days
from sanyi.store.contracts.heads import OWN
from sanyi.store.contracts.tables import DoctorTeam, GivenCare
from sanyi.store.contracts.terms import terms_in_force
from sanyi.store.exports import Row
from sanyi.store.organisation.tables import Institution, Staff
from sanyi.workflows.contract import HOLDING

NUMBERED = "fd-s"  # how the numbers of exported services begin
STANDS = {"corrected_by": None, "corrects": None, "contract__state__in": HOLDING}
COUNTED = ("institution_id", "team_id", "staff_id", "weight_e4", "score_number", "is_late")


def service_rows(first: date, last: date, unit: str = "") -> Iterator[dict[str, Any]]:
    """One row a service given from a day to a last day (of one institution, or all); a line that was corrected is none.

    Late is what came after the day on which the package owed that time of it; what was given beyond what is owed is never late.
    """
    rows = GivenCare.objects.filter(**STANDS, given_on__lte=last, contract__to_on__gte=first, **({"institution": unit} if unit else {}))
    rows = rows.select_related("contract__team", "contract__evaluation", "item").order_by("contract", "item", "given_on", "pk")
    before: Counter[tuple[int, int]] = Counter()
    for row in rows.iterator():
        number, held = before[row.contract_id, row.item_id], row.contract
        before[row.contract_id, row.item_id] += 1
        if row.given_on < first:
            continue
        days = due_days(held.from_on, held.term_on, held.years, row.item.times_a_year)
        yield {"service_id": f"{NUMBERED}{row.pk}", "contract_id": f"{OWN}{row.contract_id}", "team_id": held.team.code, "institution_id": row.institution, "staff_id": row.staff,
               "service_code": row.item.code, "given_on": row.given_on, "weight_e4": row.item.weight_e4, "is_late": number < len(days) and row.given_on > days[number],
               "score_number": held.evaluation.score if hasattr(held, "evaluation") else None}


def is_own_service(row: Row, first: date, last: date) -> bool:
    """Whether a row of the record is a service that was logged here, in the span."""
    return str(row["service_id"]).startswith(NUMBERED) and first <= row["given_on"] <= last


@dataclass(frozen=True)
class Worked:
    """One member of a team in a year: services, points, the team's points and part, the institution's pool, the own part."""

    institution: str
    institution_name: str
    team: str
    team_name: str
    staff: str
    staff_name: str
    services: int
    points_e4: int
    team_points_e4: int
    pool_fen: int
    team_fen: int
    pay_fen: int


def worked(year: int, unit: str = "") -> list[Worked]:
    """The members of the teams of an institution (or all) who gave a service in a year, with what is due to them of the year's fees by the terms in force.

    The run shares out what has come in as well. Errors: GuardRefused where no terms were taken over.
    """
    terms = terms_in_force()
    counts: Counter[tuple[Any, ...]] = Counter(tuple(row[name] for name in COUNTED) for row in service_rows(date(year, 1, 1), date(year, 12, 31), unit)) if terms.quality else Counter()
    lines = [{**dict(zip(COUNTED, key, strict=True)), "service_count": count} for key, count in counts.items()]
    points, fees, services, teams = points_e8(lines, terms.quality), defaultdict(int), Counter(), Counter()
    for fee in fee_rows(year):
        fees[fee["institution_id"]] += fee["due_fen"]
    for line in lines:
        services[line["institution_id"], line["team_id"], line["staff_id"]] += line["service_count"]
    for (house, team, _), weight in points.items():
        teams[house, team] += weight
    pools = {house: staff_pool(fee, terms.staff_share_ppm) for house, fee in fees.items()}
    names = [dict(table.objects.filter(code__in={key[place] for key in points}).values_list("code", "name")) for place, table in enumerate((Institution, DoctorTeam, Staff))]
    return [Worked(house, names[0].get(house, house), team, names[1].get(team, team), staff, names[2].get(staff, staff), services[house, team, staff], points_e4(points[house, team, staff]),
                   points_e4(teams[house, team]), pools.get(house, 0), part, own) for (house, team, staff), (own, part) in sorted(shared_pay(pools, points).items())]
