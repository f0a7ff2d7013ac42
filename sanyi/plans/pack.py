"""Read one pack folder: its identity and all its entries, with the line each stands on."""
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
import re
import tomllib

from sanyi.plans.build import NAME_KEY, build_entry
from sanyi.plans.code_words import codes_in
from sanyi.plans.entries import KINDS, Coded, Place, Value
from sanyi.plans.errors import Problem

FILE_DEFAULTS = ("document", "confidence", "demonstration", "from")
_IDENTITY = {"id": str, "kind": str, "title_zh": str, "title_en": str, "number": str, "body_zh": str, "body_en": str,
             "issued_on": date, "note_zh": str, "note_en": str, "parents": list, "uses": list,
             "extends": str, "drops": list}
WORDS = "words.toml"
PACK_KINDS = ("plan", "what_if", "region", "dictionary")
PACK_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAY_LACK = {"number", "note_zh", "note_en", "parents", "uses", "issued_on", "extends", "drops"}


@dataclass(frozen=True)
class ParentDocument:
    """A document a plan rests on: title and number (empty when the text gives none)."""

    title: str
    number: str = ""


@dataclass(frozen=True)
class Borrowing:
    """Another pack whose values this one uses, and the day from which they shall hold here (None: their own dates)."""

    pack: str
    since: date | None = None


@dataclass(frozen=True)
class Identity:
    """What a plan document is: titles, number, issuing body, date, parents.

    `extends` names the pack it stands on: all of that pack holds unless this one says otherwise; `drops` lists what of it
    no longer holds, as `kind:id`.
    """

    id: str
    kind: str
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    number: str = ""
    issued_on: date | None = None
    note_zh: str = ""
    note_en: str = ""
    parents: tuple[ParentDocument, ...] = ()
    uses: tuple[Borrowing, ...] = ()
    extends: str = ""
    drops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """One pack as read: identity (None when unreadable), entries in file order, problems found, and its own words for codes."""

    folder: Path
    identity: Identity | None
    entries: tuple
    problems: tuple[Problem, ...]
    words: tuple = ()

    def of(self, kind: str) -> tuple:
        """Give the entries of one kind, in file order."""
        return tuple(entry for entry in self.entries if type(entry) is KINDS[kind])


def read_identity(folder) -> Identity | None:
    """Read what a pack is, without its entries; None when that cannot be read."""
    return _read_identity(Path(folder), [])


def read_pack(folder) -> Pack:
    """Read a pack folder; faults come back as problems, not as exceptions."""
    folder = Path(folder)
    problems, entries = [], []
    identity = _read_identity(folder, problems)
    words = _read_words(folder, problems)
    for path in sorted(folder.glob("*.toml")):
        if path.name not in ("pack.toml", WORDS):
            entries += [_with_words(entry, words) for entry in _read_entries(folder, path, problems)]
    return Pack(folder, identity, tuple(entries), tuple(problems), tuple(words.items()))


def _read_words(folder: Path, problems: list) -> dict[str, tuple[str, str]]:
    """What the pack calls its own codes: `code = ["中文", "English"]` lines of words.toml."""
    if not (folder / WORDS).is_file():
        return {}
    content, text = _parsed(folder / WORDS, f"{folder.name}/{WORDS}", problems)
    good = {}
    for code, pair in (content or {}).items():
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) and word for word in pair):
            good[code] = tuple(pair)
        else:
            _add(problems, "wrong_key_type", f"{folder.name}/{WORDS}", _line_of(text.splitlines(), 0, code), f"{code} = {pair!r}",
                 f'{code} = ["中文", "English"]')
    return good


def _with_words(entry, words: dict):
    if not isinstance(entry, Coded):
        return entry
    used = codes_in(entry.value if isinstance(entry, Value) else entry.default)
    found = tuple((code, words[code]) for code in sorted(used) if code in words)
    return replace(entry, words=found) if found else entry


def _parsed(path: Path, shown: str, problems: list):
    if not path.is_file():
        problems.append(Problem("missing_file", shown, 0, seen=path.name, expected="pack.toml"))
        return None, ""
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors mark a UTF-8 file with three bytes of their own
        return tomllib.loads(text), text
    except UnicodeDecodeError as error:
        problems.append(Problem("wrong_encoding", shown, 0, seen=f"{error.reason}, byte {error.start}", expected="UTF-8"))
        return None, ""
    except OSError as error:
        problems.append(Problem("bad_toml", shown, 0, seen=error.strerror or str(error)))
        return None, ""
    except RecursionError:
        problems.append(Problem("bad_toml", shown, 0, seen="嵌套过深 / nested too deeply"))
        return None, ""
    except ValueError as error:  # not TOML, or a number of thousands of digits
        at = re.search(r"at line (\d+)", str(error))
        problems.append(Problem("bad_toml", shown, int(at.group(1)) if at else 0, seen=str(error)))
        return None, ""


def _read_identity(folder: Path, problems: list) -> Identity | None:
    shown = f"{folder.name}/pack.toml"
    table, text = _parsed(folder / "pack.toml", shown, problems)
    if table is None:
        return None
    lines, before = text.splitlines(), len(problems)
    for key in table:
        if key not in _IDENTITY:
            _add(problems, "unknown_key", shown, _line_of(lines, 0, key), key, ", ".join(_IDENTITY))
    for key, expected in _IDENTITY.items():
        if key not in table and key not in _MAY_LACK:
            _add(problems, "missing_key", shown, 1, key, expected.__name__)
        elif key in table and not _is_a(table[key], expected):
            _add(problems, "wrong_key_type", shown, _line_of(lines, 0, key), f"{key} = {table[key]!r}", expected.__name__)
    for key in ("id", "extends"):
        if isinstance(table.get(key), str) and not PACK_NAME.fullmatch(table[key]):
            _add(problems, "bad_name", shown, _line_of(lines, 0, key), table[key], "words-in-lower-case")
    if table.get("drops") and not table.get("extends"):
        _add(problems, "drops_nothing", shown, _line_of(lines, 0, "drops"), f"drops = {table['drops']!r}", 'extends = "haikou-2018"')
    if len(problems) > before:
        return None
    return _identity(table, shown, lines, problems)


def _is_a(found, expected) -> bool:
    if expected is date:
        return type(found) is date  # a moment is no day
    return isinstance(found, expected)


def _identity(table: dict, shown: str, lines: list, problems: list) -> Identity | None:
    try:
        parents = tuple(_parent(**parent) for parent in table.get("parents", ()))
        uses = tuple(_borrowing(use) for use in table.get("uses", ()))
    except (TypeError, KeyError, ValueError):
        key = "parents" if "parents" in table else "uses"
        _add(problems, "wrong_key_type", shown, _line_of(lines, 0, key), "parents, uses",
             'parents = [{ title = "…", number = "…" }], uses = ["pack"] or [{ pack = "…", from = 2017-01-01 }]')
        return None
    if not all(isinstance(name, str) for name in table.get("drops", ())):
        _add(problems, "wrong_key_type", shown, _line_of(lines, 0, "drops"), f"drops = {table['drops']!r}", 'drops = ["task:task-07"]')
        return None
    if table["kind"] not in PACK_KINDS:
        _add(problems, "unknown_word", shown, _line_of(lines, 0, "kind"), f"kind = {table['kind']!r}", ", ".join(PACK_KINDS))
        return None
    if table["kind"] == "what_if" and not table.get("extends"):
        _add(problems, "missing_key", shown, 1, "extends", 'extends = "haikou-2018"')
        return None
    return Identity(**{**table, "parents": parents, "uses": uses, "drops": tuple(table.get("drops", ()))})


def _parent(title, number="") -> ParentDocument:
    if not isinstance(title, str) or not isinstance(number, str):
        raise ValueError(title)
    return ParentDocument(title, number)


def _borrowing(use) -> Borrowing:
    use = {"pack": use} if isinstance(use, str) else use
    if set(use) - {"pack", "from"} or not PACK_NAME.fullmatch(use["pack"]) or type(use.get("from", date.min)) is not date:
        raise ValueError(use)
    return Borrowing(use["pack"], use.get("from"))


def _add(problems, kind, file, line, seen, expected) -> None:
    problems.append(Problem(kind, file, line, entry="pack", seen=seen, expected=expected))


def _read_entries(folder: Path, path: Path, problems: list) -> list:
    shown = f"{folder.name}/{path.name}"
    content, text = _parsed(path, shown, problems)
    if content is None:
        return []
    lines = text.splitlines()
    defaults = {key: content[key] for key in FILE_DEFAULTS if key in content}
    entries = []
    for kind, tables in content.items():
        if kind in FILE_DEFAULTS:
            continue
        if kind not in KINDS or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            problems.append(Problem("unknown_kind", shown, _line_of_kind(lines, kind), seen=kind,
                                    expected=", ".join([*(f"[[{known}]]" for known in KINDS), *FILE_DEFAULTS])))
            continue
        for table, start in zip(tables, _starts(lines, kind, len(tables)), strict=True):
            entries.append(_read_one(kind, table, defaults, (folder.name, path.name, lines, start), problems))
    return [entry for entry in entries if entry is not None]


def _read_one(kind, table, defaults, where, problems):
    pack, file, lines, start = where
    name = str(table.get(NAME_KEY.get(kind, "id"), f"[[{kind}]]"))

    def report(problem, key, seen, expected):
        line = _line_of(lines, start - 1, key) if key else start
        problems.append(Problem(problem, f"{pack}/{file}", line, name, seen, expected))

    return build_entry(kind, table, defaults, Place(pack, file, start), report)


def _starts(lines: list, kind: str, count: int) -> list:
    header = re.compile(rf"\s*\[\[\s*\"?{re.escape(kind)}\"?\s*\]\]")
    found = [number for number, line in enumerate(lines, 1) if header.match(line)]
    return found if len(found) == count else [0] * count


def _line_of_kind(lines: list, kind: str) -> int:
    header = re.compile(rf"\s*(\[\[?\s*)?\"?{re.escape(kind)}\"?\s*[\].=]")
    return next((number for number, line in enumerate(lines, 1) if header.match(line)), 0)


def _line_of(lines: list, start: int, key: str) -> int:
    """Find a key's line from an entry's header on (`start` counts from 0); the header's line when not found."""
    written = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
    for offset, line in enumerate(lines[max(start, 0):]):
        if offset and line.lstrip().startswith("[["):
            break
        if written.match(line):
            return max(start, 0) + offset + 1
    return start + 1
