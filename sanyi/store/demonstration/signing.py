"""Contracts: teams, packages, residents under contract, some to be renewed, some only offered, services given and owed."""
from datetime import timedelta

from sanyi.store.contracts.daily import daily_work
from sanyi.store.contracts.drafting import draft_contract
from sanyi.store.contracts.fulfilment import give_service
from sanyi.store.contracts.packages import Item, add_package
from sanyi.store.contracts.tables import Contract, PackageItem
from sanyi.store.contracts.teams import add_member, add_team
from sanyi.store.contracts.terms import take_terms, terms_of
from sanyi.store.demonstration.cast import Cast
from sanyi.store.log import today_of
from sanyi.workflows.facts import SYSTEM

TEAMS = {"clinic": ("FD-A", "FD-B"), "second": ("FD-C",)}
NAMES = {"FD-A": "晨光团队", "FD-B": "向阳团队", "FD-C": "海棠团队"}
SIGNERS = {"clinic": ("family-doctor", "clinic-nurse"), "second": ("family-doctor-2", "second-nurse")}
PACKAGES = (
    ("basic", "基础服务包", "basic", 12_000, "", "basic", (("visit", "随访", 4), ("check", "健康体检", 1)), {"insurance_fund": 3, "public_health": 5, "resident": 2}),
    ("elder", "老年人服务包", "personalised", 24_000, "elderly", "elderly", (("visit", "上门随访", 6), ("check", "老年体检", 1), ("review", "用药评估", 2)),
     {"insurance_fund": 4, "public_health": 4, "resident": 2}),
    ("chronic", "慢病管理包", "personalised", 30_000, "hypertension", "chronic", (("visit", "随访", 12), ("measure", "血压血糖监测", 24)),
     {"insurance_fund": 5, "public_health": 3, "account": 2}))
COUNTS = {"clinic": 60, "second": 30}
CHANNELS = (("basic", ()), ("basic", ()), ("elder", ("elderly",)), ("chronic", ("hypertension",)), ("chronic", ("hypertension", "diabetes")))


def sign_contracts(cast: Cast) -> list[int]:
    """Everything; gives who is under contract with the first clinic."""
    began = cast.now - timedelta(days=395)
    take_terms(cast.plan.name, terms_of(cast.plan, began.date()), SYSTEM, began)
    for code, name, kind, price, group, record, items, weights in PACKAGES:
        add_package(code, name, kind, price, [Item(*item) for item in items], began.date(), SYSTEM, began, group, record, weights=weights)
    for where in TEAMS:
        _teams(cast, where, began.date())
    signed = {where: _signed(cast, where, count) for where, count in COUNTS.items()}
    daily_work(cast.now)
    _offers(cast)
    return signed["clinic"]


def _teams(cast: Cast, where: str, since) -> None:
    code, at = cast.place[where], cast.now - timedelta(days=395)
    doctors, nurses = (cast.staff[code, each] for each in ("general_practitioner", "nurse"))
    for nth, team in enumerate(TEAMS[where]):
        add_team(team, NAMES[team], code, since, SYSTEM, at)
        for staff, part, is_leader in ((doctors[2 * nth], "gp", True), (doctors[2 * nth + 1], "gp", False), (nurses[nth], "nurse", False)):
            add_member(team, staff, part, since, SYSTEM, at, is_leader)
        if nth == 0:
            add_member(team, cast.staff[cast.place["hospital"], "doctor"][2], "specialist", since, SYSTEM, at)


def _signed(cast: Cast, where: str, count: int) -> list[int]:
    doctor, nurse = SIGNERS[where]
    people = [cast.star, *cast.some(count - 1)] if where == "clinic" else cast.some(count)
    for nth, person in enumerate(people):
        days = cast.chance.choice((340, 330)) if nth % 6 == 5 else cast.chance.randrange(20, 300)
        package, groups = CHANNELS[cast.chance.randrange(len(CHANNELS))]
        at = cast.ago(days)
        row = draft_contract(person, TEAMS[where][nth % len(TEAMS[where])], package, cast.by[doctor], at, groups=groups)
        row = cast.step("contract", row, "offer", doctor, at)
        row = cast.step("contract", row, "stand_by", nurse, at)
        row = cast.step("contract", row, "sign_at_desk", doctor, at)
        _serve(cast, row, days, doctor)
    return people


def _serve(cast: Cast, row: Contract, days: int, doctor: str) -> None:
    """Some services on their days, some forgotten."""
    items = list(PackageItem.objects.filter(package=row.package).order_by("pk"))
    for day in range(days - 20, 0, -70):
        item = items[cast.chance.randrange(len(items))]
        if cast.chance.random() < 0.7:
            give_service(row.pk, item.code, today_of(cast.ago(day)), cast.by[doctor], cast.ago(day))


def _offers(cast: Cast) -> None:
    """Drafts and offers that wait today."""
    for nth, person in enumerate(cast.some(6)):
        at = cast.ago(nth % 4)
        row = draft_contract(person, "FD-A", "basic", cast.by["family-doctor"], at)
        if nth > 1:
            cast.step("contract", row, "offer", "family-doctor", at)
