"""Heads of the chain kept outside the database: one line each in a file on other storage, and digits on paper. Source: R45."""
import json
from dataclasses import dataclass
from pathlib import Path

from sanyi.store.errors import BadAnchors
from sanyi.store.trail.chain import line
from sanyi.terms.disk import append_whole

FILE = "sanyi-trail-anchors.jsonl"


@dataclass(frozen=True)
class Anchor:
    """A head as it was noted outside: its block, how many events it stands for (0: not noted), its hash, when."""

    block: int
    events: int
    hash: str
    at: str = ""


def add_anchor(folder: Path, anchor: Anchor) -> Path:
    """Add a line to the folder's file; it is on the disk when this returns. Errors: BadAnchors where the folder cannot be written."""
    file = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        append_whole(file, line(vars(anchor)), 0o640)
    except OSError as refused:
        raise BadAnchors(f"{file} 不能写入，链首没有锚定 / cannot be written, the head is not anchored: {refused.strerror}") from refused
    return file


def anchors_in(folder: Path) -> list[Anchor]:
    """Every anchor of a folder (or of one file), oldest first. Errors: BadAnchors naming the line that is none."""
    file, found = folder / FILE if folder.is_dir() else folder, []
    try:
        lines = file.read_bytes().splitlines()
    except OSError as missing:
        raise BadAnchors(f"{file} 不能读取 / cannot be read: {missing.strerror}") from missing
    for number, said in enumerate(lines, 1):
        try:
            found.append(Anchor(**json.loads(said)))
        except (ValueError, TypeError):
            raise BadAnchors(f"{file} 第 {number} 行不是锚定记录 / line {number} is no anchor") from None
    return found


def printed(hash: str) -> str:
    """A hash as people copy it from paper: sixteen groups of four."""
    return " ".join(hash[at:at + 4] for at in range(0, len(hash), 4))
