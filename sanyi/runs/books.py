"""Proving a year's books on the results' files as they stand."""
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanyi.payment.books.book_checks import book_checks, prove
from sanyi.payment.books.comparison import Comparison
from sanyi.payment.books.proofs import CHECKS, comparisons
from sanyi.runs.errors import NoRecords, NoResults
from sanyi.runs.kept import kept_digest
from sanyi.runs.results import Condition, Results

PROVED = (*book_checks.tables, "book_checks")
CASE_SUMS = ("fund_pay_fen", "cost_fen", "charged_fund_fen", "standard_fen")
MORE_CHECKS = {
    "written": ("校验表与账簿相符", "the table of proofs says what the books say"),
    "cases": ("预付与清算等于病例合计", "prepayments and clearings are the sums of their cases"),
    "records": ("结果与原始记录相符", "results agree with the record they were made from"),
    "file": ("文件与运行记录的摘要一致", "each file is the one the run card names"),
}


@dataclass(frozen=True)
class Finding:
    """What does not hold: the proof, the table, the row, the column, both sums and their difference in fen."""

    check_code: str
    table: str
    key: str
    column: str
    left_fen: int
    right_fen: int

    @property
    def difference_fen(self) -> int:
        """How far the sums are apart; 0 where a file as a whole is not the one that was written."""
        return self.left_fen - self.right_fen

    def __str__(self) -> str:
        zh, en = {**CHECKS, **MORE_CHECKS}[self.check_code]
        place = f"{self.table} [{self.key}] {self.column}"
        if self.check_code == "file":
            return f"{zh}：{place} 已被改动 / {en}: {place} was changed after the run"
        return (f"{zh}：{place} 为 {self.left_fen} 分，应为 {self.right_fen} 分，差 {self.difference_fen:+d} 分 / "
                f"{en}: {place} is {self.left_fen} fen, {self.right_fen} expected, {self.difference_fen:+d} apart")


def check_books(results: Path) -> list[Finding]:
    """Prove the books of a results folder; an empty list means that all holds.

    Files are read as they stand: against each other, against the cases and the record they were made from, and
    against the run card's digests. Raises NoResults where the folder has no books. Source: R09, DIP-27.
    """
    opened = Results(results)
    lacking = [name for name in PROVED if name not in opened.names]
    if lacking:
        raise NoResults(f"{results}: 缺少账簿表 / lacks the tables of the books: {', '.join(lacking)}")
    tables = {name: opened.page(name, limit=None) for name in PROVED}
    compared = [*comparisons(tables), *_written(tables), *_cases(opened, tables), *_records(opened, tables)]
    apart = [Finding(each.check_code, each.table, each.key, each.column, each.left_fen, each.right_fen)
             for each in compared if each.difference_fen]
    return list(dict.fromkeys([*apart, *_files(opened)]))


def _written(tables: dict[str, list[dict[str, Any]]]) -> Iterator[Comparison]:
    """The stored table of proofs against the proofs made now."""
    now = {(row["check_code"], row["fund_code"]): row for row in prove(tables)}
    stored = {(row["check_code"], row["fund_code"]): row for row in tables["book_checks"]}
    for key in sorted({**now, **stored}):
        for column in ("left_fen", "right_fen", "difference_fen"):
            yield Comparison("written", key[1], "book_checks", "|".join(key), column, stored.get(key, {}).get(column, 0),
                             now.get(key, {}).get(column, 0))


def _cases(opened: Results, tables: dict[str, list[dict[str, Any]]]) -> Iterator[Comparison]:
    """Each prepayment and each clearing against its cases, added up by the engine."""
    if "inpatient_cases" not in opened.names:
        return
    yield from _added_up(opened, tables["inpatient_clearings"], "inpatient_clearings", ("institution_id", "insurance_code"),
                         {column: column for column in CASE_SUMS})
    yield from _added_up(opened, tables["inpatient_prepayments"], "inpatient_prepayments", ("institution_id", "insurance_code", "settled_month"),
                         {"fund_pay_fen": "budget_pay_fen"})


def _added_up(opened, rows, table: str, key: tuple[str, ...], columns: dict[str, str]) -> Iterator[Comparison]:
    """A table's sums against the cases': its column, and the cases' column that it adds up."""
    sums = {tuple(row[name] for name in key): row for row in opened.grouped("inpatient_cases", list(key), tuple(columns.values()))}
    held = {tuple(row[name] for name in key): row for row in rows}
    for place in sorted({**sums, **held}):
        for column, summed in columns.items():
            yield Comparison("cases", place[1], table, "|".join(map(str, place)), column, held.get(place, {}).get(column) or 0,
                             sums.get(place, {}).get(summed) or 0)


def _records(opened: Results, tables: dict[str, list[dict[str, Any]]]) -> Iterator[Comparison]:
    """Drug sales, opening balances and all fund payments against the record, where it is still at hand."""
    try:
        opened.records.files
    except NoRecords:
        return
    yield from _sales(opened, tables)
    yield from _openings(opened, tables)
    yield from _paid(opened, tables)


def _sales(opened, tables):
    year = [Condition("month", "ge", opened.year * 100 + 1), Condition("month", "le", opened.year * 100 + 12)]
    sold = {row["institution_id"]: row["drug_income_fen"]
            for row in opened.grouped("monthly_finance", ["institution_id"], ["drug_income_fen"], year)}
    for row in tables["drug_subsidies"]:
        yield Comparison("records", "district_treasury", "drug_subsidies", row["institution_id"], "drug_sales_fen",
                         row["drug_sales_fen"], sold.get(row["institution_id"], 0))


def _openings(opened, tables):
    held = {row["insurance_code"]: row["opening_balance_fen"]
            for row in opened.page("fund_accounts", [Condition("year", "eq", opened.year)], limit=None)}
    for row in tables["fund_inflows"]:
        yield Comparison("records", row["insurance_code"], "fund_inflows", row["insurance_code"], "opening_balance_fen",
                         row["opening_balance_fen"], held.get(row["insurance_code"], 0))


def _paid(opened, tables):
    """Every fen the funds were charged is either a payment as charged or stands with a case that points price."""
    charged = {row["insurance_code"]: row["fund_fen"] for row in opened.grouped("settlements", ["insurance_code"], ["fund_fen"])}
    for insurance in sorted(charged):
        seen = sum(row["fund_fen"] for row in tables["fund_payments"] if row["insurance_code"] == insurance and row["care_code"] != "capitation")
        seen += sum(row["charged_fund_fen"] for row in tables["inpatient_clearings"] if row["insurance_code"] == insurance)
        yield Comparison("records", insurance, "fund_payments", insurance, "fund_fen + charged_fund_fen", seen, charged[insurance])


def _files(opened: Results) -> Iterator[Finding]:
    """Files whose bytes are not those the run wrote."""
    for name in PROVED:
        digest = kept_digest(opened.folder, opened.card["steps"][name]["file"])
        if digest != opened.card["steps"][name]["digest"]:
            yield Finding("file", name, opened.card["steps"][name]["file"], digest[:12], 0, 0)
