"""The directory: what each institution takes, what that says of a request, and which way a referral goes."""
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from sanyi.store.log import today_of, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.organisation.tables import Institution, on_day
from sanyi.store.organisation.words import LEVELS
from sanyi.store.referrals.tables import Referral, ReferralOffer
from sanyi.store.who import By, actor_of
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.referral_facts import DIRECTIONS
from sanyi.workflows.take import clean

RANK = {level: rank for rank, level in enumerate(reversed([*LEVELS]))}
KEEPERS = ("registrar", "director")


def find_institution(code: str, now: datetime) -> Institution:
    """An institution that is there today. Errors: BadField."""
    found = Institution.objects.filter(on_day(today_of(now)), code=code).first()
    if found is None:
        raise BadField(f"没有在册的机构“{code[:40]}”", f"there is no institution {code[:40]!r}", "to")
    return found


def direction_between(sender: Institution, receiver: Institution) -> str:
    """Up, down or sideways by the institutions' levels; whatever lies outside the area is off-site."""
    if not receiver.is_in_area:
        return "off_site"
    rise = RANK.get(receiver.level, 0) - RANK.get(sender.level, 0)
    return "up" if rise > 0 else "down" if rise < 0 else "sideways"


def offers_of(codes: list[str] | None, today: date) -> QuerySet:
    """The offers that are true on a day, of some institutions or of all."""
    rows = ReferralOffer.objects.filter(on_day(today)).select_related("institution")
    return rows if codes is None else rows.filter(institution__code__in=codes)


def searched_offers(text: str) -> Q:
    """The condition of offers that speak of a text: the institution, a department, a capability."""
    return Q(institution__name__icontains=text) | Q(institution__code__istartswith=text) | Q(department__icontains=text) | Q(capabilities__icontains=text)


def refusal_of(row: Referral, today: date) -> tuple[str, str] | None:
    """Why the receiver's directory does not take a request; one that has published nothing is asked whatever it is.

    Where it has, a request names the department: a day's quota is the department's.
    """
    offers = list(offers_of([row.receiver], today))
    if not offers:
        return None
    fits = [each for each in offers if each.department == row.department and (not each.directions or row.direction in each.directions.split("\n"))]
    if fits:
        return None
    there = "、".join(each.department for each in offers)
    if not row.department:
        return f"请写明科室，接收机构按科室收治：{there}", f"name the department, the receiver takes by department: {there}"
    return f"接收机构的目录不收此类转诊；其接收科室：{there}", f"the receiver's directory does not take this; it takes: {there}"


def full_of(row: Referral, now: datetime) -> tuple[str, str] | None:
    """Whether the department has accepted as many today as it takes a day, green channel apart."""
    offer = offers_of([row.receiver], today_of(now)).filter(department=row.department, day_quota__isnull=False).first()
    if offer is None:
        return None
    midnight = timezone.make_aware(datetime.combine(today_of(now), time()))
    taken = Referral.objects.filter(receiver=row.receiver, department=row.department, accepted_at__gte=midnight, accepted_at__lt=midnight + timedelta(days=1), is_green=False).count()
    if taken < offer.day_quota:
        return None
    return f"{row.department}今日转诊名额 {offer.day_quota} 个已用完", f"{row.department} takes {offer.day_quota} a day, and has today"


def offer_department(department: str, by: By, now: datetime, directions: tuple[str, ...] = (), capabilities: str = "", day_quota: int | None = None, is_green: bool = False,
                     contact: str = "") -> ReferralOffer:
    """Publish what a department of the own institution takes. Errors: NotAllowed, BadField, GuardRefused (it is published already)."""
    with transaction.atomic():
        actor, department = actor_of(by), clean(department)
        if actor.role not in KEEPERS or not actor.unit:
            raise NotAllowed("接收目录由本机构窗口或负责人维护", "an institution's registrar or director keeps its directory")
        if not department or set(directions) - set(DIRECTIONS):
            raise BadField("请填写科室与转诊方向", "name the department, and known directions", "department")
        given = {"department": department, "directions": "\n".join(directions), "capabilities": clean(capabilities), "day_quota": day_quota, "is_green": is_green, "contact": clean(contact)}
        with or_refused(f"“{department}”已在目录中", f"{department!r} is in the directory already", "once"):
            row = ReferralOffer.objects.create(institution=find_institution(actor.unit, now), from_on=today_of(now), created_by=actor.name, created_at=now, **given)
        write_line(row, "referral_offer", "publish", actor.name, now, "", given, actor.persons, actor=actor, institutions=(actor.unit,))
    return row


def end_offer(id: int, version: int, by: By, now: datetime) -> None:
    """Take an offer of the own institution out of the directory from today on. Errors: UnknownWork, NotAllowed, StaleVersion."""
    from datetime import timedelta

    from sanyi.store.log import stale, write_change
    with transaction.atomic():
        actor = actor_of(by)
        row = ReferralOffer.objects.select_for_update().filter(pk=id, to_on=None, institution__code=actor.unit).first()
        if row is None or actor.role not in KEEPERS:
            raise UnknownWork(f"本机构目录没有编号 {id}", f"your institution's directory has no number {id}")
        if row.version != version:
            raise stale()
        write_change(row, "referral_offer", "end", actor.name, now, {"to_on": max(row.from_on, today_of(now) - timedelta(days=1))}, {}, actor.persons, actor=actor)
