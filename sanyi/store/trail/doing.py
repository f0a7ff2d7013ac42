"""What is being answered now: whose request it is, its number, and which persons' data it has read so far."""
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sanyi.workflows.facts import Actor


@dataclass(frozen=True)
class Read:
    """Personal data that were read: of one resident, or of those who stood in a list."""

    subject: str
    subject_id: str = ""
    residents: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    purpose: str = ""
    action: str = "read"


@dataclass
class Doing:
    """One request: `actor` is None until somebody has signed in; `reads` wait to be recorded before the answer leaves, as exports where it is a file."""

    actor: Actor | None = None
    request: str = field(default_factory=lambda: secrets.token_hex(8))
    purpose: str = ""
    reads: list[Read] = field(default_factory=list)
    is_export: bool = False
    has_refusal: bool = False


_NOW: ContextVar[Doing | None] = ContextVar("sanyi_doing", default=None)


def doing() -> Doing | None:
    """The request being answered in this thread; None at the command line."""
    return _NOW.get()


@contextmanager
def answering(actor: Actor | None = None) -> Iterator[Doing]:
    """Answer one request; whatever is recorded meanwhile carries its number."""
    token = _NOW.set(started := Doing(actor))
    try:
        yield started
    finally:
        _NOW.reset(token)
