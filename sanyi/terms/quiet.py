"""Errors told without what they say: where and of which kind, never with the values that were in hand. For whatever goes to a log. Source: R47."""
import logging
import sys
import traceback


def told(error: BaseException) -> str:
    """The way to an error as lines of code, with its kind and that of its causes; no message, for it may name a person."""
    lines, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines += [sort_of(error), *(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__))]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def sort_of(error: BaseException) -> str:
    """Its kind in one line, with the database's code and the constraint's name where a driver says them."""
    said = getattr(error.__cause__ or error, "diag", None)
    codes = [getattr(each, name, None) for each in (error, error.__cause__) for name in ("sqlstate", "sqlite_errorname")]
    return " ".join([f"{type(error).__module__}.{type(error).__qualname__}", *dict.fromkeys(code for code in (*codes, getattr(said, "constraint_name", None)) if code)])


class Quiet(logging.Formatter):
    """A log's lines: an error as above."""

    def formatException(self, ei) -> str:  # noqa: N802  (its name is logging's)
        """Instead of the usual traceback."""
        return told(ei[1])


def quiet_errors() -> None:
    """Let an error that ends this process be told so, where nobody sits before it: its words would stay in a log."""
    if not sys.stderr.isatty():
        sys.excepthook = lambda kind, error, trace: print(told(error), file=sys.stderr)
