"""Foreign files before they are opened: which there are, what they are, and a digest of their content."""
import codecs
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sanyi.engines.raw_errors import Unreadable

CHUNK = 4 << 20
KINDS = {".csv": "csv", ".txt": "csv", ".parquet": "parquet", ".xlsx": "xlsx"}
MARKS = {b"PAR1": "parquet", b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "ole", b"\x1f\x8b": "gzip", b"%PDF": "pdf"}
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class Found:
    """A file of the source: its path inside the folder, and a reason when it must not be opened."""

    name: str
    path: Path
    reason: str = ""


@dataclass(frozen=True)
class Opened:
    """What a file is: csv, parquet or xlsx, the digest of its bytes, and a text file's encoding."""

    kind: str
    sha256: str
    encoding: str = ""
    skip: int = 0


def list_files(folder: Path) -> list[Found]:
    """All files of a folder by name; parts starting with "_" or "." are left out, links and odd files are marked."""
    found = []
    for root, folders, files in os.walk(folder, followlinks=False):
        here = Path(root)
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name[0] not in "_." and name not in linked)
        for name in [*files, *linked]:
            if name[0] not in "_.":
                path = here / name
                plain = stat.S_ISREG(path.lstat().st_mode)
                found.append(Found(path.relative_to(folder).as_posix(), path, "" if plain else "file_link"))
    return sorted(found, key=lambda each: each.name)


def look_at(path: Path) -> Opened:
    """Say what a file is by its name and first bytes, which must agree; raises Unreadable."""
    kind = KINDS.get(path.suffix.lower())
    with path.open("rb") as stream:
        first = stream.read(8)
    marked = next((name for mark, name in MARKS.items() if first.startswith(mark)), "csv")
    if not first:
        raise Unreadable("file_empty")
    if kind is None or marked != kind:
        raise Unreadable("file_type", f"{path.suffix or path.name}: {marked if marked != 'csv' else 'text or unknown'}")
    if kind == "csv":
        return _look_at_text(path)
    return Opened(kind, sha256(path))


def sha256(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def chunks(path: Path, skip: int = 0) -> Iterator[bytes]:
    """A file's bytes, piece by piece."""
    with path.open("rb") as stream:
        stream.seek(skip)
        while piece := stream.read(CHUNK):
            yield piece


def _look_at_text(path: Path) -> Opened:
    """One pass: the digest, and whether the bytes are sound UTF-8."""
    digest, decoder, sound = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")("strict"), True
    head, in_character, zeros, size = b"", False, 0, 0
    for piece in chunks(path):
        head = head or piece
        zeros, size = zeros + piece.count(0), size + len(piece)
        digest.update(piece)
        if sound and (in_character or not piece.isascii()):
            try:
                decoder.decode(piece)
                in_character = bool(decoder.getstate()[0])
            except UnicodeDecodeError:
                sound = False
    mark, encoding = next((pair for pair in BYTE_ORDER_MARKS if head.startswith(pair[0])), (b"", ""))
    if zeros * 5 > size and not encoding.startswith("utf-16"):
        raise Unreadable("file_encoding", "many NUL bytes (UTF-16 without a byte-order mark, or not text)")
    if not mark:
        encoding = "utf-8" if sound and not in_character else _other_encoding(path)
    return Opened("csv", digest.hexdigest(), encoding if sound or encoding != "utf-8" else "utf-8-broken", len(mark))


def _other_encoding(path: Path) -> str:
    """UTF-8 with a few broken bytes, or GB18030, whichever fits; raises Unreadable when neither does."""
    broken = [0, 0, 0]  # characters beyond ASCII in UTF-8; broken ones in UTF-8; broken ones in GB18030
    size = 0
    decoders = [codecs.getincrementaldecoder(name)("replace") for name in ("utf-8", "gb18030")]
    for piece in chunks(path):
        size += len(piece)
        utf, national = (decoder.decode(piece) for decoder in decoders)
        lost = utf.count("\ufffd")
        broken[0] += sum(1 for letter in utf if letter > "\x7f") - lost if lost < 1_000_000 else 0
        broken[1] += lost
        broken[2] += national.count("\ufffd")
    if broken[0] > 10 * broken[1]:
        return "utf-8-broken"
    if broken[2] == 0:
        return "gb18030"
    if min(broken[1], broken[2]) * 20 > size:
        raise Unreadable("file_encoding", f"{broken[1]} broken places as UTF-8, {broken[2]} as GB18030")
    return "utf-8-broken" if broken[1] <= broken[2] else "gb18030"
