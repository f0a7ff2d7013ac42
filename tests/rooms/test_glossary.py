"""Every abbreviation in public docstrings and labels stands in the glossary; so does every Chinese term in docstrings."""
import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "GLOSSARY.md").read_text("utf-8")
FILES = sorted((ROOT / "sanyi").rglob("*.py"))
ABBREVIATION = re.compile(r"\b[A-Z]{2,5}\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Chinese numbers and the names of documents are not terms.
NOT_ABBREVIATIONS = {"OR", "AND", "NOT", "NULL", "ONE", "TODO", "FIRST", "ANY", "TABLE", "YYYY", "MM", "DD", "UTC", "UTF",
                     "ALL", "COPY", "POST", "GET", "TOML", "EVERY", "NO", "STAYS", "ROWS"}


def docstrings(path: Path) -> str:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return "\n".join(ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_docstrings_speak_the_glossary(path):
    text = docstrings(path)
    abbreviations = {word for word in ABBREVIATION.findall(text)} - NOT_ABBREVIATIONS
    lacking = {word for word in abbreviations if not re.search(rf"\b{word}\b", GLOSSARY)}
    if path.parent.name != "draft":  # its docstrings quote pieces of plan texts: 年底前, 三分之一
        lacking |= {term for term in CHINESE.findall(text) if term not in GLOSSARY}
    assert not lacking, f"not in GLOSSARY.md: {', '.join(sorted(lacking))}"


def test_the_check_can_fail():
    assert ABBREVIATION.findall("a QZX of 不在词汇表") and "QZX" not in GLOSSARY and "不在词汇表" not in GLOSSARY
