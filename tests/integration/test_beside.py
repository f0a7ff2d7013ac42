"""A process beside this one: its words come in order, what it refuses is refused here, and its death is said, never waited for."""
import os

import pytest

from sanyi.cli.beside import Beside, say
from sanyi.runs.errors import NoRecords, RunError


def counts(end, most: int) -> None:
    for number in range(most):
        say(end, number)
    say(end, end.recv())


def refuses(end) -> None:
    raise NoRecords("没有 / none")


def dies(end) -> None:
    os._exit(9)


def test_words_go_both_ways_in_order():
    beside = Beside(counts, 3)
    assert [beside.hear() for _ in range(3)] == [0, 1, 2]
    beside.tell("enough")
    assert beside.hear() == "enough" and beside.hear() is None


@pytest.mark.parametrize(("function", "words"), [(refuses, "没有 / none"), (dies, "并行的进程意外结束")])
def test_what_is_refused_there_is_refused_here(function, words):
    beside = Beside(function)
    with pytest.raises(RunError, match=words):
        beside.hear()
    beside.tell("too late")
