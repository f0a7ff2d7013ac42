"""The doors of people's work once more on PostgreSQL: the same tests as on SQLite, in one process and one database for all."""
import os
from pathlib import Path
import subprocess
import sys

import pytest
from test_clearing_database import Place

HERE = Path(__file__).parent
DOORS = ("test_clearing.py", "test_contracts.py", "test_contract_heads.py", "test_prescriptions.py", "test_exams.py", "test_health_records.py", "test_referrals.py",
         "test_appointments.py", "test_organisation.py", "test_special_reviews.py", "test_kept.py", "test_messages.py", "test_equipment.py", "test_referred_first.py")


@pytest.mark.postgres
def test_the_doors_hold_on_postgresql_as_on_sqlite(postgres_server, tmp_path):
    if os.environ.get("SANYI_DATABASE"):
        pytest.skip("this is that run")
    place = Place(tmp_path, postgres_server.database("doors"))
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=15", *(str(HERE / name) for name in DOORS)], capture_output=True, text=True,
                          env=place.environment, cwd=HERE.parents[1])
    print(done.stdout)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout[-6000:] + done.stderr[-1000:]
