"""Finding a room's entries by folder: whoever puts a file in a room has registered it."""
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

Kind = TypeVar("Kind")


def modules(room: str) -> Iterator[ModuleType]:
    """Import every file of a room (its folders too), in the order of their names."""
    package = importlib.import_module(room)
    found = sorted(pkgutil.walk_packages(package.__path__, package.__name__ + "."), key=lambda item: item.name)
    for item in found:
        yield importlib.import_module(item.name)


def find(room: str, kind: type[Kind]) -> tuple[Kind, ...]:
    """Collect the values of one kind that a room's files define at their top level, each once."""
    seen: dict[int, Kind] = {}
    for module in modules(room):
        for value in vars(module).values():
            if isinstance(value, kind):
                seen.setdefault(id(value), value)
    return tuple(seen.values())
