"""A budget that cannot be is refused before anything is written: the earlier run stands as it was."""
import shutil

import pytest

from sanyi.cli.errors import KNOWN_ERRORS
from sanyi.payment.errors import BudgetTooSmall
from sanyi.runs.packs import open_plan
from sanyi.runs.run import run

YEAR = 2020


@pytest.mark.slow
def test_a_budget_smaller_than_its_set_asides_stops_the_run_and_leaves_the_old_one(demo_results, tmp_path):
    results = shutil.copytree(demo_results, tmp_path / "results")
    before = {path.relative_to(results): path.read_bytes() for path in results.rglob("*") if path.is_file() and path.suffix == ".json"}
    greedy = open_plan("haikou-2018").changed({"budget.set_asides": [{"set_aside": "risk_reserve", "share_ppm": 990_000}]})
    with pytest.raises(BudgetTooSmall, match="小于.*smaller than") as refused:
        run(greedy, demo_results.parent / "records", YEAR, results)
    assert isinstance(refused.value, KNOWN_ERRORS)
    after = {path.relative_to(results): path.read_bytes() for path in results.rglob("*") if path.is_file() and path.suffix == ".json"}
    assert {name: after[name] for name in before if name.name == "run-card.json"} == {name: before[name] for name in before if name.name == "run-card.json"}
    too_much = open_plan("haikou-2018").changed({"consortium.set_asides": [{"set_aside": "risk_reserve", "share_ppm": 1_000_001}]})
    with pytest.raises(BudgetTooSmall, match="consortium.set_asides"):
        run(too_much, demo_results.parent / "records", YEAR, results)
