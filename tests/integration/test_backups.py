"""Backups on both databases: taken while people write, restored whole or not at all, and the restored place goes on. Source: R16, R17."""
import os
import random
import resource
import shutil
import subprocess
import sys
import tarfile
import time
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

import pytest
import test_clearing_database as clearing

from sanyi.store.backups.manifest import FILE, read_manifest
from sanyi.store.backups.restoring import _unpacked, restore_backup
from sanyi.store.errors import BadBackup

DATABASES = count()
HOUSE = str(Path(__file__).parents[2])


class Place(clearing.Place):
    """A folder with its database, the scripts, and the command line run there."""

    scripts = Path(__file__).parent / "backup_scripts.py"

    def sanyi(self, *words, **more) -> subprocess.CompletedProcess:
        done = subprocess.run([sys.executable, "-m", "sanyi", *map(str, words)], capture_output=True, text=True, env={**self.environment, "PYTHONPATH": HOUSE}, timeout=300, **more)
        assert "Traceback" not in done.stderr, done.stderr[-3000:]
        return done

    def elsewhere(self, request, var: Path) -> "Place":
        """An empty place of the same kind."""
        made = type(self)(var, _address(request, is_empty=True) if self.address else "")
        shutil.rmtree(var, ignore_errors=True)  # a place of other tests begins with an empty database
        return made

    def restored(self, request, source: Path, var: Path, *words) -> tuple["Place", subprocess.CompletedProcess]:
        other = self.elsewhere(request, var)
        return other, other.sanyi("restore", "--from", source, "--var", var, *words)


def _address(request, is_empty: bool = False) -> str:
    return request.getfixturevalue("postgres_server").database(f"backup{os.getpid()}x{next(DATABASES)}", is_empty)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Place:
    """An SQLite installation with something of each kind that a backup must carry; tests work on copies."""
    made = Place(tmp_path_factory.mktemp("prepared") / "var")
    made.told = made.run("prepare")
    return made


def copy_of(prepared: Place, var: Path) -> Place:
    made = Place(var)
    shutil.rmtree(var, ignore_errors=True)
    shutil.copytree(prepared.var, var)
    made.told = prepared.told
    return made


@pytest.fixture(scope="module")
def on_postgres(request, tmp_path_factory) -> Place:
    """The same on PostgreSQL, once."""
    made = Place(tmp_path_factory.mktemp("postgres") / "var", _address(request))
    made.told = made.run("prepare")
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path) -> Place:
    """An installation with work in it, on each database."""
    return request.getfixturevalue("on_postgres") if request.param == "postgresql" else copy_of(request.getfixturevalue("prepared"), tmp_path / "var")


@pytest.fixture(scope="module")
def kept(prepared, tmp_path_factory):
    """One backup of an SQLite installation, and where it came from."""
    folder = tmp_path_factory.mktemp("kept")
    made = copy_of(prepared, folder / "var")
    done = made.sanyi("backup", "--var", made.var, "--to", folder / "backup")
    assert done.returncode == 0, done.stderr
    return made, folder / "backup"


def test_a_backup_under_load_is_one_moment_and_the_restored_place_goes_on(place, request, tmp_path):
    key = place.run("session")
    running = [place.start("write", "w1"), place.start("write", "w2"), place.start("settle")]
    until = time.monotonic() + 120
    while not all((place.var.parent / f"acknowledged-{name}").exists() for name in ("w1", "w2")):
        assert time.monotonic() < until and all(each.poll() is None for each in running), [each.communicate() for each in running if each.poll()]
    before = {name: int((place.var.parent / f"acknowledged-{name}").read_text() or 0) for name in ("w1", "w2")}
    done = place.sanyi("backup", "--var", place.var, "--to", tmp_path / "backup")
    (place.var.parent / "stop").touch()
    written, settled = {name: clearing.answer(each) for name, each in zip(("w1", "w2"), running)}, clearing.answer(running[2])
    assert done.returncode == 0, done.stderr
    other, restored = place.restored(request, tmp_path / "backup", tmp_path / "restored")
    assert restored.returncode == 0, restored.stderr + restored.stdout
    told = other.run("held")
    print(f"{before} acknowledged before, {told['numbers']} kept, {written} written in all, {settled} months settled")
    assert all(before[name] <= told["numbers"][name] <= written[name] for name in written) and sum(written.values()) > sum(before.values())
    assert told["gaps"] == [] and told["unseen"] == [] and not told["unlogged"] and not told["unrecorded"] and told["faults"] == []
    assert key and told["sessions"] == 0 and told["restored"] == 1
    assert list(told["persons"].values()) == [["甲", "甲的住址"], ["欧阳某某", "欧阳某某的住址"]] and told["evidence"] == ["%PDF-1.4 proof"]
    assert (other.var / "drafts/d1/name.txt").read_text("utf-8") == "方案.docx"
    assert other.run("goes_on", place.told["secret"]) == "goes on"
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "backup").rglob("*") if path.is_file()} == {"0o600"} and oct((tmp_path / "backup").stat().st_mode & 0o777) == "0o700"


def test_a_restored_place_serves_and_its_people_sign_in(kept, tmp_path, request):
    import http.cookiejar
    import re
    import socket
    import urllib.error
    import urllib.parse
    import urllib.request

    from web_results import invent
    place, backup = kept
    other, done = place.restored(request, backup, tmp_path / "restored")
    assert done.returncode == 0, done.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "sanyi", "serve", "--results", str(invent(tmp_path / "results")), "--var", str(other.var), "--port", str(port)],
                              env={**other.environment, "PYTHONPATH": HOUSE}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        address, until = f"http://127.0.0.1:{port}", time.monotonic() + 90
        while True:
            try:
                page = browser.open(f"{address}/sign-in/").read().decode()
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < until and server.poll() is None, server.stderr.read()
                time.sleep(0.3)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "name": "keeper", "password": "a long enough password"}).encode()
        answer = browser.open(urllib.request.Request(f"{address}/sign-in/", form, {"Referer": address}))
        assert "/sign-in/" not in answer.url
        assert "small-2023" in browser.open(f"{address}/ledger/").read().decode() or "keeper" in browser.open(f"{address}/password/").read().decode()
    finally:
        server.terminate()
        server.wait(timeout=30)


def damaged(backup: Path, copy: Path, number: int) -> str:
    """One damaged copy: a bit flipped, bytes cut off or added, a file lost; which and where come from the number."""
    chance = random.Random(number)
    shutil.copytree(backup, copy)
    path = sorted(path for path in copy.rglob("*") if path.is_file())[number % 6]
    content = bytearray(path.read_bytes())
    how = ("flip", "cut", "add", "lose")[(number // 6) % 4]
    if how == "flip":
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content[:chance.randrange(len(content))] if how == "cut" else content + b"x" if how == "add" else content))
    if how == "lose":
        path.unlink()
    return f"{how} {path.relative_to(copy)}"


def test_every_damaged_copy_is_refused_and_nothing_is_left(kept, tmp_path):
    _, backup = kept
    files = [path for path in backup.rglob("*") if path.is_file()]
    assert len(files) == 6, files  # database, two keys, evidence, a draft, manifest
    for number in range(48):
        what = damaged(backup, tmp_path / f"copy{number}", number)
        with pytest.raises(BadBackup) as refused:
            restore_backup(tmp_path / f"copy{number}", tmp_path / "place", datetime.now(timezone.utc))
        assert refused.value.zh and refused.value.en, what
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"copy{number}" for number in range(48))


def test_an_archive_restores_and_a_damaged_or_hostile_one_does_not(kept, tmp_path, request):
    place, _ = kept
    archive = tmp_path / "night.tar"
    assert place.sanyi("backup", "--var", place.var, "--to", archive).returncode == 0 and oct(archive.stat().st_mode & 0o777) == "0o600"
    content, chance, refused = archive.read_bytes(), random.Random(7), 0
    with tarfile.open(archive) as pack:
        names, held = pack.getnames(), [range(member.offset_data, member.offset_data + member.size) for member in pack]
    for number in range(40):
        at = chance.choice(chance.choice(held)) if number % 2 else chance.randrange(held[-1].stop)
        (tmp_path / "other.tar").write_bytes(content[:at] if number % 4 == 0 else content[:at] + bytes([content[at] ^ 4]) + content[at + 1:])
        (tmp_path / "spare").mkdir()
        try:
            _unpacked(tmp_path / "other.tar", tmp_path / "spare")
        except BadBackup:
            refused += 1
        else:  # a bit of the packing that says nothing, such as a file's age
            assert number % 4 and not any(at in each for each in held), at
        shutil.rmtree(tmp_path / "spare")
    assert refused >= 30
    with tarfile.open(tmp_path / "hostile.tar", "w") as pack:
        for name in (FILE, *names):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = (tarfile.SYMTYPE, "/etc/passwd") if name == FILE else (tarfile.REGTYPE, "")
            pack.addfile(member)
    with pytest.raises(BadBackup):
        restore_backup(tmp_path / "hostile.tar", tmp_path / "place", datetime.now(timezone.utc))
    other, done = place.restored(request, archive, tmp_path / "restored")
    assert done.returncode == 0 and other.run("held")["evidence"] == ["%PDF-1.4 proof"]


def test_foreign_newer_and_other_databases_backups_are_refused_in_words(kept, tmp_path, request, monkeypatch):
    place, backup = kept
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / FILE).write_text('{"format": "another/1", "digest": ""}')
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / FILE).write_text('{"format": "sanyi-backup/2", "digest": ""}')
    (tmp_path / "file.tar").write_bytes(b"no archive")
    for source, word in (("empty", "is no backup"), ("text", "another program"), ("later", "newer"), ("file.tar", "no backup"), ("nowhere", "not there")):
        with pytest.raises(BadBackup, match=word):
            restore_backup(tmp_path / source, tmp_path / "place", datetime.now(timezone.utc))
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "x").touch()
    with pytest.raises(BadBackup, match="not empty"):
        restore_backup(backup, tmp_path / "used", datetime.now(timezone.utc))
    monkeypatch.setenv("SANYI_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(BadBackup, match="backup of sqlite"):
        restore_backup(backup, tmp_path / "place", datetime.now(timezone.utc))
    again = place.sanyi("backup", "--var", place.var, "--to", backup)
    assert again.returncode == 1 and "已存在" in again.stderr and read_manifest(backup)


def test_a_newer_programs_backup_and_books_that_did_not_hold(prepared, tmp_path, request):
    place = copy_of(prepared, tmp_path / "var")
    place.run("settle", 1)
    place.run("broken_books")
    assert place.sanyi("backup", "--var", place.var, "--to", tmp_path / "broken").returncode == 0
    other, done = place.restored(request, tmp_path / "broken", tmp_path / "refused")
    assert done.returncode == 1 and "--with-faults" in done.stderr and not (tmp_path / "refused").exists()
    other, done = place.restored(request, tmp_path / "broken", tmp_path / "taken", "--with-faults")
    assert done.returncode == 1 and "不符 faults" in done.stdout and other.run("held")["faults"]
    place.run("future")
    assert place.sanyi("backup", "--var", place.var, "--to", tmp_path / "later").returncode == 0
    _, done = place.restored(request, tmp_path / "later", tmp_path / "later-place")
    assert done.returncode == 1 and "0999_later" in done.stderr and not (tmp_path / "later-place").exists()


def test_keys_kept_apart_are_asked_for_and_only_the_right_ones_are_taken(kept, tmp_path, request):
    place, backup = kept
    done = place.sanyi("backup", "--var", place.var, "--to", tmp_path / "data", "--keys", tmp_path / "keys")
    assert done.returncode == 0 and not (tmp_path / "data" / "keys").exists() and {path.name for path in (tmp_path / "keys").iterdir()} == {"secret-key", "field-keys"}
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()} == {"0o600"}
    with pytest.raises(BadBackup, match="holds no keys"):
        restore_backup(tmp_path / "data", tmp_path / "place", datetime.now(timezone.utc))
    wrong = tmp_path / "wrong"
    shutil.copytree(tmp_path / "keys", wrong)
    (wrong / "secret-key").write_text("x" * 86)
    with pytest.raises(BadBackup, match="not the key"):
        restore_backup(tmp_path / "data", tmp_path / "place", datetime.now(timezone.utc), keys=wrong)
    with (tmp_path / "keys" / "field-keys").open("a") as stream:  # rotated since
        stream.write("3 aes256 " + "A" * 43 + "=\n")
    other, done = place.restored(request, tmp_path / "data", tmp_path / "restored", "--keys", tmp_path / "keys")
    assert done.returncode == 0 and [address for _, address in other.run("held")["persons"].values()] == ["甲的住址", "欧阳某某的住址"]


def test_a_full_disk_leaves_nothing_half(place, tmp_path):
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    done = place.sanyi("backup", "--var", place.var, "--to", tmp_path / "out" / "backup", preexec_fn=small)
    assert done.returncode == 1 and done.stderr and (not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == [])
    assert place.sanyi("backup", "--var", place.var, "--to", tmp_path / "out" / "backup").returncode == 0


def test_nightly_backups_are_kept_to_their_number_and_what_is_no_backup_stays(kept):
    place, _ = kept
    told = place.run("nightly", 4)
    assert len(told["there"]) == 3 and "sanyi-by-hand" in told["there"] and all("rows" in said for said in told["said"])
    assert [path for path in told["there"] if path in told["said"][-1] or path in told["said"][-2]] == [path for path in told["there"] if path != "sanyi-by-hand"]


@pytest.mark.postgres
def test_an_older_pg_dump_is_refused_before_it_starts(on_postgres, tmp_path):
    place = Place(on_postgres.var, on_postgres.address)
    old = tmp_path / "old"
    old.mkdir()
    (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    (old / "pg_dump").chmod(0o755)
    place.environment["SANYI_PG_BIN"] = str(old)
    done = place.sanyi("backup", "--var", place.var, "--to", tmp_path / "backup")
    assert done.returncode == 1 and "第 9 版" in done.stderr and not (tmp_path / "backup").exists()
    del place.environment["SANYI_PG_BIN"]
    assert place.sanyi("backup", "--var", place.var, "--to", tmp_path / "backup").returncode == 0
    other = Place(tmp_path / "again", place.address)
    done = other.sanyi("restore", "--from", tmp_path / "backup", "--var", other.var)
    assert done.returncode == 1 and "不是空的" in done.stderr and not other.var.exists()
