"""What time it is for the pages: the one place that asks, so that a test can set the day."""
from datetime import date, datetime

from django.utils import timezone

from sanyi.store.log import today_of
from sanyi.workflows.take import REGION


def now() -> datetime:
    """The moment, with its time zone."""
    return timezone.now()


def today() -> date:
    """The day it is where the plan is carried out."""
    return today_of(now())


def local(moment: datetime) -> datetime:
    """A moment by the clock on the wall where the plan is carried out."""
    return moment.astimezone(REGION)
