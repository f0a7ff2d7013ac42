"""The terms of contracts, as a plan sets them and this database has taken them over."""
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from sanyi.plans.plan import Plan
from sanyi.remuneration.workload import share_paid
from sanyi.store.contracts.tables import ContractTerms
from sanyi.store.log import today_of
from sanyi.store.trail.recording import record
from sanyi.store.who import By, check_office
from sanyi.workflows.errors import GuardRefused


@dataclass(frozen=True)
class Terms:
    """How long a contract lasts, how many residents a general practitioner may have, which hospitals a combination is made of.

    `combination` has, for district and city, the levels of hospital that may be chosen. `request_days`: how long a team has for a
    resident's request; 0 (terms taken over before there were any): residents cannot ask online yet. `leaver_days`: how long those whom a
    resident left by transfer, and the resident, are told of it; 0: not at all. `do_fees_stay`: whether a
    contract year that has begun is owed once, to the team left in its course, or anew to the next one. `staff_share_ppm` of a fee is paid to
    staff, by work of which `quality` has the coefficients (no lines: the terms were taken over before there were any).
    `is_choice_free`: inside the combination no referral is needed. Source: FDR-1, FDR-2, FDR-4, FDR-5, JH-14.
    """

    years: int
    most_years: int
    residents_per_gp: int
    offer_days: int
    cooling_off_days: int
    renewal_days: int
    is_combination_needed: bool
    combination: dict[str, list[str]]
    request_days: int = 0
    leaver_days: int = 0
    do_fees_stay: bool = False
    staff_share_ppm: int = 0
    quality: list[dict[str, int]] = field(default_factory=list)
    is_choice_free: bool = False


def terms_of(plan: Plan, day: date) -> Terms:
    """The terms that a plan sets on a day."""
    held = plan.on(day)
    return Terms(held.value("contract.years"), held.value("contract.most_years"), held.value("contract.residents_per_gp"), held.value("contract.offer_days"),
                 held.value("contract.cooling_off_days"), held.value("contract.renewal_days"), held.value("contract.combination_needed"),
                 {"district": list(held.value("contract.district_levels")), "city": list(held.value("contract.city_levels"))}, held.value("contract.request_days"),
                 held.value("contract.leaver_days"), held.value("contract.fees_stay"), share_paid(held), [dict(line) for line in held.value("contract.quality")],
                 held.value("contract.free_choice_inside_combination"))


def take_terms(plan: str, terms: Terms, by: By, now: datetime) -> bool:
    """Take a plan's terms over; contracts signed before keep theirs. False where they hold already. Errors: NotAllowed."""
    with transaction.atomic():
        actor = check_office(by)
        if (last := _last()) and (last.plan, last.values) == (plan, asdict(terms)):
            return False
        row = ContractTerms.objects.create(plan=plan, values=asdict(terms), taken_by=actor.name, taken_at=now)
        record("change", actor, subject="contract_terms", subject_id=row.pk, step="take", now=now, given={"plan": plan}, open_names={"plan"})
    return True


def terms_in_force() -> Terms:
    """The terms that hold. Errors: GuardRefused where none have been taken over."""
    if (last := _last()) is None:
        raise GuardRefused("尚未采用方案的签约规定，请医改办先在“服务包”页采用", "the plan's terms of contracts have not been taken over yet; the reform office does so on the page of packages", "terms")
    return Terms(**last.values)


def leavers_since(now: datetime) -> date | None:
    """From which day on transfers are still told to those who were left, and to the resident; None where no terms say for how long."""
    last = _last()
    days = last.values.get("leaver_days", 0) if last else 0
    return today_of(now) - timedelta(days=days) if days else None


def fees_stay() -> bool:
    """Whether the fees of a running year stay with the team that is left in its course, by the terms in force; False where they do not say."""
    last = _last()
    return bool(last and last.values.get("do_fees_stay"))


def choice_is_free() -> bool:
    """Whether residents choose freely inside their combination, by the terms in force; False where they do not say."""
    last = _last()
    return bool(last and last.values.get("is_choice_free"))


def terms_row() -> dict[str, Any] | None:
    """The terms that hold as plain data, with their plan and when they were taken."""
    last = _last()
    return None if last is None else {**last.values, "plan": last.plan, "taken_by": last.taken_by, "taken_at": last.taken_at}


def _last() -> ContractTerms | None:
    return ContractTerms.objects.order_by("-id").first()
