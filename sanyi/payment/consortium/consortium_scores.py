"""A consortium's appraisal score, and what share of a surplus it opens."""
from collections import defaultdict

from sanyi.terms.fen import take_rate

SCORE_BASES = ("lead", "mean")


def kept_share(score: int | None, bands, is_vetoed: bool = False) -> int | None:
    """The share of the surplus kept at a score: of the highest band reached; a veto takes the lowest band's.

    None where there is neither a veto nor a score.
    """
    if is_vetoed:
        return min(band["keep_ppm"] for band in bands)
    if score is None:
        return None
    reached = [(band["minimum_score_e4"], band["keep_ppm"]) for band in bands if score >= band["minimum_score_e4"]]
    return max(reached)[1] if reached else 0


def consortium_scores(consortia, members, appraisals, basis, year):
    """Each consortium's score (None where an appraisal is missing) and whether its lead is under a veto. Source: CON-5."""
    given = {row["institution_id"]: row for row in appraisals if row["year"] == year}
    listed = defaultdict(set)
    for row in members:
        listed[row["consortium_id"]].add(row["institution_id"])
    found = {}
    for row in consortia:
        lead = row["lead_institution_id"]
        wanted = sorted({lead, *listed[row["consortium_id"]]}) if basis == "mean" else [lead]
        points = [given.get(name, {}).get("score_e4") for name in wanted]
        score = None if None in points else take_rate(sum(points), 1, len(points))
        found[row["consortium_id"]] = (score, bool(given.get(lead, {}).get("veto_code")))
    return found
