"""Wanshan's appraisal worked by hand: EX-45, EX-46, EX-47, the band limits, and what is missing."""
from sanyi.terms.example import Example

STAGES = ("quarter_1", "quarter_3", "half_year", "year_end")


def stages(*scores_e4: int | None, name: str = "H1") -> list[dict]:
    """Score rows for the four stages of a year; None leaves a stage out."""
    return [{"institution_id": name, "year": 2020, "stage_code": stage, "score_e4": score}
            for stage, score in zip(STAGES, scores_e4, strict=True) if score is not None]


def event(kind: str, what: str, points: int = 0, grade: str | None = None, number: str = "文1", name: str = "H1") -> dict:
    """An event row."""
    return {"institution_id": name, "year": 2020, "kind_code": kind, "event_code": what, "points_e4": points,
            "grade_code": grade, "document_number": number}


GATES = [event("gate", "political_quality", grade="excellent"), event("gate", "party_building", grade="excellent")]
EX_45 = stages(880000, 920000, 850000, 910000)
ADDED = [event("bonus", "city", 15000), event("malus", "district", 5000)]


def _even(score_e4: int) -> list[dict]:
    return stages(score_e4, score_e4, score_e4, score_e4)


EXAMPLES = (
    Example("四项得分与加减分", "All four stages, bonus and malus",
            {"appraisal_scores": EX_45, "appraisal_events": [*GATES, *ADDED]},
            [{"institution_id": "H1", "quarter_mean_e4": 900000, "quarter_points_e4": 45000, "half_year_points_e4": 42500,
              "year_end_points_e4": 819000, "bonus_e4": 15000, "malus_e4": 5000, "raw_score_e4": 916500, "score_e4": 916500,
              "band_code": "excellent", "factor_ppm": 1_000_000, "missing_stages": None}], numbers=("EX-45",)),
    Example("党建考核为较好：最高较好，分数不变", "One gate only good: capped, the score stays",
            {"appraisal_scores": EX_45, "appraisal_events": [GATES[0], event("gate", "party_building", grade="good"), *ADDED]},
            [{"score_e4": 916500, "band_before_code": "excellent", "band_code": "good",
              "gate_note": "party_building=good", "factor_ppm": 900_000}], numbers=("EX-46",)),
    Example("发生一票否决事项", "One veto",
            {"appraisal_scores": EX_45, "appraisal_events": [*GATES, *ADDED, event("veto", "major_fire")]},
            [{"score_e4": 916500, "band_before_code": "excellent", "band_code": "poor", "veto_code": "major_fire",
              "factor_ppm": 600_000}], numbers=("EX-47",)),
    Example("否决没有正式通报：不计入，列为未计入事项", "A veto without a bulletin does not count, and is reported",
            {"appraisal_scores": EX_45, "appraisal_events": [*GATES, event("veto", "major_fire", number="")]},
            [{"band_code": "excellent", "veto_code": None, "ignored_event_count": 1}]),
    *(Example(f"等次下限：{score // 10000}.{score % 10000:04d} 分", f"A band's limit: {score // 10000}.{score % 10000:04d} points",
              {"appraisal_scores": _even(score), "appraisal_events": GATES}, [{"score_e4": score, "band_code": band}])
      for score, band in ((900000, "excellent"), (899999, "good"), (800000, "good"), (799999, "fair"),
                          (700000, "fair"), (699999, "poor"))),
    Example("缺一个季度：用另一季度并标记", "One quarter missing: the other stands in, and it is flagged",
            {"appraisal_scores": stages(880000, None, 850000, 910000), "appraisal_events": GATES},
            [{"quarter_mean_e4": 880000, "raw_score_e4": 905500, "missing_stages": "quarter_3"}], numbers=("WS-17",)),
    Example("缺年终考核：没有总分，不是 0 分", "No year-end score: no score, which is not 0",
            {"appraisal_scores": stages(880000, 920000, 850000, None), "appraisal_events": GATES},
            [{"raw_score_e4": None, "score_e4": None, "band_code": None, "factor_ppm": None, "missing_stages": "year_end"}]),
    Example("超过满分：截至满分，原始分照报", "Above the full mark: clipped, the raw score is reported",
            {"appraisal_scores": _even(1000000), "appraisal_events": [*GATES, event("bonus", "central", 20000)]},
            [{"raw_score_e4": 1020000, "score_e4": 1000000}], numbers=("WS-16",)),
    Example("前置考核无结果：不能评好", "A gate without a grade is not passed",
            {"appraisal_scores": EX_45, "appraisal_events": GATES[:1]},
            [{"band_code": "good", "gate_note": "party_building=-"}]),
    Example("主要领导的表扬、批评凭表达认定，别的层级没有文号不计", "A main leader's words count as they are; another level needs its number",
            {"appraisal_scores": EX_45, "appraisal_events": [*GATES, event("bonus", "main_leader", 8000, number=""), event("bonus", "city", 15000, number=""),
                                                             event("malus", "main_leader", number="")]},
            [{"bonus_e4": 8000, "malus_e4": 5000, "ignored_event_count": 1}], numbers=("WS-11", "WS-12")),
    Example("方案要求领导表扬也有文号", "A scheme that asks leaders for a number too",
            {"appraisal_scores": EX_45, "appraisal_events": [*GATES, event("bonus", "main_leader", 8000, number="")]},
            [{"bonus_e4": 0, "ignored_event_count": 1}], values={"appraisal.leader_words_suffice": False}),
    Example("未写分值的表彰按层级计分", "A commendation without points takes those of its level",
            {"appraisal_scores": EX_45, "appraisal_events": [*GATES, event("bonus", "province")]}, [{"bonus_e4": 15000}]),
)
