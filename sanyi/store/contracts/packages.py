"""Service packages: what is owed how often, what it costs, and who pays how much of it; the parts sum to the price. Source: FDR-2, FDR-3, HK-14, JH-16."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sanyi.store.contracts.tables import PackageItem, CarePackage
from sanyi.store.contracts.words import GROUPS, KINDS, PAYERS, RECORD_PACKAGES
from sanyi.store.log import write_change, write_line
from sanyi.store.or_refused import or_refused
from sanyi.store.who import By, check_office
from sanyi.terms.fen import E4, NothingToShareBy, share_out, yuan
from sanyi.workflows.errors import BadField, UnknownWork
from sanyi.workflows.take import clean

MOST_TIMES, MOST_WEIGHT_E4 = 366, 1000 * E4  # a thousand services of weight one: beyond is a slip of the hand


@dataclass(frozen=True)
class Item:
    """A service of a package: owed so many times a year; `weight_e4` is what it weighs as work."""

    code: str
    name: str
    times_a_year: int
    weight_e4: int = 10_000


def fees_of(price_fen: int, amounts: Mapping[str, int] | None = None, weights: Mapping[str, int] | None = None) -> dict[str, int]:
    """Who pays how many fen of a price: by stated amounts, which must sum to it, or shared out by whole weights, to the last fen.

    Errors: BadField. Source: FDR-3 (a split that does not sum to the price is refused).
    """
    given = weights if amounts is None else amounts
    if unknown := set(given or {}) - set(PAYERS):
        raise BadField(f"付费方应为：{'、'.join(words[0] for words in PAYERS.values())}", f"who pays is one of {', '.join(PAYERS)}; got {', '.join(sorted(unknown))}", "fees")
    if price_fen < 0 or any(part < 0 for part in (given or {}).values()):
        raise BadField("价格和各方金额不能小于 0", "neither a price nor a part of it is below 0", "price")
    if amounts is not None:
        if (found := sum(amounts.values())) != price_fen:
            raise BadField(f"各方金额合计 {yuan(found)} 元，与价格 {yuan(price_fen)} 元不符", f"the parts come to {yuan(found)} yuan, the price is {yuan(price_fen)}", "fees")
        return {payer: amounts.get(payer, 0) for payer in PAYERS}
    try:
        return dict.fromkeys(PAYERS, 0) | share_out(price_fen, weights or {})
    except NothingToShareBy:
        raise BadField(f"价格 {yuan(price_fen)} 元没有付费方", f"nobody pays the {yuan(price_fen)} yuan", "fees") from None


def check_weight(weight_e4: int) -> None:
    """Refuse what no service weighs. Errors: BadField."""
    if not 0 <= weight_e4 <= MOST_WEIGHT_E4:
        most = MOST_WEIGHT_E4 // E4
        raise BadField(f"权重应在 0–{most} 之间", f"a weight is from 0 to {most}", "items")


def add_package(code: str, name: str, kind: str, price_fen: int, items: Sequence[Item], from_on: date, by: By, now: datetime, group: str = "",
                record_code: str = "basic", amounts: Mapping[str, int] | None = None, weights: Mapping[str, int] | None = None) -> CarePackage:
    """Add a package with its services and fees; it is never changed, but ended and begun anew.

    Errors (nothing written): NotAllowed, BadField, GuardRefused (the code is taken, a service named twice).
    """
    with transaction.atomic():
        actor = check_office(by)
        if kind not in KINDS or group and group not in GROUPS or record_code not in RECORD_PACKAGES or not clean(code) or not clean(name):
            raise BadField(f"请填写编码、名称；类别为 {'、'.join(KINDS)}", f"a package has a code, a name and a kind of {', '.join(KINDS)}", "kind")
        if not items:
            raise BadField("服务包至少有一项服务", "a package has at least one service", "items")
        for item in items:
            check_weight(item.weight_e4)
            if not 1 <= item.times_a_year <= MOST_TIMES:
                raise BadField(f"次数应在 1–{MOST_TIMES} 之间", f"a service is owed 1 to {MOST_TIMES} times a year", "items")
        fees = {f"{payer}_fen": fen for payer, fen in fees_of(price_fen, amounts, weights).items()}
        with or_refused("编码已被使用，或同一服务列了两次", "the code is taken, or a service stands twice", "once"):
            row = CarePackage.objects.create(code=clean(code), name=clean(name), kind=kind, group=group, record_code=record_code, price_fen=price_fen, from_on=from_on, **fees)
            PackageItem.objects.bulk_create(PackageItem(package=row, **vars(item)) for item in items)
        write_line(row, "service_package", "add", actor.name, now, "", {"code": row.code, "name": row.name, "price_fen": price_fen, **fees}, actor.persons, actor=actor)
    return row


def end_package(code: str, to_on: date, by: By, now: datetime) -> CarePackage:
    """No more contracts with a package after a day; those there are go on. Errors: UnknownWork, NotAllowed, GuardRefused."""
    with transaction.atomic():
        actor, row = check_office(by), CarePackage.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise UnknownWork(f"没有服务包“{code}”", f"there is no package {code!r}")
        with or_refused(f"最后一日不早于 {row.from_on}", f"the last day is not before {row.from_on}", "days"):
            write_change(row, "service_package", "end", actor.name, now, {"to_on": to_on}, {"to_on": to_on}, actor.persons, actor=actor)
    return row
