"""What a run has for the posted ledger: its journal by business key, the figures of its sheets, and why it may not be posted."""
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from sanyi.payment.books.carried import Carried, carried_entries
from sanyi.payment.books.sheets import monthly_figures
from sanyi.runs.books import Finding, check_books
from sanyi.runs.errors import OtherOrigin
from sanyi.runs.kept import kept_digest
from sanyi.runs.results import Condition, Results
from sanyi.runs.what_if import CLOSED, TRIED
from sanyi.tables.codes import COUNTED_STANDINGS

NOT_IN_DIGEST = ("digest", "finished_at", "records", "seconds", "kept")
FUND = ("institution_id", "insurance_code")
READ = ("journal_lines", "inpatient_prepayments", "inpatient_cases", "inpatient_clearings", "audit_hits")  # what is posted or stands on a sheet


def carried_from(results: Path) -> Carried:
    """Read a results folder for the ledger. Raises NoResults where it has no books, OtherOrigin for a what-if or a closing on a day."""
    check_official(results)
    opened = Results(results)
    findings = list(dict.fromkeys([*check_books(results), *_changed(opened)]))
    card = {name: value for name, value in opened.card.items() if name not in NOT_IN_DIGEST}
    return Carried(
        plan=opened.card["plan"], year=opened.year, digest=opened.card["digest"], card=card, finished_at=opened.card["finished_at"],
        entries=carried_entries(opened.page("journal_lines", limit=None)), monthly=_monthly(opened), annual=_annual(opened), names=_names(opened),
        findings=tuple(map(str, findings)), blocked=tuple(_blocked(opened)))


def check_official(results: Path) -> None:
    """Refuse what was only tried: nothing of it is posted, and nobody is told of it. Raises OtherOrigin."""
    if any((results / mark).exists() for mark in (TRIED, CLOSED)):
        raise OtherOrigin(f"{results}：试算或按日关账的结果不是正式核算，不能入账或发布 / a what-if or a closing on a day is no settlement: it is neither posted nor published")


def _changed(opened: Results) -> list[Finding]:
    """The files read here whose bytes are not those that the run wrote."""
    read = {name: opened.card["steps"][name] for name in READ}
    found = {name: kept_digest(opened.folder, made["file"]) for name, made in read.items()}
    return [Finding("file", name, made["file"], found[name][:12], 0, 0) for name, made in read.items() if found[name] != made["digest"]]


def _monthly(opened: Results) -> dict[str, dict[tuple[str, str], dict[str, int]]]:
    """Each month's sheet figures by institution and fund. Source: DIP-26, EX-26."""
    paid = _patients(opened)
    refused = _refused(opened)
    base = "last_year_fen" if opened.card["steps"]["inpatient_prepayments"]["values"].get("dip.prepay_basis") == "last_year" else "fund_pay_fen"
    found: dict[str, dict[tuple[str, str], dict[str, int]]] = defaultdict(dict)
    for row in opened.page("inpatient_prepayments", limit=None):
        month, fund = row["settled_month"], (row["institution_id"], row["insurance_code"])
        figures = monthly_figures(row[base], _ratio(opened), paid[*fund, month], refused[*fund, month], row["case_count"])
        found[f"{month // 100}-{month % 100:02d}"][fund] = figures
    return dict(found)


def _ratio(opened: Results) -> int:
    """The share of a month's payable sum that the run paid in advance."""
    values = opened.card["steps"]["inpatient_prepayments"]["values"]
    return min((value for name, value in values.items() if name in ("dip.prepay_rate_ppm", "dip.prepay_cap_ppm")), default=0)


def _patients(opened: Results) -> Counter:
    """What patients paid of their stays themselves, by institution, fund and month."""
    rows = opened.grouped("inpatient_cases", [*FUND, "settled_month"], ["patient_fen"])
    return Counter({(row["institution_id"], row["insurance_code"], row["settled_month"]): row["patient_fen"] or 0 for row in rows})


def _refused(opened: Results) -> Counter:
    """What counts of the findings in the month's stays, by institution, fund and month; a line that is hit twice counts once."""
    lines: dict[tuple[Any, ...], int] = {}
    counted = [Condition("standing_code", "in", list(COUNTED_STANDINGS)), Condition("type_code", "eq", "inpatient")]
    for row in opened.page("audit_hits", counted, limit=None):
        place = (row["institution_id"], row["insurance_code"], row["settled_month"], row["encounter_id"], row["line_number"])
        lines[place] = max(lines.get(place, 0), row["counted_fen"])
    found: Counter = Counter()
    for (institution, insurance, month, _, _), amount in lines.items():
        found[institution, insurance, month] += amount
    return found


def _annual(opened: Results) -> dict[tuple[str, str], dict[str, int]]:
    """The year's sheet figures by institution and fund. Source: DIP-27."""
    return {(row["institution_id"], row["insurance_code"]): {
        "case_count": row["case_count"], "fund_pay_fen": row["fund_pay_fen"], "factor_ppm": row["appraisal_factor_ppm"],
        "payable_fen": row["payable_fen"], "deducted_fen": row["audit_deduction_fen"], "prepaid_fen": row["prepaid_fen"]}
        for row in opened.page("inpatient_clearings", limit=None)}


def _names(opened: Results) -> dict[str, str]:
    return {row["institution_id"]: row["name"] for row in opened.page("institutions", limit=None)}


def _blocked(opened: Results) -> list[tuple[str, str, str]]:
    """Months and clearings that lack a point value."""
    months = [(f"{row['settled_month'] // 100}-{row['settled_month'] % 100:02d}", row) for row in opened.page("inpatient_prepayments", limit=None)
              if row["point_value_e4"] is None and row["case_count"]]
    said = [(month, f"{row['institution_id']} {row['insurance_code']} {month} 无预算点值", f"{row['institution_id']} {row['insurance_code']} has no budget point value for {month}")
            for month, row in months]
    stopped: list[dict[str, Any]] = [row for row in opened.page("inpatient_clearings", limit=None) if row["is_blocked"]]
    return [*said, *((f"{opened.year}", f"{row['institution_id']} {row['insurance_code']} 清算中止", f"the clearing of {row['institution_id']} {row['insurance_code']} is blocked")
                     for row in stopped)]
