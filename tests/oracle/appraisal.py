"""A second, slow opinion on the appraisal: one institution at a time, decimals, no shared code."""
from decimal import ROUND_HALF_UP, Decimal

BANDS = (("excellent", 90), ("good", 80), ("fair", 70), ("poor", 0))
FACTORS = {"excellent": 1_000_000, "good": 900_000, "fair": 800_000, "poor": 600_000}
VETOES = {"hospital_outbreak", "major_medical_accident", "major_safety_accident", "major_fire", "major_public_opinion"}


def appraise(scores: dict, events: list) -> tuple:
    """Give (score_e4, band, factor_ppm) of WS-08 … WS-13 with the demonstration region's settings."""
    quarters = [Decimal(scores[stage]) for stage in ("quarter_1", "quarter_3") if stage in scores]
    documented = [event for event in events if event["document_number"].strip()
                  or (event["event_code"] == "main_leader" and event["kind_code"] in {"bonus", "malus"})]
    score = None
    if quarters and "half_year" in scores and "year_end" in scores:
        sum_of = {kind: sum(Decimal(event["points_e4"]) for event in documented if event["kind_code"] == kind)
                  for kind in ("bonus", "malus")}
        raw = (sum(quarters) / len(quarters) * Decimal("0.05") + Decimal(scores["half_year"]) * Decimal("0.05")
               + Decimal(scores["year_end"]) * Decimal("0.90") + sum_of["bonus"] - sum_of["malus"])
        score = int(max(Decimal(0), min(Decimal(1_000_000), raw.quantize(Decimal(1), ROUND_HALF_UP))))
    band = None if score is None else next(name for name, least in BANDS if score >= least * 10000)
    for gate in ("political_quality", "party_building"):
        grades = [event["grade_code"] for event in events if event["kind_code"] == "gate" and event["event_code"] == gate]
        if band == "excellent" and (not grades or any(grade != "excellent" for grade in grades)):
            band = "good"
    if any(event["kind_code"] == "veto" and event["event_code"] in VETOES for event in documented):
        band = "poor"
    return score, band, None if band is None else FACTORS[band]
