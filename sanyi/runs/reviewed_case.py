"""A case of a run as an application for its special review needs it."""
from sanyi.runs.explain.explanation import NothingToExplain
from sanyi.runs.results import Condition, Results


def case_to_review(results: Results, encounter_id: str) -> dict[str, object]:
    """The case's institution, cost and method, with its institution's discharges and quota. Raises NothingToExplain."""
    case = results.one("inpatient_cases", encounter_id=encounter_id)
    if case is None:
        raise NothingToExplain(f"没有按病种付费的病例 {encounter_id} / there is no case {encounter_id} that is paid by score or group")
    counts = results.page("special_review_counts", [Condition("institution_id", "eq", case["institution_id"])])[0]
    return {"encounter": encounter_id, "institution": case["institution_id"], "cost_fen": case["cost_fen"], "method": case["method_code"][:3],
            "discharge_count": counts["discharge_count"], "quota": counts["quota_count"]}
