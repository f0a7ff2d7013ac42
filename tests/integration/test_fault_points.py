"""Named fault points: every call of the store to what lies outside it fails once; what it was part of is whole or not there, says why, and goes through the next time. Source: R19.

The points are found in the code: a call that is added without a scene here fails the test. The database's own failures are those of test_trail.py (R43), test_killed_steps.py (R12) and test_backups.py.
"""
import ast
import errno
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import pytest
from ready_database import CHECKOUT

from sanyi.store.errors import BadAnchors, BadBackup

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
WATCHED = {"os": ("replace", "link", "fsync", "open", "fdopen", "write", "rename"), "tempfile": ("mkstemp",), "shutil": ("copyfile", "copyfileobj"), "subprocess": ("run", "Popen"),
           "tarfile": ("open",)}
OF_PATHS = ("write_text", "write_bytes")
ELSEWHERE = {  # points that no scene in one process comes to, each with who plays it
    ("store/backups/postgres.py", "version_of", "subprocess.run"): "a program that cannot be run is no program: test_a_program_that_cannot_be_run_is_none",
    ("store/backups/postgres.py", "_run", "subprocess.run"): "found by version_of just before; a failing pg_dump and pg_restore: test_backups.py",
    ("store/backups/restoring.py", "_made_whole", "os.replace"): "the last thing of a restore, whose process works in that folder alone: test_backups.py kills and refuses it",
    ("store/sqlite/base.py", "_queue", "os.open"): "no transaction begins in one: test_a_turn_that_cannot_be_asked_for_is_nobodys",
    ("store/backups/restoring.py", "_load", "os.replace"): "only where a later version names the file otherwise"}


def points() -> set[tuple[str, str, str]]:
    """Every call outwards: its file, its function, what it calls."""
    found = set()
    for file in (*(CHECKOUT / "sanyi/store").rglob("*.py"), CHECKOUT / "sanyi/terms/disk.py"):
        for function in (each for each in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(each, ast.FunctionDef)):
            for call in (each.func for each in ast.walk(function) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)):
                module, name = ast.unparse(call.value), call.attr
                if name in WATCHED.get(module, ()) or name in OF_PATHS:
                    found.add((file.relative_to(CHECKOUT / "sanyi").as_posix(), function.name, f"{module}.{name}" if module in WATCHED else name))
    return found


class Faults:
    """Lets one point fail, as a full disk does, and notes that it was come to."""

    def __init__(self, monkeypatch) -> None:
        self.armed: tuple[str, str, str] | None = None
        self.has_fired = False
        self.hit: set[tuple[str, str, str]] = set()
        modules = {"os": os, "tempfile": tempfile, "shutil": shutil, "subprocess": subprocess, "tarfile": tarfile}
        for module, names in WATCHED.items():
            for name in names:
                monkeypatch.setattr(modules[module], name, self._watching(f"{module}.{name}", getattr(modules[module], name)))
        for name in OF_PATHS:
            monkeypatch.setattr(Path, name, self._watching(name, getattr(Path, name)))

    def _watching(self, what, real):
        def called(*given, **named):
            caller = sys._getframe(1).f_code
            place = (caller.co_filename.rpartition("/sanyi/")[2], caller.co_name, what)
            if place == self.armed:
                self.hit.add(place)
                self.has_fired = True
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*given, **named)
        return called


@pytest.fixture
def scenes(undone, site_folder, tmp_path, monkeypatch):
    """By name: the door, the files whose functions it goes through, what it raises, and what must lie there after a failure."""
    from django.conf import settings

    from sanyi.store.backups import restoring, taking
    from sanyi.store import ciphers
    from sanyi.store.files import keep_file
    from sanyi.store.messages.sender import NAMES, NotSent, Sender, set_sender, unset_sender
    from sanyi.store.place import secret_key
    from sanyi.store.trail.anchoring import anchor
    from sanyi.store.trail.anchors import anchors_in
    from sanyi.store.trail.exporting import export
    from sanyi.store.trail.recording import record
    from sanyi.workflows.facts import Actor
    record("run", Actor("office-1", "office", ""), subject="x", now=NOW)
    keep_file(site_folder, [b"in the backup"])
    anchors, keys = tmp_path / "anchors", tmp_path / "keys"
    keys.mkdir()
    spool, numbers = tmp_path / "spool", dict.fromkeys(NAMES, 1)
    spool.mkdir()
    anchor(anchors, NOW)
    count = iter(range(1000))

    def add_key() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(settings, "VAR", str(keys))
            ciphers._keys.cache_clear()
            try:
                ciphers.new_key()
            finally:
                ciphers._keys.cache_clear()

    def restore() -> None:
        """As far as a process that works in a folder already may: the keys and files of the backup are in place then."""
        monkeypatch.setattr(restoring, "configure", lambda place: (_ for _ in ()).throw(Arrived()))
        with pytest.raises(Arrived):
            restoring.restore_backup(tmp_path / "good.tar", tmp_path / "restored", NOW)

    taking.take_backup(site_folder, tmp_path / "good.tar", NOW)
    restored = [each.name for each in tmp_path.iterdir()]
    return {
        "evidence": (lambda: keep_file(site_folder, [b"a proof", str(next(count)).encode()]), ("store/files.py",), OSError, lambda: list((site_folder / "evidence").glob("new-*"))),
        "secret": (lambda: (keys / "secret-key").unlink(missing_ok=True) or secret_key(keys), ("terms/disk.py",), OSError, lambda: [path for path in keys.glob("secret-key*") if path.name != "secret-key" or len(path.read_text()) < 64]),
        "new key": (add_key, ("terms/disk.py",), OSError, lambda: [line for line in (keys / "field-keys").read_text().splitlines() if len(line.split()) != 3] if (keys / "field-keys").exists() else []),
        "anchor": (lambda: anchor(anchors, NOW), ("terms/disk.py",), BadAnchors, lambda: [] if anchors_in(anchors) else ["no anchor"]),
        "export": (lambda: export(tmp_path / "trail.jsonl", NOW) and (tmp_path / "trail.jsonl").unlink(), ("store/trail/exporting.py",), OSError, lambda: list(tmp_path.glob("trail*"))),
        "backup": (lambda: shutil.rmtree(taking.take_backup(site_folder, tmp_path / "there" / "backup", NOW).place), ("store/backups/taking.py", "store/backups/manifest.py"), BadBackup,
                   lambda: list((tmp_path / "there").iterdir())),
        "spool": (lambda: Sender("folder", str(spool), **numbers).send(next(count), "13800000000", "短信", NOW), ("store/messages/sender.py",), NotSent, lambda: list(spool.glob(".*"))),
        "program": (lambda: Sender("command", "/bin/true", **numbers).send(1, "13800000000", "短信", NOW), ("store/messages/sender.py",), NotSent, list),
        "sender": (lambda: set_sender("folder", spool, numbers) and unset_sender(), ("terms/disk.py",), OSError, lambda: [path for path in site_folder.glob("message-sender*") if path.name != "message-sender" or not path.read_text().endswith("}")]),
        "archive": (lambda: taking.take_backup(site_folder, tmp_path / "there" / "backup.tar", NOW).place.unlink(), ("store/backups/taking.py",), BadBackup, lambda: list((tmp_path / "there").iterdir())),
        "restore": (restore, ("store/backups/restoring.py",), BadBackup, lambda: [each.name for each in tmp_path.iterdir() if "restor" in each.name and each.name not in restored])}


class Arrived(Exception):
    """It came as far as it goes here."""


def test_every_call_outwards_fails_once_and_leaves_nothing_half(scenes, monkeypatch):
    faults, wanted = Faults(monkeypatch), points()
    assert set(ELSEWHERE) <= wanted, "an excuse for what is not there"
    for name, (door, files, raised, left) in scenes.items():
        for point in sorted(wanted - set(ELSEWHERE)):
            if point[0] in files:
                faults.armed, faults.has_fired = point, False
                try:
                    door()
                except raised as said:
                    assert str(said), point
                else:
                    assert not faults.has_fired, (name, point, "failed, and nobody heard of it")
                faults.armed = None
                assert left() == [], (name, point, "something half is left")
        door()  # and goes through once there is room
    assert wanted - set(ELSEWHERE) - faults.hit == set(), "points that no scene comes to"
    print(f"{len(faults.hit)} of {len(wanted)} points failed in {len(scenes)} scenes; {len(ELSEWHERE)} elsewhere")


def test_a_turn_that_cannot_be_asked_for_is_nobodys(site_folder, tmp_path, monkeypatch):
    """Who cannot open the file of SQLite's turns begins no transaction, and the next one has its turn."""
    from copy import deepcopy

    from django.db import connection
    from sanyi.store.sqlite.base import DatabaseWrapper
    own = DatabaseWrapper({**deepcopy(connection.settings_dict), "NAME": str(tmp_path / "own.sqlite3")}, "own")
    if connection.vendor != "sqlite":
        pytest.skip("another database has no turns")
    own.connect()
    faults = Faults(monkeypatch)
    faults.armed = ("store/sqlite/base.py", "_queue", "os.open")
    with pytest.raises(OSError, match="No space"):
        own._start_transaction_under_autocommit()
    assert faults.has_fired and own.turn is None
    faults.armed = None
    own._start_transaction_under_autocommit()
    own.connection.execute("CREATE TABLE t (x)")
    own._commit()
    own.close()


def test_a_program_that_cannot_be_run_is_none(monkeypatch):
    from sanyi.store.backups.postgres import version_of
    monkeypatch.setattr(subprocess, "run", lambda *given, **named: (_ for _ in ()).throw(OSError(errno.ENOENT, "gone")))
    assert version_of(Path("/nowhere/pg_dump")) == 0
