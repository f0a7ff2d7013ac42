"""Teams, packages and one contract as plain rows, for pages."""
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from sanyi.store.contracts.fulfilment import fulfilment
from sanyi.store.contracts.standing import capacity, held
from sanyi.store.contracts.tables import CarePackage, Contract, DoctorTeam, PackageItem, Succession
from sanyi.store.contracts.teams import lacking, members_of
from sanyi.store.contracts.terms import terms_in_force, terms_row
from sanyi.store.contracts.words import PAYERS
from sanyi.store.kinds import find_work, kind_of
from sanyi.store.organisation.lists import house_choices, institution_names
from sanyi.store.organisation.tables import Staff, on_day
from sanyi.store.who import By, actor_of
from sanyi.workflows.facts import Actor


def contracts_for(actor: Actor) -> QuerySet:
    """The contracts that an actor may see, with the columns of the list."""
    return kind_of("contract").seen_by(actor).annotate(
        resident=F("person__name"), born_on=F("person__born_on"), team_name=F("team__name"), package_name=F("package__name"))


def searched(text: str) -> Q:
    """The free search: the resident by name or pinyin, the team, the number."""
    found = Q(person__name__icontains=text) | Q(person__pinyin__istartswith=text) | Q(team__name__icontains=text)
    return found | Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 16 else found


def one_contract(id: int, by: By, today: date) -> dict[str, Any]:
    """One contract as an account may see it, with what is owed and given. Errors: UnknownWork."""
    row: Contract = find_work("contract", id, actor_of(by))
    services = list(row.services.filter(corrects=None).order_by("-given_on", "-pk").values("id", "given_on", "staff", "note", "item__name", "corrected_by__note")[:50])
    staff = dict(Staff.objects.filter(code__in={line["staff"] for line in services}).values_list("code", "name"))
    names = ("id", "version", "state", "institution", "entry", "years", "from_on", "to_on", "term_on", "signed_on", "due", "witness", "end_reason", "told_at", "person_id", "earlier_id")
    return {**{name: getattr(row, name) for name in names}, "resident": row.person.name, "team": row.team.name, "team_code": row.team.code, "package": row.package.name, "package_row": package_row(row.package),
            "district": row.district.name if row.district else "", "city": row.city.name if row.city else "", "groups": list(row.groups.values_list("group", flat=True)),
            "is_passed_on": row.succession_id is not None, "left_institution": row.earlier.institution if row.entry == "transfer" and row.earlier else "",
            "left_team": row.earlier.team.name if row.entry == "transfer" and row.earlier else "", "dues": [vars(due) for due in fulfilment(row, today)],
            "services": [{**line, "staff": staff.get(line["staff"], line["staff"])} for line in services],
            "evaluation": getattr(row, "evaluation", None), "is_held": row.state not in ("drafted", "offered", "withdrawn", "cancelled")}


def own_contracts(resident: str) -> list[int]:
    """The numbers of a resident's contracts that matter to them now: what waits to be signed first, then what is in force, then the past."""
    order = {"offered": 0, "active": 1, "signed": 2, "suspended": 3}
    rows = Contract.objects.filter(person_id=resident).exclude(state__in=("drafted", "withdrawn")).order_by("-pk").values_list("pk", "state")
    return [pk for pk, state in sorted(rows, key=lambda row: order.get(row[1], 9))]


def team_rows_on(today: date, unit: str = "") -> list[dict[str, Any]]:
    """The teams of an institution (or all) with their members, heads and room today."""
    heads = dict(Contract.objects.filter(held(today)).order_by().values_list("team").annotate(Count("id")))
    terms, found = terms_in_force(), []
    for team in DoctorTeam.objects.filter(Q(institution__code=unit) if unit else Q()).select_related("institution").order_by("code"):
        members = members_of(team, today)
        found.append({"id": team.pk, "code": team.code, "name": team.name, "institution_id": team.institution.code, "institution_name": team.institution.name, "heads": heads.get(team.pk, 0),
                      "places": capacity(team, today, terms), "leader": next((row["staff__name"] for row in members if row["is_leader"]), ""), "members": len(members),
                      "lacking": lacking(team, today), "from_on": team.from_on, "to_on": team.to_on})
    return found


def passing_teams(institution: str, today: date) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """The teams of an institution that have contracts, each with how many, and the teams of other institutions that could take over."""
    heads = dict(Contract.objects.filter(institution=institution, state__in=("signed", "active"), to_on__gte=today).order_by().values_list("team").annotate(Count("id")))
    own = DoctorTeam.objects.filter(institution__code=institution, pk__in=heads).order_by("code")
    others = DoctorTeam.objects.filter(on_day(today)).exclude(institution__code=institution).select_related("institution").order_by("institution__code", "code")
    return ([{"code": team.code, "name": team.name, "heads": heads[team.pk]} for team in own], [(team.code, f"{team.institution.name} · {team.name}") for team in others])


def successions() -> list[dict[str, Any]]:
    """The batches that have passed on, newest first, with how many residents are still to be told."""
    rows = Succession.objects.annotate(untold=Count("contracts", filter=Q(contracts__told_at=None, contracts__state__in=("signed", "active")))).order_by("-pk")
    found = list(rows.values("id", "institution", "heir", "on", "note", "contract_count", "untold"))
    names = institution_names({row[side] for row in found for side in ("institution", "heir")})
    return [{**row, **{side: names.get(row[side], row[side]) for side in ("institution", "heir")}} for row in found]


def package_row(package: CarePackage) -> dict[str, Any]:
    """A package with its services and who pays how much."""
    return {"id": package.pk, "code": package.code, "name": package.name, "kind": package.kind, "group": package.group or None, "price_fen": package.price_fen,
            **{f"{payer}_fen": getattr(package, f"{payer}_fen") for payer in PAYERS}, "from_on": package.from_on, "to_on": package.to_on,
            "items": list(PackageItem.objects.filter(package=package).order_by("pk").values("code", "name", "times_a_year"))}


def package_rows() -> list[dict[str, Any]]:
    """Every package."""
    return [package_row(package) for package in CarePackage.objects.order_by("code")]


def open_choices(today: date, unit: str) -> dict[str, list[tuple[str, str]]]:
    """The teams of an institution, the packages, and the hospitals of a combination that may be chosen today."""
    terms = terms_row() or {"combination": {}}
    hospitals = {place: house_choices(today, unit, levels) for place, levels in terms["combination"].items()}
    return {"team": list(DoctorTeam.objects.filter(on_day(today), institution__code=unit).order_by("code").values_list("code", "name")),
            "package": list(CarePackage.objects.filter(on_day(today)).order_by("code").values_list("code", "name")), **hospitals}
