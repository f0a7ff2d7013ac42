"""The warning lines of a deadline: yellow 30 days before, red 7 days before, overdue after it. Source: TSK-2."""
from datetime import date

YELLOW_DAYS, RED_DAYS = 30, 7
LINES = {
    "overdue": ("超期", "overdue"), "red": ("红线", "red line"), "yellow": ("黄线", "yellow line"), "green": ("正常", "on time"),
    "waiting": ("待上级文件", "waiting for its start date"), "undated": ("无期限", "no deadline"), "settled": ("已了结", "settled"),
}


def line_of(is_finished: bool, due: date | None, today: date, yellow_days: int = YELLOW_DAYS, red_days: int = RED_DAYS,
            is_waiting: bool = False) -> str:
    """Name the line a piece of work stands at today.

    The due day itself is not overdue; work with a relative deadline waits until the day it counts from is known.
    """
    if is_finished:
        return "settled"
    if due is None:
        return "waiting" if is_waiting else "undated"
    left = (due - today).days
    if left < 0:
        return "overdue"
    return "red" if left <= red_days else "yellow" if left <= yellow_days else "green"
