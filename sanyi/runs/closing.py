"""The year closed on a day: the same run on the records up to that day, so that a clearing can be had before the year is over."""
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sanyi.engines.duck import DuckEngine
from sanyi.engines.small_files import write_rows
from sanyi.payment.reasons.reason import CLEARING_REASONS
from sanyi.plans import BadChoice, Plan
from sanyi.runs.cut_records import cut_records
from sanyi.runs.errors import NoRecords, NoResults
from sanyi.runs.reasons import clearing_reasons
from sanyi.runs.results import Results, read_page
from sanyi.runs.run import Report, run
from sanyi.runs.what_if import CLOSED, day_of, lend

RECORDS = "records"
BASES = ("pro_rata", "whole_year")
WANTED = ("inpatient_clearings", "consortium_shares", "drug_subsidies", "fund_pool_results", "book_checks", "inpatient_cases")


@dataclass(frozen=True)
class Closing:
    """A year closed on a day: its results, the day, and how budgets were taken."""

    results: Results
    day: date
    budget_basis: str

    def reasons(self) -> list[dict[str, Any]]:
        """Why each institution's clearing is what it is: rows of CLEARING_REASONS."""
        return read_page(CLEARING_REASONS, [_reasons_file(self.results.folder)], limit=None)


def close_on(base: Results, plan: Plan, day: date, out: Path, budget_basis: str = "", memory: str = "4GB", threads: int = 2,
             report: Report = lambda done, text: None, records: Path | None = None) -> Closing:
    """Run the clearing on what was settled by a day of the base's year, and work out its reasons.

    On the year's last day it is the year's clearing, byte for byte. What the day does not touch (the history, the months
    before) is taken over from the base and from the closing that `out` holds. `records` is the record to read where newer
    than the base's. Errors: NoRecords for a day outside the year, BadChoice for a basis that there is not.
    """
    if day.year != base.year:
        raise NoRecords(f"{day} 不在 {base.year} 年 / {day} is not a day of {base.year}")
    basis = budget_basis or plan.on(day_of(base)).value("closing.budget_basis")
    if basis not in BASES:
        raise BadChoice("closing.budget_basis", basis, BASES)
    lend(base, out)
    (out / CLOSED).write_text("{}", "utf-8")  # until it is whole it is no closing of any day
    with DuckEngine(memory, threads) as engine:
        report(0.0, "")
        cut_records(records or base.records.folder, day, out / RECORDS, engine, is_pro_rata=basis == "pro_rata")
    run(plan, out / RECORDS, base.year, out, base.card["engine"].split()[0], memory, threads, WANTED, report, day_of(base))
    closed = Results(out)
    write_rows(CLEARING_REASONS, clearing_reasons(closed), _reasons_file(out))
    (out / CLOSED).write_text(json.dumps({"day": str(day), "budget_basis": basis, "digest": closed.card["digest"]}), "utf-8")
    return Closing(closed, day, basis)


def open_closing(out: Path) -> Closing:
    """Open the closing that a folder holds; raises NoResults where there is none."""
    try:
        told = json.loads((out / CLOSED).read_text("utf-8"))
        return Closing(Results(out), date.fromisoformat(told["day"]), told["budget_basis"])
    except (OSError, ValueError, KeyError):
        raise NoResults(f"{out}: 还没有按日关账的结果 / the year was not closed on a day here yet") from None


def _reasons_file(out: Path) -> Path:
    return out / f"{CLEARING_REASONS.name}.parquet"
