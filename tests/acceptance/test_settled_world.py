"""A region whose claims were settled by the plan's benefits: recomputed through every door, nothing differs but what was planted."""
import json

import pyarrow.parquet as pq
import pytest

from sanyi.runs.intake import import_source
from sanyi.runs.packs import open_plan
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.settled_world import ERRORS, settle_world
from sanyi.runs.world import make_world

pytestmark = pytest.mark.slow
YEAR = 2020


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    """The recomputed year of a small region, with its source."""
    folder = tmp_path_factory.mktemp("settled")
    plan = open_plan("benefit-recomputed")
    make_world(12_000, 11, 2, folder / "source", "parquet", processes=1)
    files = {path: pq.read_table(path) for path in (folder / "source" / "settlements").glob("*.parquet")}
    bills = settle_world(folder / "source", plan, YEAR)
    report = import_source(folder / "source", folder / "records")
    assert report.is_usable
    run(plan, folder / "records", YEAR, folder / "results", wanted=["benefit_differences"])
    return folder / "source", files, bills, Results(folder / "results")


def test_only_the_planted_errors_differ_and_each_is_named(settled):
    source, _, bills, results = settled
    planted = {row["settlement_id"]: row["kind_code"] for row in pq.read_table(source / "_truth" / "benefit_errors.parquet").to_pylist()}
    assert set(planted.values()) == set(ERRORS)
    found = results.page("benefit_differences", limit=None)
    assert bills > 40_000 and {row["settlement_id"] for row in found} == set(planted) and {row["kind_code"] for row in found} == {"amounts"}


def test_nothing_else_of_the_source_changes_and_its_control_totals_stay_true(settled):
    source, before, _, _ = settled
    control = json.loads((source / "control.json").read_text("utf-8"))["files"]
    faulty = {row["key_text"] for row in pq.read_table(source / "_truth" / "faults.parquet").to_pylist() if row["table_name"] == "settlements"}
    paid = {"fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen"}
    for path, old in before.items():
        new = pq.read_table(path)
        assert new.drop_columns(list(paid)).equals(old.drop_columns(list(paid)))
        for was, row in zip(old.to_pylist(), new.to_pylist(), strict=True):
            if row["settlement_id"] in faulty:
                assert was == row
            else:
                assert sum(row[name] for name in paid) == row["total_fen"] and min(row[name] for name in paid) >= 0
        if path.stem.startswith(str(YEAR)):
            spoiled = [key for key in faulty if key in set(new["settlement_id"].to_pylist())]
            assert spoiled or all(control[f"settlements/{path.name}"]["fen"][name] == sum(new[name].to_pylist()) for name in paid)
