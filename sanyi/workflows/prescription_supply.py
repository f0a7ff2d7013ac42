"""How long a supply may last and when the next may begin: the stricter text wins, what is in hand counts, long supplies are given in parts. Pure."""
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sanyi.workflows.prescribing import InHand, Limit


def limits_for(kind: str, is_assessed: bool, limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """The limits that hold for a prescription, the strictest first. Source: RX-1, RX-2."""
    holding = (each for each in limits if kind in each.kinds and each.is_assessed in (None, is_assessed))
    return tuple(sorted(holding, key=lambda each: (each.days, each.name)))


def in_hand_days(ingredient: str, in_hand: Iterable[InHand], today: date) -> int:
    """Days of an ingredient that a person has left after today, over every institution's prescriptions."""
    return max((max(0, (each.to_on - today).days) for each in in_hand if each.ingredient == ingredient), default=0)


def starts_on(ingredients: Iterable[str], in_hand: Sequence[InHand], early_days: int, today: date) -> date:
    """The first day of a new supply: the day after what is in hand runs out, where so little is left that it may be written already."""
    wanted = set(ingredients)
    last = max((each.to_on for each in in_hand if each.ingredient in wanted and (each.to_on - today).days <= early_days), default=None)
    return today if last is None or last < today else last + timedelta(days=1)


def windows(days: int, each_days: int) -> int:
    """Into how many refills a supply is parted: none is longer than `each_days`."""
    return max(1, -(-days // each_days))


def opened(first_on: date, count: int, each_days: int, early_days: int, today: date) -> int:
    """How many refills may have been given by a day: each opens a few days before the one before it runs out, the first at once."""
    return min(count, 1 + max(0, (today - first_on).days + early_days) // each_days)


def allowed_by(quantity: int, daily_e3: int, each_days: int, count: int, open_count: int) -> int:
    """Of a line's units, how many may have been given in the refills opened so far: what their days take, a begun unit as a whole one; all of them in the last."""
    return quantity if open_count >= count else min(quantity, -(-open_count * each_days * daily_e3 // 1000))
