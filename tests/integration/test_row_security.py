"""PostgreSQL refuses other tenants' rows as well, whatever a query asks. Source: R38.

10,000 interleaved requests are played by hand (SANYI_ROW_REQUESTS=10000); here they are fewer.
"""
import os
from itertools import count
from pathlib import Path

import pytest
from test_clearing_database import Place

pytestmark = pytest.mark.postgres
REQUESTS = int(os.environ.get("SANYI_ROW_REQUESTS", "600"))
NUMBERS = count()


class Rows(Place):
    scripts = Path(__file__).parent / "row_scripts.py"


@pytest.fixture(scope="module")
def rows(postgres_server, tmp_path_factory):
    made = Rows(tmp_path_factory.mktemp("rows"), postgres_server.database(f"rows{os.getpid()}x{next(NUMBERS)}"))
    made.run("prepare")
    return made


def test_every_table_with_tenants_has_its_policy_and_every_law_sees_all_rows(rows):
    """A table made without a policy is named."""
    from canary_world import SHARED
    told = rows.run("laws")
    assert told["open"] == [] and told["loose"] == [] and not told["is_mighty"], told
    unexplained = {name.removeprefix("store_") for name in told["named"]} - set(SHARED)
    assert unexplained == {"forgotten"}, f"tables that name an institution or a person, without a policy or a reason: {unexplained}"
    print(f"{len(told['kept'])} tables under forced policies")
    assert {f"store_{name}" for name in ("batchline", "entryline", "bookbalance", "entrygroup", "settlementbatch")} <= set(told["kept"])
    assert len(told["kept"]) > 38


def test_each_tenant_sees_all_its_own_rows_and_no_others(rows):
    told = rows.run("seen")
    print(f"{told['filled']} of {told['tables']} tables, {len(told['told'])} who ask")
    assert told["filled"] == told["tables"] - 4 > 35, "all but the four of the books"
    assert told["told"]["nobody"]["rows"] == told["told"]["stranger"]["rows"] == 0
    for who, found in told["told"].items():
        assert found["foreign"] == [], (who, found)
        if who.startswith(("A", "B", "C")):
            assert found["hidden"] == [], (who, found)
            assert found["rows"] == told["filled"]


def test_with_the_applications_filter_switched_off_no_foreign_row_is_shown_or_changed(rows):
    told = rows.run("unfiltered")
    print(f"{told['tried']} tries")
    assert told["tried"] > 100 and told["foreign"] == [] and told["acted"] == []


def test_interleaved_requests_over_few_connections_see_no_foreign_row(rows):
    told = rows.run("interleaved", REQUESTS, 4)
    print(told)
    assert told["requests"] == REQUESTS and told["foreign"] == 0 and told["hidden"] == 0 and len(told["shapes"]) == 7


def test_an_institution_sees_its_own_lines_of_the_books_and_no_others(rows):
    told = rows.run("books")
    for who in ("nobody", "doctor"):
        assert told[who] == {"lines": [], "entries": 0, "batches": 0, "foreign": 0}, told
    for who in ("H1", "H2"):
        assert told[who]["lines"] == [who] and told[who]["batches"] == 1 and 0 < told[who]["entries"] < told["bureau"]["entries"] and told[who]["foreign"] == 0, told
    assert {"-", "H1", "H2", "H3"} <= set(told["bureau"]["lines"])


def test_a_merge_locks_the_slots_of_both_persons_wherever_they_are_booked(rows):
    told = rows.run("locks")
    assert len(told["slots"]) == 2 and told["slots"] in told["locked"] and told["locked"][-1] == told["persons"], told


def test_a_role_that_policies_do_not_bind_is_refused_but_for_a_trial(rows, tmp_path):
    from postgres_server import APPLICATION, OWNER, USER
    for mighty in (OWNER, USER):
        place = Rows(tmp_path, rows.address.replace(APPLICATION, mighty))
        refused = place.start("trial", "")
        _, error = refused.communicate(timeout=120)
        assert refused.returncode and "UnsafeDatabase" in error and "docs/install.md" in error, error[-800:]
        place.environment["SANYI_DATABASE_ONE_ROLE"] = "yes"
        assert place.run("trial", "yes") == "started"


def test_without_the_owner_an_empty_database_is_not_begun_and_says_what_is_needed(postgres_server, tmp_path):
    place = Rows(tmp_path, postgres_server.database(f"rows{os.getpid()}x{next(NUMBERS)}", is_empty=True))
    place.environment.pop("SANYI_DATABASE_OWNER")
    refused = place.start("trial", "")
    _, error = refused.communicate(timeout=120)
    assert refused.returncode and "SANYI_DATABASE_OWNER" in error, error[-800:]
