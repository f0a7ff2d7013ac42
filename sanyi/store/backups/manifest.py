"""What a backup says of itself: which moment of which database it holds, and the digest of every file in it."""
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
import hashlib
import json
from pathlib import Path
from typing import Any

from sanyi.store.errors import BadBackup

FORMAT, FAMILY = "sanyi-backup/1", "sanyi-backup/"
FILE = "manifest.json"
KEYS = ("secret-key", "field-keys")  # without them second factors, digests and enciphered fields are lost
CHUNK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """One file: its digest and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """A backup's own words. `rows` counts every table at the moment that was kept; `head` is the trail's block, events and hash then.

    `keys` describes both key files, whether they lie in the backup (`has_keys`) or apart. `missing` names evidence that was
    already gone or damaged when the backup was made. `files` are paths within the backup.
    """

    made_at: str
    program: str
    database: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    head: tuple[int, int, str]
    waiting: int
    has_keys: bool
    keys: Mapping[str, Kept]
    files: Mapping[str, Kept]
    missing: tuple[str, ...] = field(default=())


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write it; gives the digest that names the backup."""
    said = {"format": FORMAT, **asdict(manifest)}
    digest = _digest(said)
    (folder / FILE).write_text(_text({**said, "digest": digest}), "ascii")
    return digest


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """Read it and its digest. Errors: BadBackup where there is none, it is another program's or a newer one's, or a byte of it was changed."""
    path = folder / FILE
    if not path.is_file():
        raise BadBackup(f"{folder} 不是本系统的备份：没有 {FILE}", f"{folder} is no backup of this system: it has no {FILE}")
    try:
        said = json.loads(path.read_bytes())
        form = said.pop("format")
        digest = said.pop("digest")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise BadBackup(f"{path} 不能读取：已损坏，或是其他程序的文件", f"{path} cannot be read: it is damaged, or another program's") from None
    if form != FORMAT:
        _refuse_form(path, str(form))
    if _digest({"format": form, **said}) != digest or path.read_text("utf-8") != _text({"format": form, **said, "digest": digest}):
        raise BadBackup(f"{path} 与自身的摘要不符：已损坏或被改动", f"{path} does not fit its own digest: it is damaged or was changed")
    return _manifest(said), digest


def kept(path: Path) -> Kept:
    """A file as it lies there."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Kept(digest.hexdigest(), size)


def _refuse_form(path: Path, form: str) -> None:
    if form.startswith(FAMILY):
        raise BadBackup(f"{path} 的格式是 {form}，本程序只认得 {FORMAT}：请用做备份的那一版（或更新的）程序恢复",
                        f"{path} is of the format {form}, this program knows {FORMAT}: restore it with the version that made it, or a newer one")
    raise BadBackup(f"{path} 是其他程序的文件（{form[:40]!r}）", f"{path} is another program's ({form[:40]!r})")


def _manifest(said: dict[str, Any]) -> Manifest:
    files = {name: Kept(**each) for name, each in said.pop("files").items()}
    keys = {name: Kept(**each) for name, each in said.pop("keys").items()}
    lists = {name: tuple(said.pop(name)) for name in ("migrations", "head", "missing")}
    return Manifest(**said, **lists, files=files, keys=keys)


def _text(said: Mapping[str, Any]) -> str:
    return json.dumps(said, sort_keys=True, indent=1, ensure_ascii=True) + "\n"


def _digest(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(said).encode()).hexdigest()
