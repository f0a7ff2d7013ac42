"""A throw-away PostgreSQL for tests: made with checksums, started as a child on a port of its own, stopped by its recorded process."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from ready_database import make_ready

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
QUIET = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse")  # as docs/install.md asks of a real one
USER, OWNER, APPLICATION, READY = "sanyi_test", "sanyi_owner", "sanyi_app", "ready"  # the cluster's superuser, the owner of the tables, the role that the policies bind


def binaries() -> Path | None:
    """The newest PostgreSQL's programs on this machine, or None."""
    found = shutil.which("initdb")
    return BINARIES[-1] if BINARIES else Path(found).resolve().parent if found else None


class Server:
    """One cluster in a folder of its own; root hands it to the unprivileged account that Debian makes for it."""

    def __init__(self, has_checksums: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sanyi-pg-"))
        self.account = "postgres" if os.geteuid() == 0 else None
        if self.account:
            shutil.chown(self.folder, self.account)
        self.port, self.process, self.is_ready = _free_port(), None, False
        options = ["-k"] if has_checksums else []
        self._run("initdb", *options, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D", str(self.folder / "data"))

    def start(self, **settings: str) -> "Server":
        """Start it with some settings changed, and wait until it answers."""
        changed = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries() / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-c", f"unix_socket_directories={self.folder}",
                   "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=32MB", *QUIET, *changed]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.account, stdout=log, stderr=log, cwd="/", start_new_session=True)
        until = time.monotonic() + 60
        while subprocess.run([str(binaries() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            assert self.process.poll() is None and time.monotonic() < until, (self.folder / "log").read_text("utf-8")[-2000:]
            time.sleep(0.05)
        for role in (OWNER, APPLICATION):
            subprocess.run([*self._psql(), f"CREATE ROLE {role} LOGIN"], user=self.account, cwd="/", capture_output=True)  # there already after a second start
        os.environ["SANYI_DATABASE_OWNER"] = OWNER  # of whatever database a test asks for; it says nothing where none is named
        return self

    def _psql(self) -> list[str]:
        return [str(binaries() / "psql"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", "postgres", "-c"]

    def database(self, name: str, is_empty: bool = False) -> str:
        """Make a database, ready for use or empty; gives its address for the application's role."""
        if not is_empty and not self.is_ready:
            with tempfile.TemporaryDirectory() as folder:
                make_ready(Path(folder), self.database(READY, is_empty=True))
            self.is_ready = True
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-O", OWNER, *([] if is_empty else ["-T", READY]), name)
        return f"postgresql://{APPLICATION}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Stop it, at once and clean; its own process and no other."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(2)
            self.process.wait(timeout=30)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([str(binaries() / program), *arguments], user=self.account, cwd="/", capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
