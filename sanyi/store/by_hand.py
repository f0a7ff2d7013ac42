"""What a migration says to the database in its own words.

Django's RunPython draws all tables of the time anew for every such word: two thirds of what making a database takes, and for nothing where no table is asked for.
"""
from collections.abc import Callable
from typing import Any

from django.db.migrations.operations.base import Operation


class ByHand(Operation):
    """An operation that changes no table's columns: `say(schema_editor)`. There is no way back: earlier versions are reached by a backup."""

    reversible = False

    def __init__(self, say: Callable[[Any], None]) -> None:
        self.say = say

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django knows nothing of it."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Say it."""
        self.say(schema_editor)
