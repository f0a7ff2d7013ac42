"""DRG schemes on disk: where they lie, how one is imported, and the compiled tables a run reads."""
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanyi.engines.raw_errors import Unreadable
from sanyi.engines.scheme_files import read_sheets
from sanyi.engines.small_files import write_rows
from sanyi.grouping.drg.checking import check, notices
from sanyi.grouping.drg.compiling import compiled
from sanyi.grouping.drg.reading import Fault, Read, read_cells
from sanyi.grouping.drg.scheme import SWITCHES, Scheme
from sanyi.runs.card import code_version
from sanyi.runs.errors import SchemeRefused, UnknownScheme
from sanyi.runs.packs import packs_folders
from sanyi.tables.scheme_tables import compiled_scheme_tables, scheme_tables

FOLDER, CARD, OWN, COMPILED = "schemes", "scheme.json", "SANYI_SCHEMES", ".compiled"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
FAULTS_SHOWN = 20


@dataclass(frozen=True)
class Imported:
    """What an import did: where the scheme lies, its card, whether it was there already, and what to look at."""

    folder: Path
    card: Mapping[str, Any]
    was_there: bool
    notices: tuple[Fault, ...]


@dataclass(frozen=True)
class CompiledScheme:
    """A scheme ready for the engine: its name, the digest of its tables, and the files of its compiled tables."""

    name: str
    digest: str
    key: str
    folder: Path

    def path(self, table: str) -> Path:
        """The file of a compiled table."""
        return self.folder / f"{table}.parquet"


def own_folder() -> Path:
    """Where a site's imported schemes lie: the folder that SANYI_SCHEMES names, else `schemes` where the command runs."""
    return Path(os.environ.get(OWN) or FOLDER)


def scheme_folders(records: Path | None = None) -> list[Path]:
    """Where schemes are looked for, in order: the site's own, beside the records, then with the packs."""
    beside = [records.resolve().parent / FOLDER] if records else []
    lent = [path for packs in packs_folders() for path in sorted(packs.glob(f"*/{FOLDER}"))]
    return [folder for folder in dict.fromkeys([own_folder().resolve(), *beside, *lent]) if folder.is_dir()]


def schemes(records: Path | None = None) -> dict[str, Path]:
    """Every scheme's folder by name; of two of one name the first found holds."""
    found: dict[str, Path] = {}
    for folder in scheme_folders(records):
        for path in sorted(folder.iterdir()):
            if path.is_dir() and NAME.fullmatch(path.name):
                found.setdefault(path.name, path)
    return found


def find_scheme(name: str, records: Path | None = None) -> Path:
    """A scheme's folder. Raises UnknownScheme naming those there are."""
    found = schemes(records)
    if name not in found:
        raise UnknownScheme(f"没有分组方案“{name}”；有：{'、'.join(found) or '无'} / there is no scheme {name!r}; there is {', '.join(found) or 'none'} "
                            "(`sanyi scheme import PATH --as NAME`)")
    return found[name]


def read_scheme(path: Path, name: str, switches: Mapping[str, bool] = {}, lent: Mapping[str, Path] = {}) -> tuple[Scheme, Read]:
    """Read a scheme's tables from a folder or workbook; `lent` gives tables that lie in files of their own. Raises SchemeRefused."""
    wanted = {table: promise.names for table, promise in scheme_tables().items()}
    try:
        sheets = [*read_sheets(path, wanted), *(_lent(file, table, wanted[table]) for table, file in lent.items())]
    except Unreadable as unreadable:
        raise SchemeRefused(f"{path}: 无法读取 / cannot be read: {unreadable}") from None
    read = read_cells(sheets)
    kept = {row["name"]: row["value"] for row in read.rows.get("switches", ())} | dict(switches)
    read.rows["switches"] = [{"name": name_, "value": value} for name_, value in sorted(kept.items())]
    read.lines["switches"] = [*range(2, len(kept) + 2)]
    read.files.setdefault("switches", "switches")
    faults = check(read)
    if faults:
        more = f"\n…（共 {len(faults)} 处 / {len(faults)} in all）" if len(faults) > FAULTS_SHOWN else ""
        raise SchemeRefused(f"{path}: 分组方案有 {len(faults)} 处问题，未导入 / the scheme has {len(faults)} fault(s) and was not taken\n"
                            + "\n".join(map(str, faults[:FAULTS_SHOWN])) + more)
    return Scheme(name, read.rows, ""), read


def _lent(file: Path, table: str, columns: tuple[str, ...]):
    """A crosswalk given in a file of its own, whatever the file is called."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"{table}{file.suffix.lower()}"
        if not file.is_file() or place.suffix not in (".csv", ".parquet"):
            raise Unreadable("no_scheme", f"{file}: expected a .csv or .parquet file")
        shutil.copyfile(file, place)
        return read_sheets(Path(folder), {table: columns})[0]


def import_scheme(path: Path, name: str, folder: Path | None = None, switches: Mapping[str, bool] = {}, lent: Mapping[str, Path] = {},
                  title: str = "") -> Imported:
    """Bring a published scheme into a schemes folder, whole or not at all.

    A name stands for one content for ever: the same content again is taken as done, another under that name is refused.
    """
    if not NAME.fullmatch(name):
        raise SchemeRefused(f"方案名 {name!r}；应为小写字母、数字、点、横线 / scheme name {name!r}; expected small letters, digits, dots and dashes")
    scheme, read = read_scheme(path, name, switches, lent)
    target = (folder or own_folder()) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    try:
        card = _write(scheme, part, title or name)
        was_there = target.exists()
        if was_there and _card(target)["digest"] != card["digest"]:
            raise SchemeRefused(f"{target}: 已有同名而内容不同的方案；请另取名称 / another scheme has this name; choose another name, such as {name}.1")
        if not was_there:
            os.chmod(part, 0o755)
            os.replace(part, target)
        return Imported(target, card, was_there, tuple(notices(read)))
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(scheme: Scheme, folder: Path, title: str) -> dict[str, Any]:
    rows = {name: [{column.name: row.get(column.name) for column in table.columns} for row in scheme[name]] for name, table in scheme_tables().items() if name in scheme.tables}
    for name, held in rows.items():
        write_rows(scheme_tables()[name], held, folder / f"{name}.parquet")
    card = {"name": scheme.name, "title": title, "sizes": {name: len(held) for name, held in rows.items()}, "digest": digest_of(folder)}
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1), "utf-8")
    return card


def digest_of(folder: Path) -> str:
    """One digest of a scheme's files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".parquet", ".csv") and path.stem in scheme_tables()):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _card(folder: Path) -> dict[str, Any]:
    return json.loads((folder / CARD).read_text("utf-8"))


def open_scheme(name: str, records: Path | None = None) -> Scheme:
    """A scheme by name. Raises UnknownScheme, and SchemeRefused where its files are not those that were imported."""
    folder = find_scheme(name, records)
    digest = digest_of(folder)
    if (folder / CARD).is_file() and _card(folder)["digest"] != digest:
        raise SchemeRefused(f"{folder}: 文件与导入时不同，请重新导入 / the files are not those that were imported; import the scheme again under a new name")
    scheme, _ = read_scheme(folder, name)
    return Scheme(name, scheme.tables, digest)


def check_scheme(path_or_name: str) -> tuple[Scheme, list[Fault]]:
    """Read a scheme from a folder, a workbook, or by name, and say what to look at. Raises SchemeRefused, UnknownScheme."""
    path = Path(path_or_name)
    folder = path if path.exists() else find_scheme(path_or_name)
    scheme, read = read_scheme(folder, path_or_name)
    return scheme, notices(read)


def title_of(folder: Path) -> str:
    """What a scheme is called, as its importer named it."""
    return _card(folder)["title"] if (folder / CARD).is_file() else folder.name


def compiled_scheme(name: str, keep_in: Path, records: Path | None = None) -> CompiledScheme:
    """A scheme's compiled tables, kept under the digest of scheme and code so that they are made once."""
    digest = digest_of(find_scheme(name, records))
    key = hashlib.sha256(f"{name}\n{digest}\n{code_version(('grouping', 'tables'))}".encode()).hexdigest()
    folder = keep_in / f"{name}-{key[:16]}"
    if not folder.is_dir():
        _compile(open_scheme(name, records), folder)
    return CompiledScheme(name, digest, key, folder)


def _compile(scheme: Scheme, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for name, rows in compiled(scheme).items():
            write_rows(compiled_scheme_tables()[name], rows, part / f"{name}.parquet")
        os.replace(part, folder)
    except OSError:
        if not folder.is_dir():  # another run may have put it there meanwhile
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def switches_from(texts: list[str]) -> dict[str, bool]:
    """Switches given as a name with =on or =off. Raises SchemeRefused naming those there are."""
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in SWITCHES or value not in ("on", "off"):
            raise SchemeRefused(f"开关 {text!r}；应为 名称=on 或 名称=off，名称有 {'、'.join(SWITCHES)} / switch {text!r}; expected NAME=on or NAME=off, of {', '.join(SWITCHES)}")
        found[name] = value == "on"
    return found
