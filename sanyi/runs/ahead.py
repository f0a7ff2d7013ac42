"""Compiling ahead: what the next steps say is worked out while the engine runs the one before."""
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from sanyi.runs.compiled import Said
from sanyi.terms.step import Step


class Ahead:
    """Steps compiled in one thread, in their order; the engine works outside the interpreter, so the two go side by side."""

    def __init__(self, compile_step: Callable[[Step], Said], steps: Iterable[Step]) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="compile")
        self._said: dict[str, Future[Said]] = {step.name: self._pool.submit(compile_step, step) for step in steps}

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def said(self, step: Step) -> Said | None:
        """What a step says, waited for; None where it was not to be compiled. Raises what compiling it raised."""
        future = self._said.get(step.name)
        return future.result() if future else None
