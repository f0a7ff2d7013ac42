"""Why a figure is what it is: the explanation as a page shows it."""
import importlib
from collections.abc import Callable
from typing import Any

EXPLAIN = "sanyi.runs.explain"


def explained(name: str, *things: Any) -> Any | None:
    """Call one of the explaining functions; None where this house cannot explain yet or the thing is not there."""
    try:
        explain: Callable[..., Any] = getattr(importlib.import_module(EXPLAIN), name)
    except ModuleNotFoundError:
        return None
    return explain(*things)
