"""Every plan that ships is executable: all steps run on one region's year, the books balance, its own values and targets count."""
import pytest

from sanyi.indicators import indicators
from sanyi.runs.books import check_books
from sanyi.runs.packs import open_plan, plan_names
from sanyi.runs.results import Results
from sanyi.runs.run import run
from sanyi.runs.steps import all_steps

YEAR = 2020


@pytest.fixture(scope="module")
def tried(demo_results, tmp_path_factory):
    """The run of a plan by name; all in one folder, so that steps a plan does not touch are kept."""
    folder = tmp_path_factory.mktemp("plans")

    def of(name: str) -> Results:
        plan = open_plan(name)
        run(plan, demo_results.parent / "records", YEAR, folder / "results", plan_on=plan.last_day)
        return Results(folder / "results")

    return of


@pytest.mark.slow
@pytest.mark.parametrize("name", plan_names())
def test_a_plan_runs_whole_and_its_books_balance(name, tried):
    results = tried(name)
    assert set(results.card["steps"]) == set(all_steps()) and results.card["plan"] == name
    assert check_books(results.folder) == []
    plan = open_plan(name)
    read = {value for step in results.card["steps"].values() for value in step["values"]}
    own = {value for layer in plan.layers if layer.name == name for value in layer.values}
    day = plan.on(plan.last_day)
    assert all(results.card["steps"][step]["values"].get(value) in (None, day.value(value)) for step in results.card["steps"] for value in own & read)
    computed = {indicator.code for indicator in indicators()}
    judged = {row["target_id"] for row in results.page("indicator_status", limit=None)}
    aimed = {target.indicator for target in plan.targets if target.indicator in computed and target.scope in ("city", "county", "district")}
    assert aimed <= {target.indicator for target in plan.targets if target.id in judged}
