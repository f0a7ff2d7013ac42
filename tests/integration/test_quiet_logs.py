"""No log names a patient: a served installation whose every error has somebody's name, numbers and address in it, and all that it writes while it runs. Source: R47."""
import http.cookiejar
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from itertools import count
from pathlib import Path

import pytest
from quiet_scripts import ADDRESS, CANARIES, IDENTITY, NAME, PASSWORD, PHONE, WRONG
from ready_database import CHECKOUT
from test_clearing_database import Place
from web_results import invent

DATABASES = count()


class Installation(Place):
    """A served installation; `said` is every answer that was a refusal or a failure."""

    scripts = Path(__file__).parent / "quiet_scripts.py"

    def begin(self, folder: Path) -> None:
        self.folder, self.said = folder, []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for name in ("logs", "temporary"):
            (folder / name).mkdir()
        self.environment.update(PYTHONPATH=str(CHECKOUT), TMPDIR=str(folder / "temporary"))
        self.out, self.error = ((folder / "logs" / name).open("wb") for name in ("out", "error"))
        self.server = subprocess.Popen([sys.executable, "-m", "sanyi", "serve", "--results", str(invent(folder)), "--var", str(self.var), "--port", str(self.port)],
                                       env=self.environment, stdout=self.out, stderr=self.error)
        self.browser, self.token = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())), ""
        until = time.monotonic() + 240
        while not self.asked("/sign-in/"):
            assert time.monotonic() < until and self.server.poll() is None, (folder / "logs" / "error").read_text()
            time.sleep(0.5)

    def asked(self, path: str, form: dict | None = None, body: bytes | None = None, **headers: str) -> int:
        """Ask for a page or send a form; gives the status (0: nobody there yet)."""
        data = body if body is not None else urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **form}).encode() if form is not None else None
        try:
            answer = self.browser.open(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Referer": f"http://127.0.0.1:{self.port}/", **headers}), timeout=120)
        except urllib.error.HTTPError as refused:
            self.said += [refused.read()] if refused.code not in (404, 422) else []  # those lead back to the own address, and to the own form
            return refused.code
        except OSError:
            return 0
        if token := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page := answer.read().decode(errors="replace")):
            self.token = token[1]
        assert page
        return answer.status

    def command(self, *arguments) -> int:
        """A command whose words go to a file, as those of a nightly one do."""
        with (self.folder / "logs" / f"command-{'-'.join(map(str, arguments[:2]))}").open("ab") as log:
            return subprocess.run([sys.executable, "-m", "sanyi", *map(str, arguments)], env=self.environment, stdout=log, stderr=log, timeout=600).returncode

    def end(self) -> None:
        self.server.terminate()
        self.server.wait(timeout=60)
        for log in (self.out, self.error):
            log.close()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_no_log_names_a_patient(kind, request, tmp_path):
    server = request.getfixturevalue("postgres_server") if kind == "postgresql" else None
    place = Installation(tmp_path / "var", server.database(f"quiet{next(DATABASES)}") if server else "")
    before = (server.folder / "log").stat().st_size if server else 0
    person = place.run("prepare")
    place.begin(tmp_path)
    try:
        assert place.asked("/sign-in/", {"name": "desk", "password": WRONG}) == 403
        assert place.asked("/sign-in/", {"name": "desk", "password": PASSWORD}) == 200
        place.run("break_")
        assert [place.asked("/persons/", {"number": number}) for number in (IDENTITY, PHONE)] == [200, 200]
        assert place.asked("/persons/?" + urllib.parse.urlencode({"q": NAME})) == 200
        statuses = [place.asked(f"/persons/{person}/"), place.asked("/persons/new/", {"do": "register", "given.name": NAME, "given.identity_kind": "passport", "given.identity": "E12345678",
                                                                                     "given.sex": "female", "given.born_on": "1949-12-31", "given.phone": PHONE, "given.address": ADDRESS})]
        refused = [place.asked("/persons/", {"number": IDENTITY, "csrfmiddlewaretoken": "x"}), place.asked(f"/{urllib.parse.quote(NAME)}/{PHONE}\r\n".strip()),
                   place.asked("/persons/", {"number": f"{PHONE}\0"}), place.asked("/api/persons/search/", body=('{"number": "' + IDENTITY).encode(), **{"Content-Type": "application/json"}),
                   place.asked("/sign-in/", None, None, Host=f"{PHONE}.example")]
        assert 500 in statuses and all(400 <= status < 500 for status in refused[:3]), (statuses, refused)
        roll = tmp_path / "roll.csv"
        roll.write_text(f"resident_id,name,identity_kind,identity,phone,address\nR1,{NAME},resident_id,{IDENTITY[:-1]}1,{PHONE},{ADDRESS}\n{IDENTITY},{NAME},?,x,{PHONE}9,{ADDRESS}\n", "utf-8")
        place.command("persons", "load", "--records", tmp_path / "records", "--roll", roll, "--var", place.var)
        place.command("trail", "anchor", "--var", place.var, "--anchors", tmp_path / "anchors")
        place.command("backup", "--var", place.var, "--to", tmp_path / "backup")
        time.sleep(3)
        jobs = place.run("told")
    finally:
        place.end()
    texts = {path.name: path.read_bytes() for folder in ("logs", "temporary") for path in (tmp_path / folder).rglob("*") if path.is_file()}
    texts |= {path.name: path.read_bytes() for path in place.var.rglob("*") if path.is_file() and path.suffix in (".log", ".txt", ".json", ".jsonl")}
    texts["answers"], texts["jobs"] = b"\n".join(place.said), repr(jobs).encode()
    if server:
        texts["postgresql"] = (server.folder / "log").read_bytes()[before:]
    assert b"Internal Server Error" in texts["error"] and b"/sanyi/" in texts["error"], "an error is told with its place"
    assert not server or b"planted" in texts["postgresql"] or b"violates check constraint" in texts["postgresql"], texts["postgresql"][-800:]
    found = [(name, canary) for name, text in texts.items() for canary in CANARIES if canary.encode() in text]
    print({name: len(text) for name, text in texts.items()}, statuses, refused)
    assert found == [], [(name, texts[name][max(0, texts[name].find(canary.encode()) - 200):][:400].decode(errors="replace")) for name, canary in found[:4]]


def test_an_error_is_told_by_place_and_kind_without_its_words():
    from sanyi.terms.quiet import told
    try:
        try:
            raise KeyError(NAME)
        except KeyError as first:
            raise ValueError(PHONE) from first
    except ValueError as error:
        said = told(error)
    assert "builtins.ValueError" in said and "builtins.KeyError" in said and "test_quiet_logs.py" in said and NAME not in said and PHONE not in said


@pytest.mark.parametrize("wrong", [{"log_min_error_statement": "error"}, {"log_error_verbosity": "default"}, {"log_statement": "all"}, {"log_min_duration_statement": "0"}])
def test_a_server_that_would_log_rows_is_refused(wrong, monkeypatch):
    from sanyi.store.errors import UnsafeDatabase
    from sanyi.store.safety import QUIET, check_quiet
    quiet = {name: values[0] for name, values in QUIET.items()}
    check_quiet(quiet)
    with pytest.raises(UnsafeDatabase, match="ALTER ROLE"):
        check_quiet({**quiet, **wrong})
    monkeypatch.setenv("SANYI_DATABASE_ONE_ROLE", "yes")
    check_quiet({**quiet, **wrong})
