"""Every step's worked examples are its manual, and they come out as written."""
import pytest

from sanyi.engines.duck import DuckEngine
from sanyi.runs.examples import expected_part, play
from sanyi.runs.packs import open_plan
from sanyi.runs.steps import all_steps

EXAMPLES = [pytest.param(step, example, id=f"{step.name}: {example.title_en}")
            for step in all_steps().values() for example in step.examples]


@pytest.fixture(scope="module")
def plan():
    return open_plan("haikou-2018")


@pytest.fixture(scope="module")
def engine():
    with DuckEngine(memory="1GB", threads=2) as opened:
        yield opened


@pytest.mark.parametrize(("step", "example"), EXAMPLES)
def test_example_comes_out_as_written(step, example, plan, engine):
    rows = play(step, example, plan, engine)
    assert expected_part(step, example, rows) == [dict(row) for row in example.expect]


@pytest.mark.parametrize("step", all_steps().values(), ids=lambda step: step.name)
def test_every_step_has_an_example(step):
    assert step.examples, f"{step.name} has no worked example"
