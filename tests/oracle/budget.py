"""A slow second opinion on total budgets: one version, one line, one month at a time, in fractions."""
from fractions import Fraction
from math import floor


def half_up(exact: Fraction) -> int:
    """Round half away from zero."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def budget(version, growth_ppm):
    """Last year as settled × (1 + growth), or a base by hand, with the changes, less reserves."""
    if version["settled_last_year_fen"] is not None:
        first = half_up(version["settled_last_year_fen"] * (1 + Fraction(growth_ppm, 1_000_000)))
    else:
        first = version["manual_base_fen"]
    return first + version["enrolment_change_fen"] + version["price_change_fen"] + version["benefit_change_fen"] - version["reserves_fen"]


def in_force(versions, month, allowed):
    """The version a month is held against: walk the versions as they were decided, keeping the last good one that has begun."""
    taken, latest = None, 0
    for version in sorted(versions, key=lambda version: version["version_number"]):
        first = taken is None and latest == 0
        good = first or (version["kind_code"] in allowed and (version["reason"] or "").strip() and latest < version["from_month"] <= month // 100 * 100 + 12)
        if good:
            latest = version["from_month"]
            if version["from_month"] <= month:
                taken = version
    return taken


def reached(spent_fen, budget_fen, lines_ppm):
    """(highest line reached, whether the highest is passed)."""
    if not budget_fen:
        return None, False
    share = Fraction(spent_fen, budget_fen)
    passed = [line for line in lines_ppm if share >= Fraction(line, 1_000_000)]
    return max(passed, default=None), share > Fraction(max(lines_ppm), 1_000_000)


def pool(care, is_outside, budgeted):
    """The pool that pays a kind of care, case by case."""
    if care in ("capitated_visit", "capitation") and "capitation" in budgeted:
        return "capitation"
    if is_outside:
        return "off_site"
    if care == "chronic_visit" and "chronic" in budgeted:
        return "chronic"
    if care == "bed_day_stay" and "bed_day" in budgeted:
        return "bed_day"
    if care == "separate_drug" and "separate_drugs" in budgeted:
        return "separate_drugs"
    return "outpatient" if "visit" in care or care == "capitation" else "dip_inpatient"
