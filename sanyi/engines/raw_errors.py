"""What the readers of foreign files refuse.

RawError
└── Unreadable    a file cannot be read as rows; carries a reason of intake's catalogue and what was seen
"""


class RawError(Exception):
    """Anything a reader of foreign files refuses."""


class Unreadable(RawError):
    """A file cannot be read as rows: a reason's code and what was seen."""

    def __init__(self, reason: str, seen: str = "") -> None:
        super().__init__(f"{reason}: {seen}" if seen else reason)
        self.reason = reason
        self.seen = seen
