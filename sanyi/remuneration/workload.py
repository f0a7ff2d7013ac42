"""Standardised workload: services times their weight times their quality; and a pool shared out by it. Source: FDR-4, FDR-5."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sanyi.terms.fen import E4, PPM, share_out, take_rate

BY_WORKLOAD = ("contract.appraisal_basis", "standardised_workload")
NOT_SCORED = 0  # in the plan's table of quality: whoever has not said anything

Row = Mapping[str, Any]


def quality_e4(quality: Sequence[Row], score: int | None, is_late: bool) -> int:
    """The coefficient of a service by what the resident thinks of the contract (one to five, None: nothing said) and whether it came after its day.

    Raises ValueError where the plan's table has no line for the score: a quality is never made up.
    """
    for line in quality:
        if line["score"] == (score or NOT_SCORED):
            return line["late_e4" if is_late else "in_time_e4"]
    raise ValueError(f"contract.quality: 没有评分 {score or NOT_SCORED} 的系数 / there is no line for the score {score or NOT_SCORED}")


def points_e8(lines: Iterable[Row], quality: Sequence[Row]) -> dict[tuple[str, str, str], int]:
    """Σ services × weight × quality of each (institution, team, member), in hundred-millionths so that nothing is rounded. Source: FDR-5."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        found[line["institution_id"], line["team_id"], line["staff_id"]] += line["service_count"] * line["weight_e4"] * quality_e4(quality, line["score_number"], line["is_late"])
    return dict(found)


def shared_pay(pools_fen: Mapping[str, int], points: Mapping[tuple[str, str, str], int]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Each member's (part of the team's part, the team's part) of the institution's pool: teams by their points, then members by theirs.

    The parts of an institution sum to its pool exactly; where nobody has a point nothing is shared. Source: FDR-5.
    """
    teams: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    members: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (house, team, staff), weight in points.items():
        teams[house][team] += weight
        members[house, team][staff] = weight
    found = {}
    for house, weights in teams.items():
        for team, part in share_out(pools_fen.get(house, 0) if any(weights.values()) else 0, weights).items():
            found.update({(house, team, staff): (own, part) for staff, own in share_out(part, members[house, team]).items()})
    return found


def share_paid(plan: Any) -> int:
    """Which share of the fees is paid to staff by a plan (of a day), in millionths; none where the fee may not be. Source: FDR-4, LJ-24."""
    return plan.value("contract.staff_share_ppm") if plan.value("contract.fee_may_pay_staff") else 0


def staff_pool(fee_fen: int, share_ppm: int) -> int:
    """What of a fee is for the staff's pay, half up once. Source: FDR-4."""
    return take_rate(fee_fen, share_ppm, PPM)


def points_e4(e8: int) -> int:
    """Points as people read them, to ten-thousandths."""
    return take_rate(e8, 1, E4)
