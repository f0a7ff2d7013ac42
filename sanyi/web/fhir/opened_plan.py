"""The plan that this server runs, as it stands today."""
from typing import Any

from sanyi.web import clock
from sanyi.web.opened import plan
from sanyi.workflows.errors import NotPostable


def plan_today() -> Any:
    """The plan on this day. Errors: NotPostable where it is not on this machine."""
    opened = plan()
    if opened is None:
        raise NotPostable("本机没有运行方案", "the run's plan is not on this machine")
    return opened.on(clock.today())
