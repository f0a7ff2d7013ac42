"""What can go wrong with the database.

StoreError
├── UnsafeDatabase   the database would not keep what it has acknowledged
└── OtherFolder      this process already works in another folder
"""


class StoreError(Exception):
    """Anything that keeps the database from being used."""


class UnsafeDatabase(StoreError):
    """The database is in a mode that can lose what it has acknowledged."""


class OtherFolder(StoreError):
    """One process works in one folder."""
