"""Evidence of what was done: files and links, each with its line in the log."""
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import transaction

from sanyi.store.kinds import find_work, kind_of
from sanyi.store.files import FILED, file_path, keep_file, sweep
from sanyi.store.log import stale, write_change
from sanyi.store.models import Evidence
from sanyi.store.who import By, check_roles, check_unit
from sanyi.workflows.errors import BadField, NotAllowed, UnknownWork
from sanyi.workflows.guards import EVIDENCE
from sanyi.workflows.take import clean


def add_file(kind: str, id: int, version: int, evidence_kind: str, name: str, chunks: Iterable[bytes], by: By, now: datetime) -> Evidence:
    """Keep a file as evidence of a task, problem or supervision order (`kind`). Errors: Refused, TooLarge.

    The file is on the disk before the row is written: a row never names a file that is not there.
    """
    _may_add(kind, id, by)  # asked before a byte is written; asked again with the row
    sha256, size = keep_file(Path(settings.VAR), chunks)
    return _add(kind, id, version, by, now, kind=evidence_kind, name=shown_name(name), sha256=sha256, size=size)


def add_link(kind: str, id: int, version: int, evidence_kind: str, name: str, link: str, by: By, now: datetime) -> Evidence:
    """Keep a link as evidence. Errors: Refused; BadField for what is no http(s) address."""
    return _add(kind, id, version, by, now, kind=evidence_kind, name=shown_name(name or link), link=read_link(link))


def evidence_file(id: int) -> tuple[Evidence, Path]:
    """Find a file of evidence to hand out. Errors: UnknownWork."""
    row = Evidence.objects.filter(pk=id).exclude(sha256="").first()
    if row is None or not file_path(Path(settings.VAR), row.sha256).is_file():
        raise UnknownWork(f"没有编号为 {id} 的佐证文件", f"there is no evidence file number {id}")
    return row, file_path(Path(settings.VAR), row.sha256)


def sweep_files() -> list[str]:
    """Remove day-old files that no row names, in whichever table; gives their names."""
    named = {table: set(table._default_manager.exclude(sha256="").values_list("sha256", flat=True)) for table in apps.get_app_config("store").get_models() if table._meta.db_table in FILED}
    return sweep(Path(settings.VAR), set().union(*named.values()))


def read_kind(kind: str) -> str:
    """Read a kind of evidence. Errors: BadField."""
    if kind not in EVIDENCE:
        raise BadField(f"佐证类型应为：{'、'.join(zh for zh, _ in EVIDENCE.values())}", f"evidence is one of: {', '.join(EVIDENCE)}", "kind")
    return kind


def read_link(link: str) -> str:
    """Read a web address. Errors: BadField; nothing is fetched from it."""
    cleaned = clean(link)
    try:
        parts = urlsplit(cleaned)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and not set(cleaned) & set(' <>"')
    except ValueError:
        is_address = False
    if not is_address or len(cleaned) > 1000:
        raise BadField("链接应为 http(s) 地址（至多 1000 字符）", "a link is an http(s) address of at most 1000 characters", "link")
    return cleaned


def shown_name(name: str) -> str:
    """The last part of a file's name, for showing only. Errors: BadField where nothing is left."""
    last = clean(name.replace("\\", "/").rsplit("/", 1)[-1] if "://" not in name else name)[:255]
    if not last:
        raise BadField("请填写名称", "it needs a name", "name")
    return last


def _may_add(kind: str, id: int, by: str, is_locked: bool = False):
    if not kind_of(kind).takes_evidence:
        raise NotAllowed("此类业务不附佐证材料", "this kind of work takes no evidence")
    actor = check_roles(by, ("lead", "office"))
    row = find_work(kind, id, actor, is_locked)
    check_unit(actor, kind_of(kind).units(row))
    return row, actor


def _add(kind_of_work: str, id: int, version: int, by: str, now: datetime, **fields) -> Evidence:
    read_kind(fields["kind"])
    with transaction.atomic():
        row, actor = _may_add(kind_of_work, id, by, is_locked=True)
        if row.version != version:
            raise stale()
        found = Evidence.objects.create(subject=kind_of_work, subject_id=row.pk, round=getattr(row, "round", 1), by=actor.name, at=now, **fields)
        write_change(row, kind_of_work, "evidence", actor.name, now, {}, {"evidence": found.pk, **fields})
    return found
