"""A value in a pack is either asked for by the code, or says itself that it is only recorded."""
import ast
import re
from functools import cache
from pathlib import Path

import pytest

from sanyi.plans.pack import read_pack

ROOT = Path(__file__).parents[2]
PACKS = sorted(path.parent for path in (ROOT / "packs").glob("*/pack.toml"))
RECORDED = ("本版仅记录，不参与计算", "recorded only, not computed in this version")


@cache
def names_in_code():
    """Every string constant under sanyi/, and for each f-string that builds a name: its pattern and its room's constants."""
    exact, built, rooms = set(), [], {}
    for path in (ROOT / "sanyi").rglob("*.py"):
        room, tree = path.parent, ast.parse(path.read_text("utf-8"))
        parts = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
        words = {node.value for node in ast.walk(tree)
                 if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts}
        exact |= words
        rooms.setdefault(room, set()).update(words)
        built += [(room, pattern) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for pattern in [pattern_of(node)] if pattern]
    return exact, [(re.compile(pattern), rooms[room]) for room, pattern in built]


def pattern_of(node):
    """The pattern of an f-string such as f"appraisal.{name}"; none where it does not begin with a name and a dot."""
    pattern = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)" for part in node.values)
    return pattern if re.match(r"[a-z_]+\\\.[a-z_\\.]*\(", pattern) else None


def is_read(name):
    """Whether code names the value, whole or by an f-string filled with a constant of the same room (or a code of the tables)."""
    exact, built = names_in_code()
    if name in exact:
        return True
    found = [(match.group(1), words) for pattern, words in built for match in [pattern.fullmatch(name)] if match]
    return any(filled in words or filled in ("resident", "employee") for filled, words in found)


def test_the_search_tells_read_from_unread():
    assert all(is_read(name) for name in ("dip.score_scale", "appraisal.gates", "fund.raised_per_head_fen.employee", "dip.auxiliary_cv_fall_ppm"))
    assert not any(is_read(name) for name in ("dip.never_read_days", "appraisal.quarters_of_the_moon", "telemedicine.levels"))


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_value_that_nothing_reads_says_so(folder):
    entries = [entry for kind in ("value", "gap") for entry in read_pack(folder).of(kind)]
    assert entries or folder.name == "indicators"
    years = {entry.due_year_setting for kind in ("target", "goal") for entry in read_pack(folder).of(kind)}  # read by the deadlines that name them
    unread = [entry for entry in entries if not is_read(entry.id) and entry.id not in years]
    assert [entry.id for entry in unread if RECORDED[0] not in entry.note_zh or RECORDED[1] not in entry.note_en] == []
    assert [entry.id for entry in entries if is_read(entry.id) and RECORDED[0] in entry.note_zh] == [], "marked, but read"
