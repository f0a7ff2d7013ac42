"""The pages: what a run found, read-only, for those who have signed in."""
from typing import Any

__all__ = ["serve"]


def serve(*given: Any, **named: Any) -> None:
    """Serve the pages; see `sanyi.web.start.serve` (read when called, so that the server starts light)."""
    from sanyi.web.start import serve as start

    start(*given, **named)
