"""The year's appraisal of each institution: score, band, gates, veto and the factor that follows."""
from collections import defaultdict
from fractions import Fraction

from sanyi.appraisal.bands import BAND
from sanyi.appraisal.examples import EXAMPLES
from sanyi.appraisal.scheme import Part, Scheme, scheme_of
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.fen import PPM, take_rate
from sanyi.terms.source import Source
from sanyi.terms.step import step

MAIN_LEADER = "main_leader"  # the level of praise and criticism in a leader's own words


def _points(name: str, zh: str, en: str):
    return whole(name, zh, en, "e4", nullable=True)


APPRAISALS = Table(
    "appraisals", "年度绩效考核", "Yearly appraisals", key=("institution_id", "year"),
    note="A score is empty, never 0, where a stage of the year is missing; missing_stages names it.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        _points("quarter_mean_e4", "季度监测平均分", "mean of the quarters' scores"),
        _points("half_year_mean_e4", "半年评估得分", "half-year score"),
        _points("year_end_mean_e4", "年终考核得分", "year-end score"),
        _points("quarter_points_e4", "季度监测计入分", "points from the quarters"),
        _points("half_year_points_e4", "半年评估计入分", "points from the half-year"),
        _points("year_end_points_e4", "年终考核计入分", "points from the year-end"),
        whole("bonus_e4", "加分", "bonus", "e4", minimum=0),
        whole("malus_e4", "扣分", "malus", "e4", minimum=0),
        _points("raw_score_e4", "原始总分", "raw score"),
        _points("score_e4", "总分（截至满分）", "score, clipped where the plan says so"),
        code("band_before_code", "按分数的等次", "band by score alone", BAND, nullable=True),
        code("band_code", "等次", "band after gates and veto", BAND, nullable=True),
        text("gate_note", "未达“好”的前置考核", "gates not passed: name=grade seen, - where there is none", nullable=True),
        text("veto_code", "否决事项", "veto", nullable=True),
        whole("factor_ppm", "挂钩系数", "factor of the linked sums", "ppm", nullable=True),
        text("missing_stages", "缺少的考核环节", "stages of the year without a score", nullable=True),
        whole("ignored_event_count", "未计入的事项数", "events without the document they need", "events", minimum=0),
    ),
)


@step(makes=APPRAISALS, exact=True, examples=EXAMPLES,
      source=Source("2021年度铜仁市万山区区管公立卫生机构促进高质量发展绩效考核实施方案", "计分、等次、一票否决", "WS-08, WS-09"))
def appraisals(appraisal_scores, appraisal_events, plan, year):
    """Score and band of each institution that has a score or an event in the year.

    The score is rounded once, to ten-thousandths of a point. Source: APP-3, WS-08 … WS-17.
    """
    return appraised(appraisal_scores, appraisal_events, plan, year)


def appraised(appraisal_scores, appraisal_events, plan, year: int) -> list[dict]:
    """The rows of a year's appraisals by the plan's scheme; of that year or the one before."""
    scheme = scheme_of(plan)
    scores, events = defaultdict(dict), defaultdict(list)
    for row in appraisal_scores:
        if row["year"] == year:
            scores[row["institution_id"]][row["stage_code"]] = row["score_e4"]
    for row in appraisal_events:
        if row["year"] == year:
            events[row["institution_id"]].append(row)
    return [{"institution_id": name, "year": year, **_appraise(scheme, scores[name], events[name])}
            for name in sorted({*scores, *events})]


def _appraise(scheme: Scheme, scores: dict, events: list) -> dict:
    means = {part.name: _mean(part, scores) for part in scheme.parts}
    parts = {part.name: None if means[part.name] is None else means[part.name] * Fraction(part.weight_ppm, PPM)
             for part in scheme.parts}
    counted = [event for event in events if _counts(scheme, event)]
    bonus = _awarded(counted, "bonus", scheme.bonus_points_e4)
    malus = _awarded(counted, "malus", scheme.malus_points_e4)
    raw = None if None in parts.values() else _rounded(sum(parts.values()) + bonus - malus)
    score = None if raw is None else _within(scheme, raw)
    missing = [stage for part in scheme.parts for stage in part.stages if stage not in scores]
    return {
        **{f"{name}_mean_e4": _rounded(mean) for name, mean in means.items()},
        **{f"{name}_points_e4": _rounded(points) for name, points in parts.items()},
        "bonus_e4": bonus, "malus_e4": malus, "raw_score_e4": raw, "score_e4": score,
        **_band(scheme, score, counted), "missing_stages": ", ".join(missing) or None,
        "ignored_event_count": len(events) - len(counted)}


def _mean(part: Part, scores: dict) -> Fraction | None:
    """The exact mean of a part's stages; None where a stage is missing that nothing stands in for."""
    there = [scores[stage] for stage in part.stages if stage in scores]
    enough = there if part.has_spares else len(there) == len(part.stages)
    return Fraction(sum(there), len(there)) if enough else None


def _rounded(exact: Fraction | int | None) -> int | None:
    return None if exact is None else take_rate(exact.numerator, 1, exact.denominator)


def _within(scheme: Scheme, raw: int) -> int:
    """WS-16: whether more than the full mark counts is the plan's setting; less than nothing never does."""
    return max(min(raw, scheme.full_mark_e4) if scheme.clips_above_full else raw, 0)


def _counts(scheme: Scheme, event: dict) -> bool:
    """Commendations and criticism need a document number, save a main leader's words; a veto an official bulletin (WS-11 … WS-13)."""
    has_document = bool(event["document_number"].strip())
    if event["kind_code"] in ("bonus", "malus") and event["event_code"] == MAIN_LEADER and scheme.leader_words_suffice:
        return True
    needs = {"bonus": scheme.needs_document_number, "malus": scheme.needs_document_number, "veto": scheme.needs_bulletin}
    return has_document or not needs.get(event["kind_code"], False)


def _awarded(events: list, kind: str, by_level: dict) -> int:
    """The points an event names, or where it names none those of its level."""
    return sum(event["points_e4"] or by_level.get(event["event_code"], 0) for event in events if event["kind_code"] == kind)


def _band(scheme: Scheme, score: int | None, events: list) -> dict:
    before = None if score is None else scheme.band_of(score)
    failed = _failed_gates(scheme, events)
    veto = min((event["event_code"] for event in events
                if event["kind_code"] == "veto" and event["event_code"] in scheme.vetoes), default=None)
    after = before if before is None or not failed else scheme.lower(before, scheme.gate_cap_band)
    band = scheme.veto_band if veto else after
    return {"band_before_code": before, "band_code": band, "gate_note": ", ".join(failed) or None, "veto_code": veto,
            "factor_ppm": None if band is None else scheme.factors_ppm[band]}


def _failed_gates(scheme: Scheme, events: list) -> list[str]:
    """Each gate with a grade that is not the one needed; a gate nobody has graded is not passed either (WS-10)."""
    failed = []
    for gate in scheme.gates:
        grades = {event["grade_code"] or "-" for event in events
                  if event["kind_code"] == "gate" and event["event_code"] == gate} or {"-"}
        failed += [f"{gate}={grade}" for grade in sorted(grades) if grade != scheme.gate_band]
    return failed
