"""SQLite's write-ahead log: carried by one SQLite a process, private from its first byte, not in the way of who reads, cut back once it was long, and whole after a kill."""
import json
from pathlib import Path
import signal
import subprocess
import sys

from sqlite_start import START

KEPT = START + """
from sanyi.store.place import database_path
from sanyi.store.prepare import keep_private
keep_private(database_path(var))
ask("CREATE TABLE IF NOT EXISTS kept (number INTEGER)")
"""
ONE = KEPT + """
import sqlite3, sqlite3.dbapi2
from sanyi.store.safety import FIRST_SAFE_WAL, check_database
check_database()
print(json.dumps([sqlite3.__name__, sqlite3.dbapi2.__name__, type(connection.connection).__mro__[0].__module__, sqlite3.sqlite_version_info >= FIRST_SAFE_WAL]))
"""
PRIVATE = KEPT + """
ask("INSERT INTO kept VALUES (1)")
print(json.dumps({path.name: oct(path.stat().st_mode & 0o777) for path in var.glob("sanyi.sqlite3*")}))
"""
READS = KEPT + """
from threading import Thread
ask("INSERT INTO kept VALUES (1)")
seen = []
def read():
    seen.append(ask("SELECT COUNT(*) FROM kept")[0])
    connection.close()
with transaction.atomic():
    ask("INSERT INTO kept VALUES (2)")
    reading = Thread(target=read)
    reading.start()
    reading.join(60)
    seen.append(reading.is_alive())
print(json.dumps(seen))
"""
LONG = KEPT + """
with transaction.atomic():
    for _ in range(70):
        ask("INSERT INTO kept VALUES (zeroblob(1 << 20))")
longest = Path(f"{database_path(var)}-wal").stat().st_size
for _ in range(3):
    ask("INSERT INTO kept VALUES (1)")
print(json.dumps([longest, Path(f"{database_path(var)}-wal").stat().st_size]))
"""
DIES = KEPT + """
for number in range(1, 10_000):
    ask(f"INSERT INTO kept VALUES ({number})")
    print(number, flush=True)
"""
LEFT = KEPT + 'print(json.dumps([*ask("SELECT COUNT(*), MAX(number) FROM kept"), ask("SELECT * FROM pragma_integrity_check")[0]]))'


def told(script: str, folder: Path):
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=300, umask=0o022)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_a_process_has_one_sqlite_and_a_safe_one(tmp_path):
    assert told(ONE, tmp_path) == ["pysqlite3", "pysqlite3.dbapi2", "pysqlite3.dbapi2", True]


def test_the_log_is_its_owners_alone(tmp_path):
    assert told(PRIVATE, tmp_path) == {f"sanyi.sqlite3{rest}": "0o600" for rest in ("", "-wal", "-shm")}


def test_who_reads_waits_for_nobody_who_writes(tmp_path):
    assert told(READS, tmp_path) == [1, False]


def test_a_long_log_is_cut_back(tmp_path):
    longest, afterwards = told(LONG, tmp_path)
    assert afterwards <= 64 * 2**20 < longest


def test_what_was_said_to_be_written_is_there_after_a_kill(tmp_path):
    dying = subprocess.Popen([sys.executable, "-c", DIES, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    said = [int(dying.stdout.readline()) for _ in range(50)]
    dying.send_signal(signal.SIGKILL)
    said += [int(line) for line in dying.stdout.read().splitlines()]
    dying.wait()
    count, newest, whole = told(LEFT, tmp_path)
    assert (count, whole) == (newest, "ok") and newest >= said[-1]
