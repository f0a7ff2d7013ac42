"""Work that a process of its own does beside this one, and never longer than it."""
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
import signal
from typing import Any

SAID, REFUSED, DONE = "said", "refused", "done"


class Beside:
    """A function in another process: `function(end, *given)`, with its end of the line between the two, as the region's whole."""

    def __init__(self, function: Callable[..., None], *given: Any) -> None:
        context = get_context("spawn")
        self._line, end = context.Pipe()
        context.Process(target=_call, args=(end, function, given), daemon=True).start()
        end.close()

    def tell(self, word: Any) -> None:
        """Send a word; whoever has ended already hears nothing, and says why when asked."""
        try:
            self._line.send(word)
        except (BrokenPipeError, ConnectionResetError):
            return

    def hear(self) -> Any:
        """Wait for its next word; None when it is done. Errors: RunError with what it refused, or where it ended without a word."""
        from sanyi.runs.errors import RunError
        try:
            kind, word = self._line.recv()
        except (EOFError, ConnectionResetError):
            raise RunError("并行的进程意外结束 / the process beside this one ended without a word") from None
        if kind == REFUSED:
            raise RunError(word)
        return word if kind == SAID else None


def say(end: Connection, word: Any) -> None:
    """Say a word to whoever began this process."""
    end.send((SAID, word))


def _call(end: Connection, function: Callable[..., None], given: tuple[Any, ...]) -> None:
    """What Ctrl+C stops is the process that began this one, which takes it along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from sanyi.cli.errors import KNOWN_ERRORS
    from sanyi.store.tenancy import whole_region
    try:
        with whole_region("command line"):
            function(end, *given)
    except KNOWN_ERRORS as refused:
        end.send((REFUSED, str(refused)))
    except EOFError:  # whoever began this has gone
        return
    else:
        end.send((DONE, None))
