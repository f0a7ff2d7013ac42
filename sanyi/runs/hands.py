"""Several steps at once: each hand of the engine takes the first step in the run's order whose tables are made."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any

from sanyi.runs.under_way import Made
from sanyi.terms.step import Step

Work = Callable[[Any, Step], Made]


def made_in_turn(steps: Sequence[Step], hands: Sequence[Any], work: Work, made: dict[str, Made]) -> Iterator[Step]:
    """Let `work` make every step, by as many hands as there are; notes each in `made` and gives it as it is done.

    Which steps run at once hangs on the machine; what they make does not. Where one fails no other is begun, and the
    error is raised once the others are at rest.
    """
    free: SimpleQueue[Any] = SimpleQueue()
    for hand in hands:
        free.put(hand)

    def by_a_hand(step: Step) -> Made:
        hand = free.get()
        try:
            return work(hand, step)
        finally:
            free.put(hand)

    waiting, running = {step.name: step for step in steps}, {}
    with ThreadPoolExecutor(len(hands), thread_name_prefix="step") as pool:
        while waiting or running:
            for step in _ready(waiting, running, len(hands)):
                running[pool.submit(by_a_hand, waiting.pop(step.name))] = step
            for done in _done(running):
                step = running.pop(done)
                made[step.name] = done.result()
                yield step


def _ready(waiting: Mapping[str, Step], running: Mapping[Future, Step], hands: int) -> list[Step]:
    """The steps to begin: those that wait for no other, as many as there are idle hands."""
    unmade = waiting.keys() | {step.name for step in running.values()}
    return [step for step in waiting.values() if unmade.isdisjoint(step.tables)][:hands - len(running)]


def _done(running: Mapping[Future, Step]) -> list[Future]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    return [future for future in running if future in done]
