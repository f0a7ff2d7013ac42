"""How targets stand: the latest reading of each indicator held against its target, by the indicators' own rule."""
from sanyi.indicators.status import E6_OF, Aim, status_of
from sanyi.plans.aims import aim_words, number_words
from sanyi.store.models import Item, LedgerTarget, Reading
from sanyi.workflows.plan_facts import Standing

JUDGED_ALONE = ("rising", "falling")
LIMITS = ("<", "≤")


def e6_of(unit: str) -> int:
    """How many millionths of the indicator's unit one of a plan's unit is: 1 ppm is 0.0001 %."""
    return E6_OF.get(unit, 100 if unit.endswith("_e4") else 1_000_000)


def standings_of(item: Item) -> tuple[Standing, ...]:
    """How the targets of an item stand."""
    return tuple(standing_of(target) for target in item.targets.filter(is_withdrawn=False).order_by("position"))


def standing_of(target: LedgerTarget) -> Standing:
    """Hold the latest reading against a target; with a range it is met from `value` upward, above `upper` with notice; so is exactly an upper limit.

    No number in the text (comparator open) means no judgement; rising and falling are held against the same period
    of the year before, else the last one of its length, without one against the plan's own baseline.
    """
    latest, previous = _latest(target)
    value = latest and latest.value_e6
    return Standing(
        target.entry, target.zh, target.en, _status(target, value, previous), not target.is_striven_for,
        latest.period if latest else "", number_words(latest.value, target.unit, "zh") if latest else "", aim_of(target, "zh"),
        number_words(latest.value, target.unit, "en") if latest else "", aim_of(target, "en"), is_above=bool(latest and target.upper is not None and value > target.upper * e6_of(target.unit)),
        is_on_line=bool(latest and target.value is not None and target.comparator in LIMITS and value == target.value * e6_of(target.unit)))


def latest_reading(target: LedgerTarget) -> Reading | None:
    """The newest row of the period that ends last; of two that end together the longer, as a year's figure says more than its last month's."""
    return _readings(target).first()


def _status(target: LedgerTarget, value_e6: int | None, previous_e6: int | None) -> str:
    if target.comparator == "open" or (target.value is None and target.comparator not in JUDGED_ALONE):
        return "no_judgement"
    aim = None if target.value is None else target.value * e6_of(target.unit)
    return status_of(Aim(target.comparator, aim, target.tolerance_e6), value_e6, previous_e6)


def _readings(target: LedgerTarget):
    return Reading.objects.filter(ledger=target.ledger_id, indicator=target.indicator, scope=target.scope).order_by("-ends_on", "-months", "-id")


def _latest(target: LedgerTarget) -> tuple[Reading | None, int | None]:
    latest = latest_reading(target)
    if latest is None or target.comparator not in JUDGED_ALONE:
        return latest, None
    earlier = list(_readings(target).filter(months=latest.months, ends_on__lt=latest.ends_on))
    year_before = f"{int(latest.period[:4]) - 1}{latest.period[4:]}"
    before = next((each for each in earlier if each.period == year_before), earlier[0] if earlier else None)
    baseline = None if target.baseline is None else target.baseline * e6_of(target.unit)
    return latest, before.value_e6 if before else baseline


def aim_of(target: LedgerTarget, language: str) -> str:
    """Say what a target aims at."""
    return aim_words(target.comparator, target.value, target.upper, target.unit, language)
