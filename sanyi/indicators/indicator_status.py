"""Each indicator of the year against the plan's targets and the region's warning lines."""
from datetime import date

from sanyi.indicators import indicators
from sanyi.indicators.groups import GROUP_WORDS
from sanyi.indicators.indicator import DIRECTION, Indicator
from sanyi.indicators.status import ALERT, E6_OF, STATUS, TREND, Aim, alert_of, comparator_of, status_of, tolerance_e6, trend_of
from sanyi.indicators.values import SCOPE
from sanyi.plans import Target, UnknownValue
from sanyi.tables.table import Table, code, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SCOPE_OF = {"city": "region", "county": "region", "district": "region", "region": "region", "primary": "primary",
            "consortium": "consortium", "institution": "institution", **{group: group for group in GROUP_WORDS}}
INDICATOR_STATUS = Table(
    "indicator_status", "指标对照目标", "Indicators against targets", key=("indicator_code", "scope_code", "scope_id", "target_id"),
    note="One row for each target of the year, one with no target where there is none. Values are millionths of the unit.",
    columns=(
        text("indicator_code", "指标编码", "indicator (IND-43)"), code("scope_code", "范围", "scope", SCOPE),
        text("scope_id", "范围编码", "scope"), text("target_id", "目标", "target of the plan, - for none"),
        text("period", "期间", "year"), code("direction_code", "方向", "which way is better", DIRECTION),
        whole("value_e6", "指标值", "value", "e6", nullable=True), whole("previous_e6", "上年值", "last year's value", "e6", nullable=True),
        code("trend_code", "趋势", "trend", TREND), code("status_code", "状态", "status", STATUS),
        flag("is_hard", "是否刚性目标", "a hard target, not one that is striven for", nullable=True),
        text("comparator", "比较", "comparator", nullable=True), whole("target_e6", "目标值", "target", "e6", nullable=True),
        whole("gap_e6", "与目标之差", "value less target", "e6", nullable=True),
        text("due_period", "目标年度", "year the target is due", nullable=True), text("clause", "条款", "clause", nullable=True),
        code("alert_code", "警戒状态", "warning state by the region's lines", ALERT, nullable=True),
    ),
)


def _value(code_: str, scope: str, period: str, value_e6: int | None) -> dict:
    return {"indicator_code": code_, "scope_code": scope, "scope_id": scope, "period": period, "value_e6": value_e6}


@step(makes=INDICATOR_STATUS, exact=True, source=Source(obligation="HK-01, HK-02, CMN-4"), examples=(
    Example("90% 左右，容差 2 个百分点：88% 达到，87.9% 接近", "About 90 %, within 2 points: 88 % meets it",
            {"indicator_values": [_value("IND-42", "region", "2020", 88_000_000), _value("IND-42", "consortium", "2020", 1)]},
            [{"scope_code": "consortium", "status_code": "no_target", "target_e6": None, "is_hard": None},
             {"scope_code": "region", "status_code": "met", "target_e6": 90_000_000, "is_hard": True}], numbers=("EX-57",),
            values={"target.tolerance_points_e4": 20_000}),
    Example("87.9% 只是接近", "87.9 % is only near", {"indicator_values": [_value("IND-42", "region", "2020", 87_900_000)]},
            [{"status_code": "near", "gap_e6": -2_100_000}], values={"target.tolerance_points_e4": 20_000}),
    Example("“左右”读作下限：95% 也达到，容差只向下", "'About' read as a floor: 95 % meets it, the tolerance is downward",
            {"indicator_values": [_value("IND-42", "region", "2020", 95_000_000)]},
            [{"status_code": "met", "comparator": "≳", "target_e6": 90_000_000}], values={"target.about_reading": "floor"}),
    Example("“左右”双向：95% 未达到", "'About' read either way: 95 % misses it", {"indicator_values": [_value("IND-42", "region", "2020", 95_000_000)]},
            [{"status_code": "missed", "comparator": "≈"}]),
    Example("力争 65%：50% 未达到，软目标；低于提示线", "Strive for 65 %: 50 % misses a soft target and the warning line",
            {"indicator_values": [_value("IND-43", "region", "2020", 50_000_000), _value("IND-43", "region", "2019", 49_000_000)]},
            [{"status_code": "missed", "is_hard": False, "trend_code": "up", "previous_e6": 49_000_000, "alert_code": "warn"}]),
    Example("2019 年只要求提升：上年没有数值，无法计算", "2019 only asks for a rise: nothing before, so nothing to say",
            {"indicator_values": [_value("IND-43", "region", "2019", 50_000_000)]},
            [{"target_id": "primary-visit-share-2019", "status_code": "not_computable"}], year=2019),
    Example("不可计算的值不当作 0", "A value that cannot be computed is not 0",
            {"indicator_values": [_value("IND-42", "region", "2020", None)]},
            [{"status_code": "not_computable", "alert_code": None, "gap_e6": None}])))
def indicator_status(indicator_values, plan, year):
    """Status, gap, trend and warning state of the year's values, for every scope.

    Of several targets for one indicator and scope the next due counts, after the last date the last one.
    """
    known = {one.code: one for one in indicators()}
    before = {_key(row): row["value_e6"] for row in indicator_values if row["period"] == str(year - 1)}
    aims = {code_: _targets_of(plan.targets, code_, year) for code_ in known}
    lines = {code_: _lines(plan, one) for code_, one in known.items()}
    return [_status(row, before.get(_key(row)), target, known[row["indicator_code"]], lines[row["indicator_code"]], plan)
            for row in indicator_values if row["period"] == str(year)
            for target in [aims[row["indicator_code"]].get(row["scope_code"])]]


def _key(row: dict) -> tuple:
    return row["indicator_code"], row["scope_code"], row["scope_id"]


def _targets_of(targets: tuple[Target, ...], indicator_code: str, year: int) -> dict[str, Target]:
    """The target of each scope that counts in a year: due in it or next after it; a hard one before a soft, the stricter first.

    Source: JH-129 (body and annex give one indicator two values for one year).
    """
    last_day = date(year, 12, 31)
    own = [target for target in targets if target.indicator == indicator_code and target.scope in SCOPE_OF]

    def distance(target: Target) -> tuple:
        due = target.due or last_day
        return due < last_day, abs((due - last_day).days), target.is_striven_for, *_laxness(target), target.id

    return {SCOPE_OF[target.scope]: target for target in sorted(own, key=distance, reverse=True)}


def _laxness(target: Target) -> tuple[int, bool]:
    """How much a target lets pass: the less the stricter; at one value a strict comparator before one that includes it."""
    value = 0 if target.value is None else target.value
    return (value if target.comparator in ("<", "≤") else -value), target.comparator in ("≤", "≥", "=", "≈")


def _lines(plan, one: Indicator) -> dict | None:
    """The region's warning and alarm line of an indicator, where the region draws one."""
    try:
        return plan.value(f"indicator.line.{one.line}") if one.line else None
    except UnknownValue:
        return None


def _aim(plan, target: Target) -> Aim:
    target_e6 = None if target.value is None else target.value * E6_OF[target.unit]
    reach = tolerance_e6(target.unit, target_e6, plan.value("target.tolerance_points_e4"),
                         plan.value("target.tolerance_relative_ppm"))
    return Aim(comparator_of(target, plan.value), target_e6, reach)


def _status(row: dict, previous: int | None, target: Target | None, one: Indicator, lines: dict | None, plan) -> dict:
    value, aim = row["value_e6"], target and _aim(plan, target)
    aimed = aim is not None and aim.target_e6 is not None and value is not None
    return {
        **{name: row[name] for name in ("indicator_code", "scope_code", "scope_id", "period", "value_e6")},
        "target_id": target.id if target else "-", "direction_code": one.direction, "previous_e6": previous,
        "trend_code": trend_of(value, previous), "status_code": status_of(aim, value, previous),
        "is_hard": None if target is None else not target.is_striven_for,
        "comparator": aim and aim.comparator, "target_e6": aim and aim.target_e6,
        "gap_e6": value - aim.target_e6 if aimed else None,
        "due_period": str(target.due.year) if target and target.due else None,
        "clause": target and str(target.source),
        "alert_code": lines and alert_of(value, lines["direction"], lines["warn_ppm"] * 100, lines["alarm_ppm"] * 100)}
