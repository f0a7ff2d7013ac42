"""Readings of indicators: reported by hand with their evidence, or computed from the record by a run."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
import re

from django.conf import settings
from django.db import transaction

from sanyi.indicators.groups import GROUP_WORDS
from sanyi.indicators.indicator_status import SCOPE_OF
from sanyi.plans.dues import add_months, period_end
from sanyi.plans.units import UNITS
from sanyi.store.evidence import read_kind, read_link, shown_name
from sanyi.store.files import keep_file
from sanyi.store.ledgers import find_ledger
from sanyi.store.log import today_of, write_line
from sanyi.store.models import Evidence, Item, Ledger, LedgerTarget, Reading
from sanyi.store.standings import e6_of
from sanyi.store.who import By, check_office, check_roles, check_unit
from sanyi.workflows.errors import BadField
from sanyi.workflows.take import clean

PERIOD = re.compile(r"([1-9]\d{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?", re.ASCII)
SCOPES = {computed: tuple(word for word, its in SCOPE_OF.items() if its == computed)  # what a computed scope is called in plans
          for computed in ("region", "primary", *GROUP_WORDS)}


@dataclass(frozen=True)
class Proof:
    """What shows a reading: a file (its chunks) or a link, of a kind of evidence."""

    kind: str
    name: str
    link: str = ""
    chunks: Iterable[bytes] | None = None


def take_reading(plan: str, indicator: str, scope: str, period: str, value: int, proof: Proof, by: By, now: datetime, note: str = "") -> Reading:
    """Report an indicator's value, whole and in the plan's unit, with its proof; a newer reading corrects an older one.

    `period` is 2023, 2023-06, 2023-Q2 or 2023-H1. Errors: Refused, TooLarge.
    """
    targets = _targets(plan, indicator, scope)
    _check(targets[0], period, value)
    _check_begun(period, today_of(now))
    check_unit(check_roles(by, ("lead", "office")), _units(targets))
    kept = _kept(proof)
    with transaction.atomic():
        actor = check_roles(by, ("lead", "office"))
        check_unit(actor, _units(targets))
        reading = _write(find_ledger(plan, is_locked=True), targets[0], period, value, value * e6_of(targets[0].unit), "reported", actor.name, now, note=clean(note))
        Evidence.objects.create(subject="reading", subject_id=reading.pk, by=actor.name, at=now, **kept)
    return reading


def publish_values(plan: str, rows: Iterable[Mapping[str, object]], run: str, by: By, now: datetime) -> int:
    """Carry the computed values of a run (rows of `indicator_values`) to the targets they belong to; gives how many are new.

    The same value again is not written again. Errors: Refused.
    """
    with transaction.atomic():
        actor, ledger = check_office(by), find_ledger(plan, is_locked=True)
        fresh = _fresh(ledger, rows)
        for target, period, value_e6 in fresh:
            _write(ledger, target, period, nearest(value_e6, e6_of(target.unit)), value_e6, "computed", actor.name, now, run=run[:64])
        return len(fresh)


def values_ahead(plan: str, rows: Iterable[Mapping[str, object]]) -> int:
    """How many values `publish_values` would write."""
    return len(_fresh(find_ledger(plan), rows))


def _fresh(ledger: Ledger, rows: Iterable[Mapping[str, object]]) -> list[tuple[LedgerTarget, str, int]]:
    """The computed values that belong to targets and are not the newest reading already."""
    computed = {(row["indicator_code"], scope, row["period"]): row["value_e6"] for row in rows if row["value_e6"] is not None
                for scope in SCOPES.get(row["scope_code"], ())}
    targets = {(target.indicator, target.scope): target for target in LedgerTarget.objects.filter(ledger=ledger, is_reported=False, is_withdrawn=False)}
    return [(targets[key[:2]], key[2], value) for key, value in computed.items() if key[:2] in targets and _is_new(targets[key[:2]], key[2], value)]


def _is_new(target: LedgerTarget, period: str, value_e6: int) -> bool:
    last = Reading.objects.filter(ledger=target.ledger, indicator=target.indicator, scope=target.scope, period=period).order_by("-id").first()
    return not last or last.value_e6 != value_e6 or last.origin != "computed"


def _check_begun(period: str, today: date) -> None:
    """A mistyped year would rule until it comes. Errors: BadField."""
    ends_on, months = period_of(period)
    if add_months(ends_on.replace(day=1), 1 - months) > today:
        raise BadField(f"期间 {period} 尚未开始（今天 {today}）", f"the period {period} has not begun; today is {today}", "period")


def period_of(period: str) -> tuple[date, int]:
    """Give the last day of a period and how many months it has: 2023, 2023-06, 2023-Q2 or 2023-H1. Errors: BadField."""
    found = PERIOD.fullmatch(period)
    if found is None:
        raise BadField("期间应如 2023、2023-06、2023-Q2 或 2023-H1", "a period is like 2023, 2023-06, 2023-Q2 or 2023-H1", "period")
    year, month, quarter, half = (int(part) if part else 0 for part in found.groups())
    last, months = (month, 1) if month else (quarter * 3, 3) if quarter else (half * 6, 6) if half else (12, 12)
    return period_end("month", date(year, last, 1)), months


def nearest(value_e6: int, scale: int) -> int:
    """The nearest whole number of a plan's unit, halves away from zero; the exact value stays beside it."""
    whole = (2 * abs(value_e6) + scale) // (2 * scale)
    return whole if value_e6 >= 0 else -whole


def _write(ledger: Ledger, target: LedgerTarget, period: str, value: int, value_e6: int, origin: str, by: str, now: datetime, **more) -> Reading:
    ends_on, months = period_of(period)
    reading = Reading.objects.create(ledger=ledger, indicator=target.indicator, scope=target.scope, period=period, ends_on=ends_on,
                                     months=months, value=value, value_e6=value_e6, origin=origin, by=by, at=now, **more)
    write_line(reading, "reading", "read", by, now, "", {"indicator": target.indicator, "scope": target.scope, "period": period, "value": value,
                                                        "origin": origin})
    return reading


def _targets(plan: str, indicator: str, scope: str) -> list[LedgerTarget]:
    ledger = find_ledger(plan)
    found = list(LedgerTarget.objects.filter(ledger=ledger, indicator=indicator, scope=scope, is_withdrawn=False).order_by("position"))
    if not found:
        raise BadField(f"方案没有“{indicator}”在范围“{scope}”的目标", f"the plan has no target on {indicator!r} for {scope!r}", "indicator")
    return found


def _check(target: LedgerTarget, period: str, value: int) -> None:
    period_of(period)
    unit = UNITS[target.unit]
    fits = isinstance(value, int) and (target.unit == "flag" and value in (0, 1) or target.unit != "flag" and unit.fits(value))
    if not fits or abs(value * e6_of(target.unit)) >= 2**63:
        raise BadField(f"数值应为{unit.zh}，得到 {value!r}", f"the value must be {unit.en}; got {value!r}", "value")


def _units(targets: list[LedgerTarget]) -> tuple[str, ...]:
    """The units that lead or co-lead a task measured by one of the targets."""
    items = Item.objects.filter(targets__in=targets, is_withdrawn=False, bodies__part__in=("lead", "co_lead"))
    return tuple(items.values_list("bodies__unit", flat=True).distinct())


def _kept(proof: Proof) -> dict:
    shared = {"kind": read_kind(proof.kind), "name": shown_name(proof.name or proof.link)}
    if proof.chunks is None:
        return {**shared, "link": read_link(proof.link)}
    sha256, size = keep_file(Path(settings.VAR), proof.chunks)
    return {**shared, "sha256": sha256, "size": size}
