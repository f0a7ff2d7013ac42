"""What every test may ask for: repeatable random tables, and the shared folder where there is one."""
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

slow_tables = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=slow_tables)
settings.register_profile("searching", derandomize=False, deadline=None, max_examples=1000, suppress_health_check=slow_tables)
settings.load_profile("repeatable")  # --hypothesis-profile=searching looks further

CHECKOUT = Path(__file__).resolve().parent.parent


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
    from sanyi.store import prepare_database
    prepare_database(folder)
    return folder


@pytest.fixture
def undone(site_folder):
    """A transaction around the test: whatever it writes to the database is gone afterwards."""
    from django.db import transaction
    with transaction.atomic():
        yield site_folder
        transaction.set_rollback(True)
