"""Drafts made from uploaded plan documents: each in a folder of its own, made by a process of its own that may be killed."""
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ENDINGS = (".txt", ".docx", ".pdf", ".html", ".htm")
MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 120
FOLDER = "drafts"


class NoDraft(Exception):
    """No draft was made; the words say why."""


@dataclass(frozen=True)
class Drafted:
    """A draft that was made: its key (a digest of the document), the document's name, and the pack's folder."""

    key: str
    name: str
    folder: Path


def make_draft(var: Path, name: str, chunks: Iterable[bytes]) -> Drafted:
    """Draft a pack from an uploaded document; the same document gives the same draft. Errors: NoDraft in both languages."""
    content = b"".join(chunks)
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise NoDraft(f"只能读取 {'、'.join(ENDINGS)} 文件，得到“{name}” / only {', '.join(ENDINGS)} can be read, not {name!r}")
    if len(content) > MOST_BYTES:
        raise NoDraft(f"文件超过 {MOST_BYTES >> 20} MB / the file is larger than {MOST_BYTES >> 20} MB")
    drafted = Drafted(hashlib.sha256(content + ending.encode()).hexdigest()[:16], Path(name).name, Path())
    home = var / FOLDER / drafted.key
    if not (home / "pack" / "pack.toml").is_file():
        _draft(home, content, ending, drafted.name)
    return Drafted(drafted.key, drafted.name, home / "pack")


def find_draft(var: Path, key: str) -> Drafted | None:
    """A draft made before, by its key."""
    home = var / FOLDER / key
    if len(key) != 16 or set(key) - set("0123456789abcdef") or not (home / "pack" / "pack.toml").is_file():
        return None
    return Drafted(key, (home / "name.txt").read_text("utf-8"), home / "pack")


def drafts(var: Path) -> list[Drafted]:
    """Every draft, the newest first."""
    homes = sorted((var / FOLDER).glob("????????????????"), key=lambda home: home.stat().st_mtime, reverse=True) if (var / FOLDER).is_dir() else []
    return [found for home in homes if (found := find_draft(var, home.name))]


def zipped(drafted: Drafted) -> bytes:
    """The pack as one file to take away."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(drafted.folder.iterdir()):
            archive.write(path, f"{drafted.key}/{path.name}")
    return held.getvalue()


def _draft(home: Path, content: bytes, ending: str, name: str) -> None:
    """Run the command beside the pages: a document that makes the reader run away takes no page with it."""
    home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = Path(tempfile.mkdtemp(dir=home.parent, prefix="new-"))
    try:
        document = work / f"document{ending}"
        document.write_bytes(content)
        _run([sys.executable, "-m", "sanyi", "plan", "draft", str(document), "--out", str(work / "pack")], document, name)
        (work / "name.txt").write_text(name, "utf-8")
        try:
            os.replace(work, home)
        except OSError:  # somebody else drafted the same document meanwhile
            shutil.rmtree(work)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _run(command: list[str], document: Path, name: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoDraft(f"文件在 {MOST_SECONDS} 秒内没有读完 / the document was not read within {MOST_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.strip().removeprefix("sanyi: ").replace(str(document), name).replace(document.name, name)
        raise NoDraft(said if done.returncode == 1 else f"文件无法读取 / the document cannot be read: {name}")
