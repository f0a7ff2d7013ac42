"""Compiled steps, kept beside the results: compiling eighty expressions takes longer than a small region's queries."""
import hashlib
import json
import os
from pathlib import Path
from typing import Any

FILE = "compiled.json"


class Compiled:
    """What each step says to the engine and which plan values it read, valid for one code, plan, year and engine."""

    def __init__(self, folder: Path, *made_for: str) -> None:
        self._path = folder / FILE
        self._made_for = hashlib.sha256("\n".join(made_for).encode()).hexdigest()
        self._steps: dict[str, tuple[str, dict[str, Any]]] = self._read()
        self._is_new = not self._steps

    def of(self, step: str) -> tuple[str, dict[str, Any]] | None:
        """The query and the plan values of a step, or None where it is yet to be compiled."""
        return self._steps.get(step)

    def add(self, step: str, sql: str, values: dict[str, Any]) -> None:
        """Note a step just compiled."""
        self._steps[step], self._is_new = (sql, dict(values)), True

    def keep(self) -> None:
        """Write down what was compiled; the file appears whole or not at all."""
        if self._is_new:
            part = self._path.with_suffix(".part")
            part.write_text(json.dumps({"for": self._made_for, "steps": self._steps}, ensure_ascii=False, default=str), "utf-8")
            os.replace(part, self._path)

    def _read(self) -> dict[str, tuple[str, dict[str, Any]]]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return dict(kept["steps"]) if kept["for"] == self._made_for else {}
        except (OSError, ValueError, KeyError):
            return {}
