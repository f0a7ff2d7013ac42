"""Why no draft was made.

DraftError (a PlanError)
├── UnreadableDocument   the file cannot be read as text: wrong kind, wrong encoding, scanned, locked, damaged
├── NoPlan               the file was read, but holds none of what makes a plan
└── FolderNotEmpty       the folder to write to already holds something
"""

from sanyi.plans.errors import PlanError


class DraftError(PlanError):
    """No pack was drafted; nothing was written."""

    def __init__(self, zh: str, en: str):
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")


class UnreadableDocument(DraftError):
    """The file cannot be read as text."""


class NoPlan(DraftError):
    """The text was read but is no plan; the words say what was looked for and not found."""


class FolderNotEmpty(DraftError):
    """The folder to write to already holds something."""
