"""Every worked example that was agreed on stands in the house as an example of a step, and so is played on every engine."""
import pytest

from sanyi.runs.steps import all_steps

AGREED = (1, 3, 5, 7, 8, 13, 14, *range(15, 24), 31, 33, 41, 42, *range(44, 48), *range(51, 56), 57)


@pytest.mark.parametrize("number", AGREED)
def test_an_agreed_example_is_played(number):
    playing = [step.name for step in all_steps().values() for example in step.examples if f"EX-{number:02}" in example.numbers]
    assert playing, f"no step plays EX-{number:02}"
