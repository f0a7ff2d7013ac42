"""What can go wrong at the door.

IntakeError
├── MappingError      the mapping file says something that cannot be followed
├── FileRefused       one file cannot be read as the rows of its table; carries a reason of the catalogue
├── SourceRefused     the source folder as a whole cannot be taken
├── BatchUnusable     totals do not agree or a file was refused: the record stays as it was
├── RecordBusy        another import is writing to the same record
├── RoomLacking       memory or disk ran out: the record stays as it was
└── RowsLost          rows or fen do not add up inside intake: the record stays as it was
"""


class IntakeError(Exception):
    """Anything the door refuses as a whole."""


class MappingError(IntakeError):
    """A mapping file says something that cannot be followed; names the file, the key and what there is."""


class FileRefused(IntakeError):
    """A file cannot be read as rows of its table."""

    def __init__(self, reason: str, seen: str = "") -> None:
        super().__init__(f"{reason}: {seen}" if seen else reason)
        self.reason = reason
        self.seen = seen


class SourceRefused(IntakeError):
    """The source folder cannot be taken at all."""


class BatchUnusable(IntakeError):
    """The batch cannot be used; `report` says which file and by how much."""

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class RecordBusy(IntakeError):
    """Another import holds the record."""


class RoomLacking(IntakeError):
    """Memory or disk ran out; the record is as it was."""


class RowsLost(IntakeError):
    """What was written does not add up to what was read: a fault of intake itself; the record is as it was."""
