"""Hand-worked money: the points where rounding decides, and sums as people read them."""
import ast
from pathlib import Path

import pytest

from sanyi.terms.fen import ratio, share_out, take_rate, yuan

ROOT = Path(__file__).parents[2]
MONEY = sorted((ROOT / "sanyi/payment").rglob("*.py")) + [ROOT / "sanyi/terms/fen.py", ROOT / "sanyi/tables/money.py"]


@pytest.mark.parametrize(("amount", "numerator", "denominator", "part"), [
    (1, 500_000, 1_000_000, 1), (1, 499_999, 1_000_000, 0), (-1, 500_000, 1_000_000, -1), (3, 1, 2, 2), (-3, 1, 2, -2),
    (1_234_567_890, 300_000, 1_000_000, 370_370_367), (370_370_367, 550_000, 1_000_000, 203_703_702),
    (9_007_199_254_740_993, 1, 1, 9_007_199_254_740_993), (0, 850_000, 1_000_000, 0)])
def test_take_rate(amount, numerator, denominator, part):
    assert take_rate(amount, numerator, denominator) == part


def test_share_out_by_largest_remainder():
    assert share_out(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert share_out(10, {"a": 5, "b": 3, "c": 3}) == {"a": 4, "b": 3, "c": 3}


def test_ratio_is_empty_where_it_cannot_be_computed():
    assert ratio(900, 1000) == 900_000 and ratio(1, 0) is None and ratio(None, 5) is None


def test_yuan():
    assert yuan(370_370_367) == "3,703,703.67" and yuan(-5) == "-0.05" and yuan(None) == "–"


def inexact(tree):
    """Floating point in a syntax tree: float literals and calls, true division, round."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.FloorDiv)) and not _is_month(node):
            yield node.lineno
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("float", "round", "mean"):
            yield node.lineno


def _is_month(node):
    return isinstance(node.right, ast.Constant) and node.right.value == 12 and "month" in ast.unparse(node.left)


@pytest.mark.parametrize("path", MONEY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_floating_point_near_money(path):
    lines = list(inexact(ast.parse(path.read_text("utf-8"))))
    if path.name == "fen.py":  # the kernel itself divides whole numbers, and `yuan` only prints
        lines = [number for number in lines if "//" not in path.read_text("utf-8").splitlines()[number - 1]]
    assert not lines


def test_the_lint_can_fail():
    assert list(inexact(ast.parse("a / 2"))) and list(inexact(ast.parse("round(a)"))) and list(inexact(ast.parse("x = 0.85")))
