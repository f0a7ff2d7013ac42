"""Commands: parts put together for a person at a terminal."""
from sanyi.cli.main import main

__all__ = ["main"]
