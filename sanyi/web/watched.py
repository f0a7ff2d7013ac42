"""The plan's limits on reading and guessing, at hand for every request."""
from datetime import date, timedelta
from functools import lru_cache
import os

from sanyi.plans import UnknownValue
from sanyi.runs.errors import RunError
from sanyi.runs.results import OtherPromise
from sanyi.store.trail.watching import ReadLimits, read_limits
from sanyi.web import clock
from sanyi.web.opened import plan

Guesses = tuple[int, timedelta]


def limits() -> ReadLimits | None:
    """What one account may read; None where the plan is not on this machine or sets no limits (the audit page says so)."""
    return _today()[0]


def guesses() -> Guesses | None:
    """How many wrong tries an address has, and how long it then waits; None where the plan does not say."""
    return _today()[1]


def _today() -> tuple[ReadLimits | None, Guesses | None]:
    if "SANYI_RESULTS" not in os.environ:
        return None, None
    try:
        opened = plan()
    except (RunError, OtherPromise):  # the results cannot be read now: their pages say so themselves
        return None, None
    return _on(clock.today(), id(opened)) if opened else (None, None)


@lru_cache(maxsize=4)
def _on(day: date, _: int) -> tuple[ReadLimits | None, Guesses | None]:
    """Read once a day: every request asks. The plan that is opened stays the same object (`opened.plan`)."""
    opened = plan()
    assert opened is not None
    held = opened.on(day)
    try:
        return read_limits(held), (held.value("access.address_tries_count"), timedelta(minutes=held.value("access.address_lock_minutes")))
    except UnknownValue:
        return None, None
