"""Random years of books: they prove themselves, agree with a second opinion, and one planted fen is always found."""
import hashlib
import importlib.util
import json
import random
from datetime import date
from pathlib import Path

import pytest

from sanyi.engines.small_files import write_rows
from sanyi.payment.books.account_balances import account_balances
from sanyi.payment.books.book_checks import book_checks
from sanyi.payment.books.journal_lines import closing_lines, journal_lines
from sanyi.payment.books.reversal import reversing_entry
from sanyi.payment.consortium.consortium_budgets import consortium_budgets
from sanyi.payment.consortium.consortium_months import consortium_months
from sanyi.payment.consortium.consortium_quarters import consortium_quarters
from sanyi.payment.consortium.consortium_recoveries import consortium_recoveries
from sanyi.payment.consortium.consortium_settlements import consortium_settlements
from sanyi.payment.consortium.consortium_shares import consortium_shares
from sanyi.payment.consortium.consortium_withholdings import consortium_withholdings
from sanyi.payment.fund.fund_budget_lines import fund_budget_lines
from sanyi.payment.fund.fund_budgets import fund_budgets
from sanyi.payment.fund.fund_pool_results import fund_pool_results
from sanyi.runs.books import PROVED, check_books
from sanyi.runs.errors import NoResults
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import promise
from sanyi.tables.rows import filled

SPEC = importlib.util.spec_from_file_location("oracle_books", Path(__file__).parents[1] / "oracle/books.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)

YEAR = ORACLE.YEAR
CHAIN = (consortium_budgets, consortium_months, consortium_quarters, consortium_recoveries, consortium_withholdings, consortium_settlements, consortium_shares, fund_budgets,
         fund_budget_lines, fund_pool_results, journal_lines, account_balances, book_checks)


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018").on(date(YEAR, 12, 31))


def year_of_books(seed, plan):
    """All tables of a made-up year, the steps of the chain among them."""
    tables = {name: filled(promise(name), rows) for name, rows in ORACLE.sources(seed, plan).items()}
    for step in CHAIN:
        tables[step.name] = make(step, tables, plan)
    return tables


def make(step, tables, plan):
    besides = {name: value for name, value in (("plan", plan), ("year", YEAR)) if name in step.needs}
    return step.function(**{name: tables[name] for name in step.tables}, **besides)


def write(folder, tables, names=(*PROVED, "inpatient_cases")):
    """Write a results folder: files and the card that names them."""
    (folder / "store").mkdir(parents=True, exist_ok=True)
    steps = {}
    for name in names:
        path = folder / "store" / f"{name}.parquet"
        write_rows(promise(name), tables[name], path)
        steps[name] = {"file": f"store/{name}.parquet", "digest": hashlib.sha256(path.read_bytes()).hexdigest()}
    (folder / "run-card.json").write_text(json.dumps({"year": YEAR, "records": "nowhere", "steps": steps}), "utf-8")
    return folder


@pytest.mark.parametrize("seed", range(8))
def test_a_clean_year_proves_itself_and_agrees_with_the_second_opinion(seed, plan):
    tables = year_of_books(seed, plan)
    assert [row for row in tables["book_checks"] if not row["is_ok"]] == []
    balance = {(row["fund_code"], row["account_code"]): row["balance_fen"] for row in tables["account_balances"]
               if not row["is_sub_ledger"]}
    for insurance in ORACLE.INSURANCES:
        assert -balance[insurance, "3001"] == ORACLE.carried(tables, insurance)
        assert balance[insurance, "1001"] == ORACLE.cash(tables, insurance)
        paid = [row["paid_fen"] for row in tables["fund_pool_results"] if row["insurance_code"] == insurance]
        assert sum(paid) == ORACLE.pools_paid(tables, insurance) and len(paid) == 3
        assert balance.get((insurance, "2001"), 0) == 0 and balance.get((insurance, "1201"), 0) == 0
    assert -balance["city_treasury", "2201"] == sum(row["city_fen"] for row in tables["drug_subsidies"])


def test_the_order_of_the_sources_does_not_matter(plan):
    tables = year_of_books(3, plan)
    mixed = {name: random.Random(1).sample(rows, len(rows)) for name, rows in tables.items()}
    by_line = {(line["entry_id"], line["line_number"]): line for line in tables["journal_lines"]}
    assert {(line["entry_id"], line["line_number"]): line for line in make(journal_lines, mixed, plan)} == by_line


def test_a_clean_folder_has_no_findings(tmp_path, plan):
    assert check_books(write(tmp_path, year_of_books(1, plan))) == []


def test_a_folder_without_books_is_refused(tmp_path, plan):
    with pytest.raises(NoResults, match="journal_lines"):
        check_books(write(tmp_path, year_of_books(1, plan), names=("inpatient_cases",)))


def place_named(row, table, finding):
    """Whether a finding names the planted row: its table, and its key or the part of it that the proof adds up by."""
    seen = {str(row[name]) for name in promise(table).names}
    words = set(finding.key.replace("|", " ").split())
    in_entry = table == "journal_lines" and finding.column.endswith(f"base_fen of {row['entry_id']}")
    return in_entry or finding.table == table and (finding.key in seen or words <= seen)


def test_one_planted_fen_is_found_and_named_in_a_hundred_of_a_hundred_places(tmp_path, plan):
    """R09: any sum in any table of the books, one fen up or down; the digests are renewed, so only the sums can tell."""
    tables = year_of_books(2, plan)
    folder, chance, missed = write(tmp_path, tables), random.Random(9), []
    for _ in range(100):
        name = chance.choice(PROVED)
        rows = [dict(row) for row in tables[name]]
        spots = [(place, column.name) for place, row in enumerate(rows) for column in promise(name).columns
                 if column.unit == "fen" and row[column.name] is not None]
        if not spots:  # a table of counts holds no fen
            name, rows = "journal_lines", [dict(row) for row in tables["journal_lines"]]
            spots = [(place, column) for place in range(len(rows)) for column in ("debit_fen", "credit_fen")]
        place, column = chance.choice(spots)
        rows[place][column] += chance.choice((1, -1))
        write(folder, {**tables, name: rows})
        found = check_books(folder)
        if not any(abs(each.difference_fen) == 1 and place_named(rows[place], name, each) for each in found):
            missed.append((name, column, rows[place], [str(each) for each in found]))
    write(folder, tables)
    assert missed == []


def test_a_changed_file_is_told_by_its_digest(tmp_path, plan):
    tables = year_of_books(4, plan)
    folder = write(tmp_path, tables)
    write_rows(promise("drug_subsidies"), [{**row, "budget_year": 2030} for row in tables["drug_subsidies"]],
               folder / "store/drug_subsidies.parquet")
    assert [(each.check_code, each.table) for each in check_books(folder)] == [("file", "drug_subsidies")]


@pytest.mark.parametrize("damage", ["orphan", "swapped", "undeclared", "lost", "twice"])
def test_orphans_swaps_and_losses_are_found(tmp_path, plan, damage):
    tables = year_of_books(5, plan)
    lines = [dict(line) for line in tables["journal_lines"]]
    spoiled = next(line for line in lines if line["posting_code"] == "DUE")
    entry = [line for line in lines if line["entry_id"] == spoiled["entry_id"]]
    if damage == "orphan":
        lines += [{**line, "entry_id": "2020-DUE-nobody", "source_key": "nobody"} for line in entry]
    elif damage == "swapped":
        spoiled["account_code"] = "5002"
    elif damage == "undeclared":
        spoiled["account_code"] = "9999"
    elif damage == "lost":
        lines = [line for line in lines if line["entry_id"] != spoiled["entry_id"]]
    else:
        lines += [{**line, "entry_id": spoiled["entry_id"] + "-again"} for line in entry]
    found = check_books(write(tmp_path, {**tables, "journal_lines": lines}))
    key = "nobody" if damage == "orphan" else spoiled["source_key"]
    assert any(each.check_code == "posted" and each.key == key for each in found)
    assert damage != "undeclared" or any(each.check_code == "declared" and each.column == "9999" for each in found)


def test_a_correction_is_a_reversing_entry_and_leaves_nothing(plan):
    lines = year_of_books(6, plan)["journal_lines"]
    entry = next(line["entry_id"] for line in lines if line["posting_code"] == "VISIT")
    undone = reversing_entry(lines, entry, date(2021, 1, 5))
    net = sum(line["debit_fen"] - line["credit_fen"] for line in [*lines, *undone]
              if line["account_code"] == "5002" and entry in (line["entry_id"], line["reversed_entry_id"]))
    assert net == 0 and {line["reversed_entry_id"] for line in undone} == {entry}
    with pytest.raises(ValueError):
        reversing_entry([*lines, *undone], entry, date(2021, 1, 6))
    with pytest.raises(KeyError):
        reversing_entry(lines, "2020-NONE", date(2021, 1, 6))


def test_closing_brings_income_and_expense_to_zero(plan):
    lines = [line for line in year_of_books(7, plan)["journal_lines"] if line["posting_code"] != "CLOSE"]
    closed = [*lines, *closing_lines(lines, YEAR)]
    for account in ("4001", "4101", "4201", "5001", "5002", "5003", "5004", "5101", "5201"):
        assert sum(line["debit_fen"] - line["credit_fen"] for line in closed if line["account_code"] == account) == 0
