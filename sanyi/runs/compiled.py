"""Compiled steps, kept beside the results: compiling eighty expressions takes longer than a small region's queries."""
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "compiled.json"
MOST = 12  # kept per step, the newest first: the plan's own and a dozen tries


@dataclass(frozen=True)
class Said:
    """What a step says to the engine ("" for a step in plain Python), what it asked of the plan and was answered.

    `reads` names each answer (see PlanOnDay.answer); `values` are those that a run card shows; `columns` of a table are those
    that the answer hangs on (of a table that is not named: all).
    """

    sql: str
    reads: dict[str, str]
    values: dict[str, Any]
    columns: dict[str, list[str]] = field(default_factory=dict)

    def holds_for(self, plan: Any) -> bool:
        """Would the plan give the same answers? Then the step, a pure function, would say the same."""
        return all(plan.answer(question) == answer for question, answer in self.reads.items())


class Compiled:
    """What each step said, by what it read of the plan; valid for one code, year and engine, and for any plan."""

    def __init__(self, folder: Path, *made_for: str) -> None:
        self._path = folder / FILE
        self._made_for = hashlib.sha256("\n".join(made_for).encode()).hexdigest()
        self._steps = self._read()
        self._is_new = not self._steps

    def of(self, step: str, plan: Any) -> Iterator[Said]:
        """What a step said under plans that answered it as this one does."""
        return (said for said in self._steps.get(step, ()) if said.holds_for(plan))

    def add(self, step: str, said: Said) -> None:
        """Note what a step says, before all it said earlier."""
        earlier = [each for each in self._steps.get(step, ()) if each.reads != said.reads]
        self._steps[step], self._is_new = [said, *earlier][:MOST], True

    def keep(self) -> None:
        """Write down what was said; the file appears whole or not at all."""
        if self._is_new:
            part = self._path.with_suffix(".part")
            steps = {step: [vars(said) for said in all_said] for step, all_said in self._steps.items()}
            part.write_text(json.dumps({"for": self._made_for, "steps": steps}, ensure_ascii=False, default=str), "utf-8")
            os.replace(part, self._path)

    def _read(self) -> dict[str, list[Said]]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            if kept["for"] != self._made_for:
                return {}
            return {step: [Said(**said) for said in all_said] for step, all_said in kept["steps"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
