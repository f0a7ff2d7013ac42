"""Two that wait for each other: the database breaks one off, and it is tried again; what never gets through is refused in words, not as an error."""
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from itertools import count
import random
import time
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

from sanyi.workflows.errors import Busy

TRIES, LONGEST_PAUSE = 5, timedelta(milliseconds=200)
BROKEN_OFF = ("40P01", "40001", "55P03")  # PostgreSQL: deadlock, not serializable, a lock that was not to be had
What, Gives = ParamSpec("What"), TypeVar("Gives")


def has_crossed(error: BaseException) -> bool:
    """Whether the database broke a transaction off because of another's: nothing of it was written, and the same again may succeed."""
    return isinstance(error, OperationalError) and (getattr(error.__cause__, "sqlstate", "") in BROKEN_OFF or "database is locked" in str(error))


def tried_again(door: Callable[What, Gives]) -> Callable[What, Gives]:
    """Do a door of one transaction again, a few times, where it crossed another; inside somebody's transaction the outermost door does so. Errors: Busy."""
    @wraps(door)
    def again(*given: What.args, **named: What.kwargs) -> Gives:
        if connection.in_atomic_block:
            return door(*given, **named)
        tries = count(1)
        while True:
            try:
                return door(*given, **named)
            except OperationalError as error:
                if not has_crossed(error):
                    raise
                if next(tries) == TRIES:
                    raise busy() from error
            time.sleep(random.uniform(0, LONGEST_PAUSE.total_seconds()))  # both at the same moment again would cross again
    return again


def busy() -> Busy:
    """Say that others were at it, and that nothing was written."""
    return Busy("他人正在办理相关事项，本次未办理，请再试一次", "others are at work on this just now; nothing was done, please try again")
