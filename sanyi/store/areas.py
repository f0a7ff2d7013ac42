"""The store's areas: each folder brings its tables and its kinds of work; there is no list to edit."""
from collections.abc import Iterator
import importlib
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent


def area_files(name: str) -> Iterator[ModuleType]:
    """Import the file of one name (tables, kind) from every area that has it, in the order of the areas' names."""
    for path in sorted(HERE.glob(f"*/{name}.py")):
        yield importlib.import_module(f"sanyi.store.{path.parent.name}.{name}")
