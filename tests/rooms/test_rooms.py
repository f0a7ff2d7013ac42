"""The walls of the house stand: who imports whom, what each room says it is for, what nothing may be called."""
import ast
import re
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import sanyi

HOUSE = Path(sanyi.__file__).parent
ROOMS = sorted(folder for folder in HOUSE.iterdir() if folder.is_dir() and any(folder.glob("*.py")))
FORBIDDEN_WORDS = {"manager", "helper", "helpers", "handler", "handlers", "util", "utils", "base", "common", "misc",
                   "service", "services", "processor", "v2", "tools", "stuff", "core"}


def words_of(name: str) -> set[str]:
    """Split `caseManager` and `case_manager` into their words, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)}


def class_names(path: Path) -> list[str]:
    return [node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ClassDef)]


def test_rooms_import_only_what_lies_below(checkout, capsys, monkeypatch):
    monkeypatch.chdir(checkout)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_room_has_its_place_in_the_contract(checkout):
    layers = (checkout / "pyproject.toml").read_text("utf-8")
    assert [room.name for room in ROOMS if f"({room.name})" not in layers] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_room_says_in_one_sentence_what_it_is_for(room):
    assert (room / "__init__.py").exists(), f"the room {room.name} has no __init__.py to say what it is for"
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
    assert docstring, f"{room.name}/__init__.py has no docstring"
    first_paragraph = " ".join(docstring.split("\n\n")[0].split())
    assert re.fullmatch(r"[^.。]+(?:[.](?=\w)[^.。]+)*[.。]", first_paragraph), first_paragraph


FIELD_TERMS = {"medical_service_income_share",  # 医疗服务收入占比, the indicator's own name (IND-11)
               "base"}  # under this name Django looks for a database's backend (store/sqlite/base.py, store/postgresql/base.py)


def test_files_and_classes_are_called_what_they_hold():
    paths = list(HOUSE.rglob("*.py"))
    names = [path.stem for path in paths] + [path.parent.name for path in paths]
    names += [name for path in paths for name in class_names(path)]
    assert sorted({name for name in names if words_of(name) & FORBIDDEN_WORDS} - FIELD_TERMS) == []


def test_forbidden_words_are_found_in_both_spellings():
    assert words_of("CaseManager") & FORBIDDEN_WORDS and words_of("date_utils") & FORBIDDEN_WORDS
    assert not words_of("database") & FORBIDDEN_WORDS
