"""The total budget: how far each pool is spent, its versions and lines, and how long each fund lasts."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanyi.runs.results import Order
from sanyi.tables.shown import shown
from sanyi.web.access import RUN, allowed
from sanyi.web.listing import listing
from sanyi.web.opened import has, promise, rows
from sanyi.web.parts import chart, short_table
from sanyi.web.words import say

EXECUTION = "fund_budget_execution"
PARTS = (("fund_budgets", ()), ("fund_budget_lines", ()), ("fund_reserve_months", (Order("month", True),)))
MOST = 24


@allowed(*RUN)
def budget(request: HttpRequest) -> HttpResponse:
    """Execution by month as a chart for each fund, the whole list, and what the budget is made of."""
    if not has(EXECUTION):
        return render(request, "budget.html", {"is_empty": True})
    found = rows(EXECUTION)
    return render(request, "budget.html", {
        "charts": [drawn for fund in sorted({row["insurance_code"] for row in found}) if (drawn := _chart(request, fund, found))],
        "held": [_held(row, request.language) for row in last_rows(found) if row["is_held"]],
        "list": listing(request, EXECUTION, sort="-month", has_totals=False),
        "tables": [short_table(request, name, order=order, limit=MOST) for name, order in PARTS]})


def last_rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the last month in which anything was paid."""
    paid = [row["month"] for row in found if row["paid_fen"]]
    return [row for row in found if paid and row["month"] == max(paid)]


def pool_name(row: dict[str, Any], language: str) -> str:
    """A pool and its fund by name."""
    fund, pool = (shown(promise(EXECUTION)[name], row[name], language) for name in ("insurance_code", "pool_code"))
    return f"{fund}·{pool}" if language == "zh" else f"{fund}: {pool}"


def _held(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {"name": pool_name(row, language), "held": row["held_fen"], "month": shown(promise(EXECUTION)["month"], row["month"], language)}


def _chart(request: HttpRequest, fund: str, found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A fund's pools with a budget, in percent spent so far by month."""
    own = [row for row in found if row["insurance_code"] == fund and row["execution_ppm"] is not None]
    if not own:
        return None
    months, pools = sorted({row["month"] for row in own}), sorted({row["pool_code"] for row in own})
    spent = {(row["pool_code"], row["month"]): row["execution_ppm"] / 10_000 for row in own}
    drawn = chart("line", [f"{month % 100}{say(request, '月', '')}" for month in months],
                  [(shown(promise(EXECUTION)["pool_code"], pool, request.language), [spent.get((pool, month)) for month in months]) for pool in pools],
                  "%", target=100, target_name=say(request, "预算", "budget"))
    return {"id": f"execution-{fund}", "title": shown(promise(EXECUTION)["insurance_code"], fund, request.language), "chart": drawn}
