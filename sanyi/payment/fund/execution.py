"""How far a budget is spent: the share, the highest line it has reached, and whether payments are held."""
from collections.abc import Sequence

from sanyi.terms.fen import PPM, ratio


def execution(spent_fen: int, budget_fen: int | None, lines_ppm: Sequence[int]) -> dict[str, int | bool | None]:
    """The share spent, the highest line reached (a line counts when it is reached) and whether the highest is passed.

    Lines in ppm, such as 80, 90 and 100 %. Nothing can be said without a budget. Source: GB-2.
    """
    if not budget_fen:
        return {"execution_ppm": None, "alert_ppm": None, "is_held": False}
    reached = [line for line in sorted(lines_ppm) if spent_fen * PPM >= line * budget_fen]
    return {"execution_ppm": ratio(spent_fen, budget_fen), "alert_ppm": reached[-1] if reached else None,
            "is_held": spent_fen * PPM > max(lines_ppm) * budget_fen}
