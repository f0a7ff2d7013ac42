"""Where a number or a rule comes from."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A document, the clause in it, and the obligation number the project knows it by."""

    document: str = ""
    clause: str = ""
    obligation: str = ""
    confidence: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.document, self.clause, self.obligation, self.confidence) if part)
