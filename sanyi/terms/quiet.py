"""Errors told without what they say: where and of which kind, never with the values that were in hand. For whatever goes to a log. Source: R47."""
import logging
import sys
import traceback


def told(error: BaseException) -> str:
    """The way to an error as lines of code, with its kind and that of its causes; no message, for it may name a person."""
    lines, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines += [f"{type(error).__module__}.{type(error).__qualname__}{_law(error)}", *(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__))]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def _law(error: BaseException) -> str:
    """The database's code and the constraint's name, where the driver says them."""
    said = getattr(error, "diag", None)
    return "".join(f" {word}" for word in (getattr(error, "sqlstate", None), getattr(said, "constraint_name", None), getattr(error, "sqlite_errorname", None)) if word)


class Quiet(logging.Formatter):
    """A log's lines: an error as above."""

    def formatException(self, ei) -> str:  # noqa: N802  (its name is logging's)
        """Instead of the usual traceback."""
        return told(ei[1])


def quiet_errors() -> None:
    """Let an error that ends this process be told so, where nobody sits before it: its words would stay in a log."""
    if not sys.stderr.isatty():
        sys.excepthook = lambda kind, error, trace: print(told(error), file=sys.stderr)
