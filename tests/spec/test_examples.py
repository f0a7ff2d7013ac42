"""Every step's worked examples are its manual, and they come out as written on every engine."""
import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import expected_part, play
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps


def pytest_generate_tests(metafunc):
    """An exact step is plain Python on any engine: once is enough."""
    if "example" in metafunc.fixturenames:
        asked = metafunc.config.getoption("engine")
        cases = [(name, step, example) for name in ("duckdb", "spark") for step in all_steps().values() for example in step.examples
                 if name == asked or (asked is None and (name == "duckdb" or not step.exact))]
        metafunc.parametrize(("engine", "step", "example"), cases, indirect=["engine"],
                             ids=[f"{step.name} {name}: {example.title_en}" for name, step, example in cases])


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018")


@pytest.fixture(scope="module")
def engine(request):
    if request.param == "spark":
        yield request.getfixturevalue("spark")
    else:
        with DuckEngine(memory="1GB", threads=2) as opened:
            yield opened


def test_example_comes_out_as_written(engine, step, example, plan):
    rows = play(step, example, plan, engine)
    assert expected_part(step, example, rows) == [dict(row) for row in example.expect]


@pytest.mark.parametrize("step", all_steps().values(), ids=lambda step: step.name)
def test_every_step_has_an_example(step):
    assert step.examples, f"{step.name} has no worked example"
