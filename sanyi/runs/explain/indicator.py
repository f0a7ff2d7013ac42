"""Why an indicator stands where it does."""
import re

from sanyi.indicators import indicators
from sanyi.indicators.indicator import UNIT, Indicator
from sanyi.runs.explain.explanation import Explanation, NothingToExplain, Part
from sanyi.runs.explain.facts import heading, name_of, rows_of
from sanyi.runs.results import Results
from sanyi.tables.shown import EMPTY, decimal, shown

SHOWN_INSTITUTIONS = 10
STANDING = re.compile(r"( SEED| K| LOC| DEF)+$")


def explain_indicator(results: Results, code: str, institution_id: str | None = None) -> Explanation:
    """Explain an indicator for the region, or for one institution: formula, numerator, denominator, target, who moves it.

    Raises NothingToExplain. Source: spec/02 B9.
    """
    indicator = next((each for each in indicators() if each.code == code), None)
    if indicator is None:
        known = ", ".join(sorted(each.code for each in indicators()))
        raise NothingToExplain(f"没有指标 {code}；有 {known} / there is no indicator {code}; there is {known}")
    scope = {"scope_code": "institution", "scope_id": institution_id} if institution_id else {"scope_code": "region"}
    rows = [row for row in rows_of(results, "indicator_values", indicator_code=code, **scope)]
    if not rows:
        raise NothingToExplain(f"{code}: 没有 {institution_id or '全区域'} 的数值 / no value for {institution_id or 'the region'}")
    name = name_of(results, institution_id) if institution_id else ""
    parts = [heading(("计算公式", "Formula"), (indicator.formula_zh, indicator.formula_en)), *_values(indicator, results, rows)]
    parts += _status(results, code, scope, indicator)
    if not institution_id:
        parts += _institutions(results, indicator)
    return Explanation(f"{code} {indicator.zh} · {name or '全区域'}", f"{code} {indicator.en} · {name or 'the region'}", parts,
                       *_summary(results, indicator, rows, parts))


def _summary(results: Results, indicator: Indicator, rows: list[dict], parts: list[Part]) -> tuple[str, str]:
    """This year's value and how it stands against each target."""
    year = str(results.year)
    value = next((row["value_e6"] for row in rows if row["period"] == year), None)
    aims = [part for part in parts if part.source_table == "indicator_status" and part.formula_zh]
    zh = "".join(f"目标 {aim.formula_zh}：{aim.value_zh}。" for aim in aims)
    en = " ".join(f"Target {aim.formula_en}: {aim.value_en}." for aim in aims)
    return (f"{year} 年为 {written_value(indicator, value, 'zh')}。{zh}", f"In {year} it is {written_value(indicator, value, 'en')}. {en}".strip())


def written_value(indicator: Indicator, value_e6: int | None, language: str) -> str:
    """An indicator's value with its unit, to two decimals more than people need."""
    if value_e6 is None:
        return {"zh": "无法计算", "en": "not computable"}[language]
    hundredths = (abs(value_e6) + 5_000) // 10_000 * (1 if value_e6 >= 0 else -1)
    return f"{decimal(hundredths, 2)} {UNIT[indicator.unit][0 if language == 'zh' else 1]}".strip()


def _values(indicator: Indicator, results: Results, rows: list[dict]) -> list[Part]:
    """The year, the year before, then the months."""
    ordered = sorted((row for row in rows if row["value_e6"] is not None or row["period"] == str(results.year)), key=lambda row: (len(row["period"]) > 4, row["period"]))
    return [Part(row["period"], row["period"], written_value(indicator, row["value_e6"], "zh"),
                 written_value(indicator, row["value_e6"], "en"), f"{_count(row['numerator'])} ÷ {_count(row['denominator'])}",
                 f"{_count(row['numerator'])} ÷ {_count(row['denominator'])}", "indicator_values",
                 f"{indicator.code}, {row['scope_id']}, {row['period']}", (), (), 1 if len(row["period"]) > 4 else 0)
            for row in ordered]


def _count(value: int | None) -> str:
    return EMPTY if value is None else f"{value:,}"


def _status(results: Results, code: str, scope: dict, indicator: Indicator) -> list[Part]:
    promise = results.promise("indicator_status")
    parts = []
    for row in rows_of(results, "indicator_status", indicator_code=code, **scope):
        words = {language: [shown(promise[name], row[name], language) for name in ("status_code", "trend_code")] for language in ("zh", "en")}
        target = {language: f"{row['comparator'] or ''} {written_value(indicator, row['target_e6'], language)}" if row["target_e6"] is not None else ""
                  for language in ("zh", "en")}
        parts.append(Part("对照目标", "Against the target", "，".join(words["zh"]), ", ".join(words["en"]), target["zh"].strip(), target["en"].strip(),
                          "indicator_status", code, _clause(row), _clause(row)))
    return parts


def _clause(row: dict) -> tuple[str, ...]:
    """The clause of a target; how sure its source is, is said on the plan's page."""
    return (STANDING.sub("", row["clause"]),) if row["clause"] else ()


def _institutions(results: Results, indicator: Indicator) -> list[Part]:
    """The institutions with the largest denominators: they move the region's value."""
    rows = rows_of(results, "indicator_values", indicator_code=indicator.code, scope_code="institution", period=str(results.year))
    largest = sorted(rows, key=lambda row: -(row["denominator"] or 0))[:SHOWN_INSTITUTIONS]
    parts = [heading(("影响最大的机构", "The institutions that move it most"))] if largest else []
    for row in largest:
        name = name_of(results, row["scope_id"])
        parts.append(Part(name, name, written_value(indicator, row["value_e6"], "zh"), written_value(indicator, row["value_e6"], "en"),
                          f"{_count(row['numerator'])} ÷ {_count(row['denominator'])}", f"{_count(row['numerator'])} ÷ {_count(row['denominator'])}",
                          "indicator_values", f"{indicator.code}, {row['scope_id']}", (), (), 1))
    return parts
