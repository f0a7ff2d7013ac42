"""One small region, one whole year, served as people would see it."""
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

RESIDENTS, SEED, YEARS, YEAR = 5_000, 7, 4, 2020
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
WAIT_SECONDS = 120


@dataclass(frozen=True)
class Site:
    """A served site: its address, a sign-in, the results behind it, and the folder of its database."""

    address: str
    name: str
    password: str
    results: Path
    var: Path


@pytest.fixture(scope="session")
def demo_results(tmp_path_factory) -> Path:
    """Results of a year of 5,000 residents: made, imported and run as the demo does."""
    from sanyi.runs.intake import import_source
    from sanyi.runs.packs import open_plan
    from sanyi.runs.run import run
    from sanyi.runs.world import make_world

    folder = tmp_path_factory.mktemp("demo")
    make_world(RESIDENTS, SEED, YEARS, folder / "source", "parquet")
    assert import_source(folder / "source", folder / "records").is_usable
    run(open_plan("haikou-2018"), folder / "records", YEAR, folder / "results")
    return folder / "results"


@pytest.fixture(scope="session")
def site(demo_results, tmp_path_factory) -> Iterator[Site]:
    """`sanyi serve` on a free port, as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    var = tmp_path_factory.mktemp("var")
    command = [sys.executable, "-m", "sanyi", "serve", "--results", str(demo_results), "--plan", "haikou-2018", "--port", str(port), "--var", str(var)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield Site(f"http://127.0.0.1:{port}", "admin", _password(server), demo_results, var)
        finally:
            server.terminate()
            server.wait(30)


def _password(server: subprocess.Popen) -> str:
    for line in server.stdout:
        found = re.search(r"password\s+见 see (.+)", line)  # this is no terminal: the password lies in a file, its owner's alone
        if found:
            return Path(found.group(1)).read_text("utf-8").strip()
    raise AssertionError("sanyi serve ended without telling a password")


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A real browser; skipped, saying so, where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ready(site) -> Site:
    """The site once it answers."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{site.address}/sign-in/", timeout=10) as answer:
                assert answer.status == 200
                return site
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < until, "the site did not come up"
            time.sleep(0.1)
