"""An explanation as a value: a title and parts, each with its figure, formula, rows and clause."""
from collections.abc import Sequence
from dataclasses import dataclass, field

from sanyi.runs.errors import RunError


class NothingToExplain(RunError):
    """There is no such case, institution, consortium or indicator in these results."""


@dataclass(frozen=True)
class Part:
    """One factor: what it is, its value as people read it, how it came about, the row it stands in and its clauses."""

    label_zh: str
    label_en: str
    value_zh: str
    value_en: str
    formula_zh: str = ""
    formula_en: str = ""
    source_table: str = ""
    source_key: str = ""
    clauses_zh: tuple[str, ...] = ()
    clauses_en: tuple[str, ...] = ()
    depth: int = 0


@dataclass(frozen=True)
class Explanation:
    """Why one thing is as it is: in one sentence, then factor by factor."""

    title_zh: str
    title_en: str
    parts: Sequence[Part] = field(default_factory=tuple)
    summary_zh: str = ""
    summary_en: str = ""

    def text(self, language: str = "zh") -> str:
        """Write the explanation out, one factor a line, its formula and clauses beneath it."""
        title, summary = (self.title_zh, self.summary_zh) if language == "zh" else (self.title_en, self.summary_en)
        return "\n".join([title, *([summary] if summary else []), *(line for part in self.parts for line in _lines(part, language))])


def _lines(part: Part, language: str) -> list[str]:
    is_zh, indent = language == "zh", "  " * (part.depth + 1)
    label, value = (part.label_zh, part.value_zh) if is_zh else (part.label_en, part.value_en)
    formula, clauses = (part.formula_zh, part.clauses_zh) if is_zh else (part.formula_en, part.clauses_en)
    lines = [f"{indent}{label}{'：' if is_zh else ': '}{value}" if value else f"{indent}{label}"]
    if formula:
        lines.append(f"{indent}    = {formula}")
    if part.source_table:
        row = f" [{part.source_key}]" if part.source_key else ""
        lines.append(f"{indent}    {'出处' if is_zh else 'from'} {part.source_table}{row}")
    lines += [f"{indent}    § {clause}" for clause in clauses]
    return lines
