"""How an indicator stands against a target: plain comparisons on whole numbers."""
from collections.abc import Callable
from dataclasses import dataclass

from sanyi.plans import Target
from sanyi.terms.fen import PPM, take_rate

STATUS = {
    "met": ("已达到", "met"), "near": ("接近", "near"), "missed": ("未达到", "missed"),
    "no_target": ("无目标", "no target"), "not_computable": ("无法计算", "not computable"),
}
TREND = {"up": ("上升", "rising"), "down": ("下降", "falling"), "flat": ("持平", "flat"), "unknown": ("无上期", "nothing before")}
ALERT = {"ok": ("正常", "fine"), "warn": ("提示", "warning"), "alarm": ("警戒", "alarm")}
E6_OF = {"ppm": 100, "e4": 100, "fen": 10_000, "days": 1_000_000, "months": 1_000_000, "count": 1_000_000,
         "per_1000_e4": 100, "per_10000_e4": 100, "per_100000_e4": 100, "years_e4": 100}
ABOUT = {"two_sided": "≈", "floor": "≳", "ceiling": "≲"}  # how a plan reads "about": either way, or so much and more, or so much and less


@dataclass(frozen=True)
class Aim:
    """A target in millionths of the indicator's unit, and how far 'about' and 'near' reach."""

    comparator: str
    target_e6: int | None
    tolerance_e6: int


def status_of(aim: Aim | None, value_e6: int | None, previous_e6: int | None) -> str:
    """The status of a value: met, near (short by no more than the tolerance), missed, no_target, not_computable.

    `=` (to reach, as plans word it) is met at the target and above it. `≈` is met within the tolerance and near within twice of it, `≳` and `≲` are so on their one side and
    met on the other; a strict comparator is missed at the target itself (then it is near); rising and falling need last year's value; an open target gives no number to judge by. Source: WS/HK targets, DEF tolerance.
    """
    if aim is None or aim.comparator == "open":
        return "no_target"
    if value_e6 is None or (aim.comparator in ("rising", "falling") and previous_e6 is None):
        return "not_computable"
    if aim.comparator in ("rising", "falling"):
        better = value_e6 > previous_e6 if aim.comparator == "rising" else value_e6 < previous_e6
        return "met" if better else "missed"
    distance = abs(value_e6 - aim.target_e6)
    reach = 2 * aim.tolerance_e6 if aim.comparator in ABOUT.values() else aim.tolerance_e6
    return "met" if _is_met(aim, value_e6) else "near" if distance <= reach else "missed"


def _is_met(aim: Aim, value: int) -> bool:
    target = aim.target_e6
    return {"<": value < target, "≤": value <= target, "=": value >= target, "≥": value >= target, ">": value > target,
            "≈": abs(value - target) <= aim.tolerance_e6, "≳": value >= target - aim.tolerance_e6,
            "≲": value <= target + aim.tolerance_e6}[aim.comparator]


def comparator_of(target: Target, setting: Callable[[str], object]) -> str:
    """The comparator a target is judged by, where its text leaves it open: `about` and `below` as the plan's settings read them.

    Errors: ValueError for a reading of `about` there is not. Source: JH-130, LJ-92.
    """
    if target.comparator == "≈":
        reading = setting("target.about_reading")
        if reading not in ABOUT:
            raise ValueError(f"target.about_reading = {reading!r}：应为 / expected {', '.join(ABOUT)}")
        return ABOUT[reading]
    if target.is_boundary_open and target.comparator in ("<", "≤"):
        return "≤" if setting("target.below_includes_boundary") else "<"
    return target.comparator


def trend_of(value_e6: int | None, previous_e6: int | None) -> str:
    """Which way a value went since last year."""
    if value_e6 is None or previous_e6 is None:
        return "unknown"
    return "flat" if value_e6 == previous_e6 else "up" if value_e6 > previous_e6 else "down"


def alert_of(value_e6: int | None, direction: str, warn_e6: int, alarm_e6: int) -> str | None:
    """Warning or alarm by a region's lines: high is good, or low is good. Source: CMN-4."""
    if value_e6 is None:
        return None
    sign = 1 if direction == "high" else -1
    if sign * value_e6 >= sign * warn_e6:
        return "ok"
    return "alarm" if sign * value_e6 < sign * alarm_e6 else "warn"


def tolerance_e6(unit: str, target_e6: int | None, points_e4: int, relative_ppm: int) -> int:
    """How far 'about' reaches: percentage points for shares, a share of the target for anything else."""
    if target_e6 is None:
        return 0
    return points_e4 * E6_OF["e4"] if unit == "ppm" else take_rate(abs(target_e6), relative_ppm, PPM)
