"""The arithmetic of settlement in hand-worked numbers: sheets, differences, closings, working days; and money code that cannot round by accident."""
import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sanyi.payment.books.carried import Entry, carried_entries, digest_of, is_declared, period_of
from sanyi.payment.books.differences import Posted, between, closing_entries, differences, digest_of_differences
from sanyi.payment.books.sheets import monthly_figures, sheets, totals
from sanyi.payment.books.vouchers import VOUCHERS
from sanyi.terms.working_days import working_day_after

HOUSE = Path(__file__).parents[2] / "sanyi"


def entry(key="PREPAY|H1|resident|202003", sums=None, period="2020-03", **more):
    return Entry(**{"key": key, "fund_code": "resident", "posting_code": key.split("|")[0], "for_period": period, "posted_on": date(2020, 3, 31),
                    "sums": sums if sums is not None else {("1201", "H1"): 100, ("1002", "H1"): -100}, **more})


def test_the_settlement_sheet_of_three_months():
    """EX-26."""
    lines = [monthly_figures(*line) for line in ((8_000_000, 900_000, 2_500_000, 300_000), (10_000_000, 900_000, 2_600_000, 400_000), (7_000_000, 900_000, 2_400_000, 300_000))]
    assert [line["payable_fen"] for line in lines] == [7_200_000, 9_000_000, 6_300_000]
    assert [line["receivable_fen"] for line in lines] == [10_000_000, 12_000_000, 9_000_000]
    summed = totals(lines)
    assert [summed[name] for name in ("receivable_fen", "declared_fen", "payable_fen", "self_fen", "refused_fen")] == [31_000_000, 25_000_000, 22_500_000, 7_500_000, 1_000_000]
    assert "ratio_ppm" not in summed


def test_the_annual_final_is_p_plus_200():
    """EX-25: adjustment 500, retained 200, reserve 100."""
    clear = entry("CLEAR|H1|resident", {("2001", "H1"): 12_345, ("1002", "H1"): -12_345})
    vouchers = [{"kind_code": kind, "institution_id": "H1", "fund_code": "resident", "amount_fen": amount} for kind, amount in (("ADJUST", 500), ("RETAIN", 200), ("SETASIDE", 100))]
    sheet, = sheets([clear], vouchers, {}, {"H1": "一院"})
    assert (sheet.cleared_fen, sheet.final_fen, sheet.name) == (12_345, 12_345 + 200, "一院")
    less, = sheets([clear], [{**vouchers[0], "kind_code": "ADJUSTDOWN"}, {**vouchers[1], "kind_code": "RELEASE"}], {}, {})
    assert less.final_fen == 12_345 - 500 + 200


def test_only_what_differs_is_posted_and_both_ways():
    there = {"a": Posted(entry("a", {("1201", "H1"): 100, ("1002", "H1"): -100}), 1), "b": Posted(entry("b"), 2)}
    wanted = {"a": entry("a", {("1201", "H1"): 130, ("1002", "H1"): -130}), "c": entry("c")}
    found = {each.entry.key: (each.kind, dict(each.entry.sums)) for each in differences(wanted, there)}
    assert found == {"a": ("difference", {("1201", "H1"): 30, ("1002", "H1"): -30}), "b": ("difference", {("1201", "H1"): -100, ("1002", "H1"): 100}),
                     "c": ("original", {("1201", "H1"): 100, ("1002", "H1"): -100})}
    assert differences({"a": there["a"].entry}, {"a": there["a"]}) == [] and between({}, {}) == {}


def test_the_closing_brings_income_and_expense_to_nothing():
    spent, raised = entry("VISIT|x", {("5002", "-"): 70, ("1002", "H1"): -70}), entry("RAISE|x", {("1001", "-"): 100, ("4001", "-"): -100})
    closing = closing_entries([spent, raised], 2020)["CLOSE|resident"]
    assert closing.sums == {("4001", "-"): 100, ("5002", "-"): -70, ("3001", "-"): -30} and sum(closing.sums.values()) == 0


LINE = {"posted_on": date(2020, 3, 31), "fund_code": "resident", "posting_code": "PREPAY", "source_key": "H1|resident|202003", "source_table": "t", "text_zh": "预付",
        "text_en": "prepaid", "clause": "DIP-26", "base_fen": None, "party_id": "H1"}


def test_payments_go_by_way_of_1002_and_the_runs_own_closing_stays_behind():
    lines = [{**LINE, "account_code": "1201", "debit_fen": 90, "credit_fen": 0}, {**LINE, "account_code": "1001", "party_id": "-", "debit_fen": 0, "credit_fen": 90},
             {**LINE, "posting_code": "CLOSE", "source_key": "resident", "account_code": "3001", "debit_fen": 1, "credit_fen": 0},
             {**LINE, "posting_code": "VISIT", "source_key": "H1|resident|202003|visit", "account_code": "5002", "debit_fen": 0, "credit_fen": 0}]
    found = carried_entries(lines)
    assert list(found) == ["PREPAY|H1|resident|202003"]
    assert found["PREPAY|H1|resident|202003"].sums == {("1201", "H1"): 90, ("1002", "H1"): -90}
    assert period_of(LINE) == "2020-03" and period_of({**LINE, "posting_code": "CLEAR", "posted_on": date(2020, 12, 31)}) == "2020"


def test_equal_entries_have_equal_bytes_in_any_order_and_one_fen_changes_them():
    one, two = entry("a"), entry("b")
    assert digest_of([one, two]) == digest_of([two, one]) == digest_of([replace(one, sums=dict(reversed(one.sums.items()))), two])
    for other in (replace(one, sums={("1201", "H1"): 101, ("1002", "H1"): -101}), replace(one, for_period="2020-04"), replace(one, clause="x")):
        assert digest_of([one, two]) != digest_of([other, two])
    first = differences({"a": one}, {})
    assert digest_of_differences(first) != digest_of_differences(differences({"a": replace(one, sums={("1201", "H1"): 99, ("1002", "H1"): -99})}, {}))


def test_every_voucher_balances_on_declared_accounts():
    for kind in VOUCHERS.values():
        sums = kind.sums("H1" if kind.has_institution else "", 7)
        assert sum(sums.values()) == 0 and len(sums) == 2 and all(is_declared(place) for place in sums), kind.code
    assert not is_declared(("9999", "-")) and not is_declared(("1201", "-")) and not is_declared(("1001", "H1"))


@pytest.mark.parametrize(("day", "count", "holidays", "expected"), [
    (date(2026, 7, 10), 1, {date(2026, 7, 13)}, date(2026, 7, 14)), (date(2026, 7, 10), 1, set(), date(2026, 7, 13)),
    (date(2020, 1, 31), 30, set(), date(2020, 3, 13)), (date(2026, 7, 11), 0, set(), date(2026, 7, 11))])
def test_working_days_skip_weekends_and_holidays(day, count, holidays, expected):
    """EX-24."""
    assert working_day_after(day, count, holidays) == expected


# R01, R19: what money code may not hold ------------------------------------------------------------------------------------

MONEY = sorted({*(HOUSE / "payment").rglob("*.py"), HOUSE / "terms" / "fen.py", HOUSE / "tables" / "money.py", HOUSE / "runs" / "settling.py", HOUSE / "runs" / "books.py",
                *(HOUSE / "store").glob("*.py"), *(HOUSE / "workflows").glob("*.py")})
DIVIDERS = {"terms/fen.py", "tables/money.py"}  # the only two that divide, and only whole numbers


def findings(path: Path) -> list[str]:
    """Floats, true division and rounding; handlers that do nothing or only log."""
    name, found = path.relative_to(HOUSE).as_posix(), []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and not _is_a_time(name):
            found.append(f"{name}:{line} the float {node.value}")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_a_path(node):
            found.append(f"{name}:{line} /")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("float", "round"):
            found.append(f"{name}:{line} {node.func.id}()")
        if isinstance(node, ast.ExceptHandler) and not _is_handled(node):
            found.append(f"{name}:{line} an error swallowed")
    return found


def _is_a_time(name: str) -> bool:
    return name in ("store/files.py", "store/place.py", "store/turns.py")  # seconds to wait, no money


def _is_a_path(node: ast.BinOp) -> bool:
    """`folder / "name"`: one side is a text, or a path's own word."""
    words = {"folder", "var", "path", "house", "name", "parent", "out", "parents", "results", "CARD", "FILE", "FOLDER", "STORE"}
    return any(isinstance(part, (ast.Constant, ast.JoinedStr)) and not (isinstance(part, ast.Constant) and not isinstance(part.value, str))
               or isinstance(part, ast.Name) and part.id in words or isinstance(part, ast.Attribute) and part.attr in words
               or isinstance(part, ast.BinOp) and _is_a_path(part) for part in (node.left, node.right))


def _is_handled(handler: ast.ExceptHandler) -> bool:
    """A handler raises, gives an answer, keeps the refusal, or goes on with a value; `pass` and a mere log line are none."""
    return any(isinstance(node, (ast.Raise, ast.Return, ast.Assign, ast.Continue)) or isinstance(node, ast.Attribute) and node.attr == "append" for body in handler.body for node in ast.walk(body))


KNOWN = {"workflows/take.py": 1}  # a date that is none falls through to the refusal below it


def test_money_code_holds_no_float_no_division_and_swallows_no_error():
    assert len(MONEY) > 80
    found = [each for path in MONEY if path.relative_to(HOUSE).as_posix() not in DIVIDERS for each in findings(path)]
    assert [each for each in found if each.split(":")[0] not in KNOWN] == []
    assert all(sum(each.startswith(f"{name}:") for each in found) <= most for name, most in KNOWN.items())


@pytest.mark.parametrize("text", ["x = 0.5", "x = total / 3", "x = round(y)", "x = float(y)", "try:\n    pay()\nexcept Error:\n    pass", "try:\n    pay()\nexcept Error:\n    log(1)"])
def test_the_lint_finds_what_it_looks_for(text, tmp_path, monkeypatch):
    planted = tmp_path / "planted.py"
    planted.write_text(text, "utf-8")
    monkeypatch.setitem(globals(), "HOUSE", tmp_path)
    assert len(findings(planted)) == 1


def test_every_money_column_is_a_whole_64_bit_number(site_folder):
    from django.apps import apps
    from django.db.models import BigIntegerField, DecimalField, FloatField
    columns = [(model.__name__, field.name, field) for model in apps.get_app_config("store").get_models() for field in model._meta.fields]
    money = [field for _, name, field in columns if name.endswith("_fen")]
    assert len(money) > 20 and all(type(field) is BigIntegerField for field in money)
    assert not [name for _, name, field in columns if isinstance(field, (FloatField, DecimalField))]
