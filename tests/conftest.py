"""What every test may ask for: repeatable random tables, and the shared folder where there is one."""
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from spark_settings import SMALL_SPARK

slow_tables = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=slow_tables)
settings.register_profile("searching", derandomize=False, deadline=None, max_examples=1000, suppress_health_check=slow_tables)
settings.load_profile("repeatable")  # --hypothesis-profile=searching looks further

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.append(str(CHECKOUT / "tests"))


def pytest_addoption(parser):
    parser.addoption("--engine", choices=("duckdb", "spark"), default=None,
                     help="play worked examples on this engine only; on both by default")


@pytest.fixture(scope="session")
def spark():
    """The one Spark session of all tests; they are skipped, saying so, where Spark or Java is not installed."""
    from sanyi.engines.choose import open_engine
    from sanyi.engines.errors import NotInstalled
    try:
        opened = open_engine("spark", memory="1GB", threads=2, settings=SMALL_SPARK)
    except NotInstalled as lacking:
        pytest.skip(str(lacking))
    with opened:
        yield opened


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of specifications beside the checkout; tests that read it are skipped where there is none."""
    folder = CHECKOUT.parent / "shared"
    if not (folder / "spec").is_dir():
        pytest.skip("there is no shared/spec beside this checkout")
    return folder


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory) -> Path:
    """The one folder that Django works in during a test session, its database made ready; settings are read once per process."""
    folder = tmp_path_factory.mktemp("var")
    os.environ.update({"SANYI_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "sanyi.web.settings"})
    if not os.environ.get("SANYI_DATABASE"):
        from ready_database import copy_ready
        copy_ready(folder)
    from sanyi.store import prepare_database
    prepare_database(folder)
    from narrowed_doors import narrow_doors
    narrow_doors()
    return folder


@pytest.fixture(scope="session")
def postgres_server():
    """A throw-away PostgreSQL; tests that need it are skipped where there is none."""
    from postgres_server import Server, binaries
    if binaries() is None:
        pytest.skip("there is no PostgreSQL on this machine; apt-get install postgresql")
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed; python3 bootstrap.py test brings it")
    server = Server().start()
    yield server
    server.remove()


@pytest.fixture
def undone(site_folder):
    """A transaction around the test: whatever it writes to the database is gone afterwards."""
    from django.db import transaction
    with transaction.atomic():
        yield site_folder
        transaction.set_rollback(True)
