"""What can go wrong with the database; why a step was refused stands in `sanyi.workflows.errors`.

StoreError
├── UnsafeDatabase   the database would not keep what it has acknowledged
├── NoDatabase       the folder or the database in it cannot be used now: locked, damaged, or no folder
├── OtherFolder      this process already works in another folder
└── BadAccount       no such role or unit, or a name that is kept back
"""


class StoreError(Exception):
    """Anything that keeps the database from being used."""


class UnsafeDatabase(StoreError):
    """The database is in a mode that can lose what it has acknowledged."""


class NoDatabase(StoreError):
    """The folder or the database in it cannot be used now."""


class OtherFolder(StoreError):
    """One process works in one folder."""


class BadAccount(StoreError):
    """An account that cannot be made as asked."""
